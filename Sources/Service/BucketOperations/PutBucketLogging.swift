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
        let status = try BucketLoggingStatus(parsing: document)
        if let target = status.target { try await check(target, in: context) }
        try await translating { () async throws(EngineError) in
            try await context.engine.set(
                .own(.logging),
                to: status.target == nil ? nil : status.xml,
                ofBucket: bucket
            )
        }
        return S3Response()
    }

    /// The server writes the log as itself. So whoever turns it on has to have the right to write there: otherwise the
    /// log would be a way into buckets that are closed to its sender.
    private func check(
        _ target: BucketLoggingStatus.Target,
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) {
        let place = Right(.putObject, on: .object(bucket: target.bucket, key: target.prefix))
        guard await context.isAllowed(Rights(place)) else { throw S3Error(.accessDenied) }
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
    }
}
