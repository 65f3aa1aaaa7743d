internal import Base
internal import Engine
internal import S3API
internal import S3Service

/// Deletes one object as the settings of its bucket ask for.
struct ObjectDeletion: Sendable {
    let object: ObjectAddress
    let versionID: VersionID
    let conditions: WriteConditions

    /// - Returns: the delete marker that now hides the object; `nil` where it is gone for good.
    /// - Throws: ``S3Error/Code-swift.enum/notImplemented`` where only a version could be meant.
    func perform(in bucket: Bucket, on engine: Engine) async throws(S3Error) -> String? {
        let choice = try versionChoice(bucket.settings)
        let outcome = try await translating { () async throws(EngineError) in
            try await engine.delete(
                bucket: object.bucket,
                key: object.key,
                as: choice,
                guards: conditions.guards
            )
        }
        return outcome.markerID.map { "\($0)" }
    }

    private func versionChoice(_ settings: BucketSettings) throws(S3Error) -> VersionChoice {
        if versionID.isNamed {
            guard settings.versioning == .off, versionID == .named(.zero) else {
                throw S3Error(.notImplemented, "Deleting a version of an object is not implemented.")
            }
        }
        switch settings.versioning {
        case .off:
            guard !settings.hasObjectLock else {
                throw S3Error(
                    .notImplemented,
                    "The bucket has object lock, which this server does not implement."
                )
            }
            return .null
        case .enabled: return .new
        case .suspended:
            throw S3Error(
                .notImplemented,
                "Deleting from a bucket whose versioning is suspended is not implemented."
            )
        }
    }
}
