/// Everything that has a say in one request.
///
///     denied    by a Deny of any layer
///     allowed   caller in the bucket's account     session ∩ (identity ∪ bucket policy ∪ ACL)
///               caller in another account          session ∩ identity ∩ (bucket policy ∪ ACL)
///               nobody signed                      bucket policy ∪ ACL
///               no bucket concerned                session ∩ identity
///
/// Where the object asked about belongs to another account than its bucket, "the bucket's account" is that account and the
/// bucket policy's Allow does not reach the object; its Deny does. What a list grants an account by its id is for other
/// accounts: in the owner's own, policies say who may.
///
/// The owner of an account counts as allowed by its identity. A bucket policy that names a session itself is not
/// narrowed by that session's policy; one that names an account only leaves it to that account's own policies
/// who of it may.
package struct PolicyLayers: Sendable {
    /// Those of the user and of its groups; for a service account or temporary credentials those of the
    /// user they were made for.
    package var identityPolicies: [PolicyDocument]
    /// Each narrows what the identity may; without one nothing is narrowed.
    package var sessionPolicies: [PolicyDocument]
    package var bucketPolicy: PolicyDocument?
    package var aclGrant: ACLGrant
    package var publicAccessBlock: PublicAccessBlock
    /// The canonical id of the account that owns the bucket in question; `nil` when there is none.
    package var bucketOwner: String?
    /// That of the object in question, where it has an owner of its own; `nil` leaves it to the bucket's.
    package var objectOwner: String?

    /// Whether an access control list grants the action to the caller.
    package enum ACLGrant: Sendable, Hashable {
        case none
        /// To a group that S3 calls public: everybody, or everybody with a signature.
        case toPublic
        /// To the caller's account by its id.
        case toCaller
    }

    /// The two settings of the bucket's public access block that bear on requests. The other two bear on
    /// what can be put.
    package struct PublicAccessBlock: Sendable, Hashable {
        /// ACL grants to public groups do not count.
        package var ignoresPublicACLs: Bool
        /// A public bucket policy grants nothing to callers of other accounts and to unsigned ones.
        package var restrictsPublicBuckets: Bool

        package init(ignoresPublicACLs: Bool = false, restrictsPublicBuckets: Bool = false) {
            self.ignoresPublicACLs = ignoresPublicACLs
            self.restrictsPublicBuckets = restrictsPublicBuckets
        }
    }

    package init(
        identityPolicies: [PolicyDocument] = [],
        sessionPolicies: [PolicyDocument] = [],
        bucketPolicy: PolicyDocument? = nil,
        aclGrant: ACLGrant = .none,
        publicAccessBlock: PublicAccessBlock = PublicAccessBlock(),
        bucketOwner: String? = nil,
        objectOwner: String? = nil
    ) {
        (self.identityPolicies, self.sessionPolicies) = (identityPolicies, sessionPolicies)
        (self.bucketPolicy, self.aclGrant) = (bucketPolicy, aclGrant)
        (self.publicAccessBlock, self.bucketOwner) = (publicAccessBlock, bucketOwner)
        self.objectOwner = objectOwner
    }
}
