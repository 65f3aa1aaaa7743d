internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct DeletePublicAccessBlock: S3Operation {
    package static let route = Route(.delete, .bucket, needs: .parameter("publicAccessBlock"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.putBucketPublicAccessBlock, on: .bucket(bucket))) }

    /// Without one there is nothing to do, which is a success.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        try await context.removeDocument(.own(.publicAccessBlock), ofBucket: bucket)
    }
}
