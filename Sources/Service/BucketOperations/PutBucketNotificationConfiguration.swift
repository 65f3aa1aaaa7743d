internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

/// An empty one takes away what is there; nobody can be told of events yet.
package struct PutBucketNotificationConfiguration: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("notification"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketNotification, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: NotificationConfiguration.sizeMax)
        guard try NotificationConfiguration(parsing: document).isEmpty else {
            throw S3Error(.notImplemented, "Event notifications are not implemented.")
        }
        _ = try await context.removeDocument(.shared(.notification), ofBucket: bucket)
        return S3Response()
    }
}
