internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketWebsite: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("website"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketWebsite, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        guard let text = try bucket.document(.own(.website)) else {
            throw S3Error(.noSuchWebsiteConfiguration, bucket: bucket.name)
        }
        return S3Response(xml: text.bytes)
    }
}
