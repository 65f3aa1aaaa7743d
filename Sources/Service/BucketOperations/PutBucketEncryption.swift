internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

/// To keep what is not done would be a promise that nobody holds.
package struct PutBucketEncryption: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("encryption"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.putEncryptionConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        _ = try context.bucket(bucket)
        throw S3Error(.notImplemented, "Server-side encryption is not implemented.")
    }
}
