internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketInventoryConfiguration: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("inventory"), .parameter("id"))

    let bucket: String
    let id: String

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        id = try request.configurationID
    }

    package var rights: Rights { Rights(Right(.getInventoryConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let stored = try context.bucket(bucket).configurations(.inventory)
        guard let configuration = stored[id] else { throw S3Error(.noSuchConfiguration, bucket: bucket) }
        return S3Response(xml: configuration.xml)
    }
}
