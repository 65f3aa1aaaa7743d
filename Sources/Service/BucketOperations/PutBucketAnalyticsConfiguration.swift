internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketAnalyticsConfiguration: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("analytics"), .parameter("id"))

    let bucket: String
    let id: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        id = try request.configurationID
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putAnalyticsConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: NamedConfiguration.sizeMax)
        return try await context.put(document, as: .analytics, id: id, inBucket: bucket)
    }
}
