internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetBucketLocation: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("location"))
    package static let findsRegion = true

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketLocation, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        _ = try context.bucket(bucket)
        return S3Response(xml: LocationConstraint(region: context.region).xml)
    }
}
