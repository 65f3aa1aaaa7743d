package import Engine
internal import HTTP
package import IAM
internal import Policy
package import S3API
package import S3Service

package struct PutBucketPolicy: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("policy"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketPolicy, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let kind = PolicyKind.bucket(bucket)
        guard body.size <= Int64(kind.sizeMax) else {
            throw Self.refusal(.tooLarge(size: Int(clamping: body.size), sizeMax: kind.sizeMax), bucket)
        }
        let text = try await context.document(body, sizeMax: kind.sizeMax)
        _ = try context.bucket(bucket)
        try await Self.set(text, ofBucket: bucket, on: context.engine)
        return S3Response(status: 204)
    }

    /// Sets a bucket's policy if it is one and the bucket's public access block lets it in.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedPolicy``, ``S3Error/Code-swift.enum/accessDenied``.
    package static func set(
        _ text: [UInt8],
        ofBucket name: String,
        on engine: Engine
    ) async throws(S3Error) {
        let policy: PolicyDocument
        do throws(PolicyError) {
            policy = try PolicyDocument(parsing: text, as: .bucket(name))
        } catch {
            throw refusal(error, name)
        }
        try await engine.set(.policy, to: text, ofBucket: name) { bucket throws(S3Error) in
            guard policy.isPublic, try bucket.rules.publicAccessBlock.blocksPublicPolicy else { return }
            throw S3Error(
                .accessDenied,
                "Public policies are blocked by the BlockPublicPolicy block public access setting."
            )
        }
    }

    private static func refusal(_ error: PolicyError, _ bucket: String) -> S3Error {
        S3Error(.malformedPolicy, "\(error)", bucket: bucket)
    }
}
