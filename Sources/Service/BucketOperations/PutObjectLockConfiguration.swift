package import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectLockConfiguration: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("object-lock"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
        try body.requireProtection()
    }

    package var rights: Rights { Rights(Right(.putBucketObjectLockConfiguration, on: .bucket(bucket))) }

    /// Versions that are there already stay as they are locked.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: ObjectLockConfiguration.sizeMax)
        try await Self.set(document, ofBucket: bucket, on: context.engine)
        return S3Response()
    }

    /// Checks the document and makes it the bucket's.
    package static func set(
        _ document: [UInt8],
        ofBucket bucket: String,
        on engine: Engine
    ) async throws(S3Error) {
        let stored = withoutDeclaration(try ObjectLockConfiguration(parsing: document).xml)
        try await translating { () async throws(EngineError) in
            try await engine.set(.shared(.objectLock), to: stored, ofBucket: bucket) {
                (bucket) throws(CommitRefusal) in
                // From here on nothing may take a version's place, nor may any key go without versions.
                guard bucket.settings.versioning == .enabled, !bucket.settings.versioningHasExceptions else {
                    throw .wrongState(
                        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
                    )
                }
            }
        }
    }
}
