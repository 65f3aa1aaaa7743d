internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectRetention: S3Operation {
    package static let route = Route(.put, .object, needs: .parameter("retention"))
    package static let conditionsAreInBody = true

    let target: VersionTarget
    let body: BodyDeclaration
    let bypassesGovernance: Bool

    package init(parsing request: S3Request) throws(S3Error) {
        target = try VersionTarget(parsing: request)
        body = try BodyDeclaration(of: request)
        try body.requireProtection()
        bypassesGovernance = request.bypassesGovernance
    }

    package var rights: Rights {
        let bypass = target.right(.bypassGovernanceRetention)
        return Rights(target.right(.putObjectRetention), others: bypassesGovernance ? [bypass] : [])
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: Retention.sizeMax)
        let retention = try Retention(parsing: document)
        try await context.authorize(rights, values: Self.conditionValues(retention, now: context.now))
        let bucket = try context.bucket(target.object.bucket)
        try bucket.settings.checkObjectLock()
        let engine = context.engine
        try retention?.check(now: engine.now)
        _ = try await target.amend(in: bucket, on: engine) { (metadata, version) throws(CommitRefusal) in
            let now = engine.now
            let refusal = ObjectLockState(of: version).refusal(
                ofChangeTo: retention,
                at: now,
                bypassesGovernance: bypassesGovernance
            )
            if let refusal { throw refusal }
            metadata.replace(
                [UserMetadataKey.objectLockMode, UserMetadataKey.objectLockRetainUntil],
                with: retention?.stored ?? []
            )
            metadata.setTime(InternalMetadataKey.retentionTimestamp, to: now)
        }
        return S3Response()
    }

    /// What the conditions of policies are to see; what headers say of the same means nothing here.
    private static func conditionValues(_ retention: Retention?, now: Timestamp) -> [String: [String]] {
        let days = retention.map { ($0.until.seconds - now.seconds) / 86_400 }
        return [
            "s3:object-lock-mode": retention.map { [$0.mode.rawValue] } ?? [],
            "s3:object-lock-retain-until-date": retention.map { [$0.until.iso8601Milliseconds] } ?? [],
            "s3:object-lock-remaining-retention-days": days.map { ["\($0)"] } ?? [],
        ]
    }
}
