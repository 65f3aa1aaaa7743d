package import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketVersioning: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("versioning"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        if request.header("x-amz-mfa") != nil {
            throw UnbuiltFeatures.notImplemented("Multi-factor authentication", header: "x-amz-mfa")
        }
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketVersioning, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: VersioningConfiguration.sizeMax)
        try await Self.set(document, ofBucket: bucket, on: context.engine)
        return S3Response()
    }

    /// Checks the document and makes it the bucket's.
    package static func set(
        _ document: [UInt8],
        ofBucket bucket: String,
        on engine: Engine
    ) async throws(S3Error) {
        let configuration = try VersioningConfiguration(parsing: document)
        if configuration.needsMFA {
            throw S3Error(.notImplemented, "Multi-factor authentication is not implemented.")
        }
        if configuration.hasExceptions {
            throw S3Error(.notImplemented, "Versioning with exceptions is not implemented.")
        }
        let suspends = configuration.status == .suspended
        try await translating { () async throws(EngineError) in
            try await engine.set(.shared(.versioning), to: configuration.xml, ofBucket: bucket) {
                (bucket) throws(CommitRefusal) in
                guard suspends, bucket.settings.hasObjectLock else { return }
                throw .wrongState(
                    "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
                )
            }
        }
    }
}
