internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetBucketVersioning: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("versioning"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketVersioning, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let settings = try context.bucket(bucket).settings
        try settings.checkKnown()
        let status: VersioningConfiguration.Status? =
            switch settings.versioning {
            case .off: nil
            case .enabled: .enabled
            case .suspended: .suspended
            }
        return S3Response(xml: VersioningConfiguration(status).xml)
    }
}
