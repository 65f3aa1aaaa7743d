internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

/// Kept and told: a server has no other endpoint that could be faster.
package struct PutBucketAccelerateConfiguration: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("accelerate"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        guard !bucket.utf8.contains(UInt8(ascii: ".")) else {
            throw S3Error(
                .invalidRequest,
                "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"
            )
        }
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putAccelerateConfiguration, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: AccelerateConfiguration.sizeMax)
        let configuration = try AccelerateConfiguration(parsing: document)
        try await translating { () async throws(EngineError) in
            try await context.engine.set(.own(.accelerate), to: configuration.xml, ofBucket: bucket)
        }
        return S3Response()
    }
}
