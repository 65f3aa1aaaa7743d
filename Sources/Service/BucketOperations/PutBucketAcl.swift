internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutBucketAcl: S3Operation {
    package static let route = Route(.put, .bucket, needs: .parameter("acl"))

    let bucket: String
    let requested: RequestedACL
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        requested = try RequestedACL(of: request)
        body = try BodyDeclaration(of: request, sizeWithoutLength: 0)
    }

    package var rights: Rights { Rights(Right(.putBucketAcl, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: AccessControlPolicy.sizeMax)
        let change = try ACLChange(requested, document: document)
        let rules = try context.bucket(bucket).rules
        // A bucket's owner stays.
        let list = try change.list(
            owner: context.owner(rules.ownerID),
            bucketOwner: nil,
            in: context.accounts
        )
        try change.check(list, against: rules)
        // Where lists are off, the list is one that grants nothing; one of before goes, should lists come back.
        try await context.engine.set(
            .own(.acl),
            to: list.isPrivate ? nil : list.xml,
            ofBucket: bucket
        ) { bucket throws(S3Error) in
            try change.check(list, against: bucket.rules)
        }
        return S3Response()
    }
}
