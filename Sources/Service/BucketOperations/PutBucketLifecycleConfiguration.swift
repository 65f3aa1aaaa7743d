internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketLifecycleConfiguration: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("lifecycle"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putLifecycleConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: LifecycleConfiguration.sizeMax)
        _ = try context.bucket(bucket)
        let randomness = SystemRandomness()
        let configuration = try LifecycleConfiguration(parsing: document) { "\(randomness.uuid())" }
        try await translating { () async throws(EngineError) in
            try await context.engine.set(.shared(.lifecycle), to: configuration.xml, ofBucket: bucket)
        }
        return S3Response()
    }
}
