internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

/// There is one only where another server has stored it.
package struct GetBucketEncryption: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("encryption"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getEncryptionConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        guard let stored = try bucket.document(.shared(.encryption)) else {
            throw S3Error(.serverSideEncryptionConfigurationNotFound, bucket: bucket.name)
        }
        return S3Response(xml: stored.bytes)
    }
}
