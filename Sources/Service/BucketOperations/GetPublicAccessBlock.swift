internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetPublicAccessBlock: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("publicAccessBlock"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketPublicAccessBlock, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        let rules = try bucket.rules
        guard bucket[.own(.publicAccessBlock)] != nil else {
            throw S3Error(.noSuchPublicAccessBlockConfiguration, bucket: bucket.name)
        }
        return S3Response(xml: rules.publicAccessBlock.xml)
    }
}
