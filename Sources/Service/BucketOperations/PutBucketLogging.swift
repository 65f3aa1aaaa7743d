internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketLogging: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("logging"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketLogging, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: BucketLoggingStatus.sizeMax)
        _ = try context.bucket(bucket)
        var status = try BucketLoggingStatus(parsing: document)
        if let target = status.target {
            status = BucketLoggingStatus(try await checked(target, in: context))
        }
        let checked = status
        try await translating { () async throws(EngineError) in
            try await context.engine.set(
                .own(.logging),
                to: checked.target == nil ? nil : checked.xml,
                ofBucket: bucket
            )
        }
        return S3Response()
    }

    /// The server writes the log as itself. So whoever turns it on has to have the right to write there: otherwise the
    /// log would be a way into buckets that are closed to its sender.
    private func checked(
        _ target: BucketLoggingStatus.Target,
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> BucketLoggingStatus.Target {
        let place = S3Resource.object(bucket: target.bucket, key: target.prefix)
        let granting = target.grants.isEmpty ? [] : [Right(.putObjectAcl, on: place)]
        let rights = Rights(Right(.putObject, on: place), others: granting)
        guard await context.isAllowed(rights) else { throw S3Error(.accessDenied) }
        let bucket: Bucket
        do throws(EngineError) {
            bucket = try context.engine.bucket(target.bucket)
        } catch {
            throw S3Error(
                .invalidTargetBucketForLogging,
                "The target bucket for logging does not exist",
                fields: [S3Error.Field("TargetBucket", target.bucket)]
            )
        }
        do throws(S3Error) {
            try bucket.settings.checkWritable()
        } catch {
            throw S3Error(
                .invalidTargetBucketForLogging,
                error.message,
                fields: [S3Error.Field("TargetBucket", target.bucket)]
            )
        }
        var target = target
        target.grants = try grants(of: target, in: bucket, context)
        return target
    }

    /// With users by the names that they have.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/accessControlListNotSupported`` where the target has no lists;
    ///   ``S3Error/Code-swift.enum/accessDenied`` for public grants where these are blocked; as
    ///   ``AccessControlPolicy/resolved(in:)``.
    private func grants(
        of target: BucketLoggingStatus.Target,
        in bucket: Bucket,
        _ context: OperationContext<some RequestSource>
    ) throws(S3Error) -> [AccessControlPolicy.Grant] {
        guard !target.grants.isEmpty else { return [] }
        let rules = try bucket.rules
        guard rules.ownership.hasLists else { throw S3Error(.accessControlListNotSupported) }
        let owner = context.owner(rules.ownerID)
        let list = try AccessControlPolicy(owner: owner, grants: target.grants)
            .resolved(in: context.accounts)
        try rules.checkNotBlocked(list)
        return list.grants
    }
}
