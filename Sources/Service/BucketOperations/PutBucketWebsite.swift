internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketWebsite: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("website"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketWebsite, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: WebsiteConfiguration.sizeMax)
        _ = try context.bucket(bucket)
        let configuration = try WebsiteConfiguration(parsing: document)
        try await translating { () async throws(EngineError) in
            try await context.engine.set(.own(.website), to: configuration.xml, ofBucket: bucket)
        }
        return S3Response()
    }
}
