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
        let source = try context.bucket(bucket)
        let status = try BucketLoggingStatus(parsing: document)
        var stored: StoredBucketLogging?
        if let target = status.target { stored = try await check(target, of: source, in: context) }
        let checked = stored
        try await translating { () async throws(EngineError) in
            try await context.engine.set(.own(.logging), to: checked?.bytes, ofBucket: bucket) {
                now throws(CommitRefusal) in
                // One that has come to have the name meanwhile may be another account's.
                guard now.created == source.created else { throw .wrongState("The bucket was replaced.") }
            }
        }
        return S3Response()
    }

    /// The server writes the log as itself. So whoever turns it on has to have the right to write every object there that
    /// it may come to write: otherwise the log would be a way into buckets that are closed to its sender. As in S3, it
    /// leaves no account.
    private func check(
        _ target: BucketLoggingStatus.Target,
        of source: Bucket,
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> StoredBucketLogging {
        // The one that is asked about is the one that is stored, whatever has its name afterwards. Who may not write there is
        // not told whether there is one.
        let found = try? context.engine.bucket(target.bucket)
        let place = S3Resource.everyObject(bucket: target.bucket, prefix: target.prefix)
        let granting = target.grants.isEmpty ? [] : [Right(.putObjectAcl, on: place)]
        guard await context.isAllowed(Rights(Right(.putObject, on: place), others: granting)) else {
            throw S3Error(.accessDenied)
        }
        guard let bucket = found else {
            throw refusal(of: target, "The target bucket for logging does not exist")
        }
        guard try bucket.ownerID.utf8.elementsEqual(source.ownerID.utf8) else {
            throw refusal(
                of: target,
                "The target bucket for logging has another owner than the bucket to be logged"
            )
        }
        do throws(S3Error) {
            try bucket.settings.checkWritable()
        } catch {
            throw refusal(of: target, error.message)
        }
        var target = target
        target.grants = try grants(of: target, in: bucket, context)
        return try StoredBucketLogging(target, in: bucket)
    }

    private func refusal(of target: BucketLoggingStatus.Target, _ message: String) -> S3Error {
        S3Error(
            .invalidTargetBucketForLogging,
            message,
            fields: [S3Error.Field("TargetBucket", target.bucket)]
        )
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
