internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct ListBucketInventoryConfigurations: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("inventory"))

    let bucket: String
    let token: String?

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        token = request.query["continuation-token"]
    }

    package var rights: Rights { Rights(Right(.getInventoryConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        S3Response(xml: try context.bucket(bucket).configurations(.inventory).page(after: token))
    }
}
