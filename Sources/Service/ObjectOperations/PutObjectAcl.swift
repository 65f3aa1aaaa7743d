internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectAcl: S3Operation {
    package static let route = Route(.put, .object, needs: .parameter("acl"))
    let target: VersionTarget
    let requested: RequestedACL
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        target = try VersionTarget(parsing: request)
        requested = try RequestedACL(of: request)
        body = try BodyDeclaration(of: request, sizeWithoutLength: 0)
    }

    private var right: Right { target.right(.putObjectAcl, .putObjectVersionAcl) }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: AccessControlPolicy.sizeMax)
        let change = try ACLChange(requested, document: document)
        let bucket = try context.bucket(target.object.bucket)
        // Looked up once more for every version that is asked about: what the bucket takes may have changed since.
        let version = try await target.amend(by: right, in: context) { (version, metadata) throws(S3Error) in
            let rules = try context.bucket(bucket.name).rules
            let list = try change.list(
                owner: try version.owner(in: rules, context),
                bucketOwner: context.owner(rules.ownerID),
                in: context.accounts
            )
            try change.check(list, against: rules)
            if rules.ownership.hasLists {
                metadata.setACL(list, bucketOwnerID: rules.ownerID)
            } else if let stored = try version.storedACL, stored.isPublic {
                // Of a time with lists, which may come back: nothing is public then of which clients hear now that it
                // is not.
                metadata.setACL(AccessControlPolicy(private: stored.owner), bucketOwnerID: rules.ownerID)
            }
        }
        return S3Response(headers: target.versionHeaders(version, in: bucket.settings))
    }
}

extension ObjectVersion {
    /// Unlike in listings, one that cannot be read is not guessed at.
    fileprivate func owner(
        in rules: BucketRules,
        _ context: OperationContext<some RequestSource>
    ) throws(S3Error) -> Owner {
        guard rules.ownership.hasLists, let list = try storedACL else { return context.owner(rules.ownerID) }
        return context.owner(of: list)
    }
}
