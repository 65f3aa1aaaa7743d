internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketOwnershipControls: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("ownershipControls"))

    let bucket: String
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        body = try BodyDeclaration(of: request)
    }

    package var rights: Rights { Rights(Right(.putBucketOwnershipControls, on: .bucket(bucket))) }

    /// Lists are not switched off while the bucket's own gives others something: who relies on it is to be seen first.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: OwnershipControls.sizeMax)
        let controls = try OwnershipControls(parsing: document)
        try await context.engine.set(
            .own(.ownershipControls),
            to: controls.xml,
            ofBucket: bucket
        ) { bucket throws(S3Error) in
            guard !controls.objectOwnership.hasLists, let list = try bucket.rules.activeACL else { return }
            guard list.isPrivate else { throw S3Error(.invalidBucketACLWithObjectOwnership) }
        }
        return S3Response()
    }
}
