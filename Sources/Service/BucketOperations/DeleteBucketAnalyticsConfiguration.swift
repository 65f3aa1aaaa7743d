internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct DeleteBucketAnalyticsConfiguration: S3Operation {
    package static let route = Route(.delete, .bucket, needs: .parameter("analytics"), .parameter("id"))

    let bucket: String
    let id: String

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        id = try request.configurationID
    }

    package var rights: Rights { Rights(Right(.putAnalyticsConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        try await context.deleteConfiguration(id, .analytics, inBucket: bucket)
    }
}
