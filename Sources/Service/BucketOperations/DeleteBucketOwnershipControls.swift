internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct DeleteBucketOwnershipControls: S3Operation {
    package static let route = Route(.delete, .bucket, needs: .parameter("ownershipControls"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.putBucketOwnershipControls, on: .bucket(bucket))) }

    /// Afterwards lists are off, as in a bucket of MinIO's. Without controls there is nothing to do, which is a success.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        try await context.removeDocument(.own(.ownershipControls), ofBucket: bucket)
    }
}
