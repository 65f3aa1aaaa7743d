internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObjectLockConfiguration: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("object-lock"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketObjectLockConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        try bucket.settings.checkKnown()
        guard let configuration = try bucket.objectLock else {
            throw S3Error(.objectLockConfigurationNotFound, bucket: bucket.name)
        }
        return S3Response(xml: configuration.xml)
    }
}
