internal import Base
internal import Engine
internal import S3API
internal import S3Service

/// Deletes one object, or one version of it, as the settings of its bucket ask for.
struct ObjectDeletion: Sendable {
    /// What came of it, as clients are told.
    struct Outcome: Sendable {
        /// The version that is gone for good, as it was named.
        var versionID: String?
        /// The delete marker that was put or that is gone.
        var markerID: String?
    }

    let object: ObjectAddress
    let versionID: VersionID
    let conditions: WriteConditions

    func perform(in bucket: Bucket, on engine: Engine) async throws(S3Error) -> Outcome {
        if versionID.isNamed, bucket.settings.hasObjectLock {
            throw S3Error(
                .notImplemented,
                "The bucket has object lock, which this server does not implement."
            )
        }
        try bucket.settings.checkKnown()
        let deletion: Deletion = versionID.id.map { .version($0) } ?? .byBucket
        let outcome = try await translating { () async throws(EngineError) in
            try await engine.delete(
                bucket: object.bucket,
                key: object.key,
                deletion,
                guards: conditions.guards
            )
        }
        var told = Outcome()
        told.markerID = outcome.markerID.map { VersionID.text(of: $0) }
        guard versionID.isNamed else { return told }
        told.versionID = versionID.text
        if outcome.deletedVersion?.isDeleteMarker == true { told.markerID = versionID.text }
        return told
    }
}
