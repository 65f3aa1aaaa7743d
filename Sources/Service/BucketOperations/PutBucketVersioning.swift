internal import Engine
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
        let configuration = try VersioningConfiguration(parsing: document)
        if configuration.needsMFA {
            throw S3Error(.notImplemented, "Multi-factor authentication is not implemented.")
        }
        if configuration.hasExceptions {
            throw S3Error(.notImplemented, "Versioning with exceptions is not implemented.")
        }
        let suspends = configuration.status == .suspended
        try await translating { () async throws(EngineError) in
            try await context.engine.set(.shared(.versioning), to: configuration.xml, ofBucket: bucket) {
                (bucket) throws(CommitRefusal) in
                guard suspends, bucket.settings.hasObjectLock else { return }
                throw .wrongState(
                    "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
                )
            }
        }
        return S3Response()
    }
}
