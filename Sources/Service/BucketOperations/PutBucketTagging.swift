package import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketTagging: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("tagging"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketTagging, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: Tagging.sizeMax)
        try await Self.set(document, ofBucket: bucket, on: context.engine)
        return S3Response(status: 204)
    }

    /// Checks the document and makes it the bucket's; no tags are as if there had never been any.
    package static func set(
        _ document: [UInt8],
        ofBucket bucket: String,
        on engine: Engine
    ) async throws(S3Error) {
        let tagging = try Tagging(parsing: document, of: .bucket)
        let stored = tagging.tags.isEmpty ? nil : withoutDeclaration(tagging.xml)
        try await translating { () async throws(EngineError) in
            try await engine.set(.shared(.tagging), to: stored, ofBucket: bucket)
        }
    }
}
