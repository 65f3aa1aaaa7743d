internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketLifecycleConfiguration: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("lifecycle"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getLifecycleConfiguration, on: .bucket(bucket))) }

    /// As it is stored, also one that this server would not take: whoever is to mend it has to see it.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        guard let text = try bucket.document(.shared(.lifecycle)) else {
            throw S3Error(.noSuchLifecycleConfiguration, bucket: bucket.name)
        }
        return S3Response(xml: text.bytes)
    }
}
