package import IAM
package import S3API

/// What PutBucketAcl and PutObjectAcl ask for: a list by headers, or one that is written out.
package struct ACLChange: Sendable {
    private enum Content {
        case headers(RequestedACL)
        case document(AccessControlPolicy)
    }

    private let content: Content

    /// - Parameter document: the body; empty where there is none.
    /// - Throws: ``S3Error/Code-swift.enum/missingSecurityHeader`` for neither;
    ///   ``S3Error/Code-swift.enum/unexpectedContent`` for both; as ``AccessControlPolicy/init(parsing:)``.
    package init(_ requested: RequestedACL, document: [UInt8]) throws(S3Error) {
        guard !document.isEmpty else {
            guard requested.content != .none else {
                throw S3Error(
                    .missingSecurityHeader,
                    "Your request was missing a required header",
                    fields: [S3Error.Field("MissingHeaderName", S3Header.acl)]
                )
            }
            content = .headers(requested)
            return
        }
        guard requested.content == .none else { throw S3Error(.unexpectedContent) }
        content = .document(try AccessControlPolicy(parsing: document))
    }

    /// The list in full.
    ///
    /// - Parameters:
    ///   - owner: of the bucket or object; a list cannot give it to somebody else.
    ///   - bucketOwner: `nil` for the list of a bucket.
    /// - Throws: ``S3Error/Code-swift.enum/accessDenied`` for another owner; as ``AccessControlPolicy/resolved(in:)``.
    package func list(
        owner: Owner,
        bucketOwner: Owner?,
        in accounts: any AccountDirectory
    ) throws(S3Error) -> AccessControlPolicy {
        switch content {
        case .headers(let requested):
            return try requested.policy(owner: owner, bucketOwner: bucketOwner, in: accounts)
        case .document(let written):
            guard written.owner.hasSameID(as: owner) else { throw S3Error(.accessDenied) }
            return try AccessControlPolicy(owner: owner, grants: written.grants).resolved(in: accounts)
        }
    }

    /// Whether the bucket as it is takes `list`, which this change has made.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/accessControlListNotSupported``; ``S3Error/Code-swift.enum/accessDenied``.
    package func check(_ list: AccessControlPolicy, against rules: BucketRules) throws(S3Error) {
        guard !rules.ownership.hasLists else { return try rules.checkNotBlocked(list) }
        switch content {
        case .headers(let requested): try rules.checkAccepted(requested)
        case .document: try rules.checkAccepted(list)
        }
    }
}
