internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetBucketOwnershipControls: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("ownershipControls"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketOwnershipControls, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let rules = try context.bucket(bucket).rules
        guard rules.hasOwnershipControls else { throw S3Error(.ownershipControlsNotFound, bucket: bucket) }
        return S3Response(xml: OwnershipControls(rules.ownership).xml)
    }
}
