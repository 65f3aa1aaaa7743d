internal import Base
internal import Engine
internal import IAM
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
    let conditions: DeleteConditions
    /// Whether the sender asks for that, for a version that is named; ``rights`` then has the right to it.
    let bypassesGovernance: Bool

    init(object: ObjectAddress, versionID: VersionID, conditions: DeleteConditions, bypassesGovernance: Bool)
    {
        (self.object, self.versionID, self.conditions) = (object, versionID, conditions)
        // A delete marker takes nothing away.
        self.bypassesGovernance = bypassesGovernance && versionID.isNamed
    }

    var rights: Rights {
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        // Whether an object has a certain content is for those to know who may read it ("How to perform conditional deletes"
        // in S3's user guide).
        let reading = Right(versionID.isNamed ? .getObjectVersion : .getObject, on: resource)
        return Rights(
            Right(versionID.isNamed ? .deleteObjectVersion : .deleteObject, on: resource),
            others: (bypassesGovernance ? [Right(.bypassGovernanceRetention, on: resource)] : [])
                + (conditions.compareContent ? [reading] : [])
        )
    }

    func perform(in bucket: Bucket, on engine: Engine) async throws(S3Error) -> Outcome {
        try bucket.settings.checkKnown()
        let deletion: Deletion = versionID.id.map { .version($0) } ?? .byBucket
        // Where the bucket's settings choose to remove one for good, versions are not kept, and none is locked.
        let guards =
            versionID.isNamed
            ? conditions.guards + [ObjectLockGuard(engine, bypassesGovernance: bypassesGovernance)]
            : conditions.guards
        let outcome = try await translating { () async throws(EngineError) in
            try await engine.delete(
                bucket: object.bucket,
                key: object.key,
                deletion,
                guards: guards
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
