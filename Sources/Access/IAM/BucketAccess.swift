package import Policy

/// What a bucket says about who may.
package struct BucketAccess: Sendable {
    package enum StoredPolicy: Sendable {
        case none
        case document(PolicyDocument)
        /// There is one, but it cannot be read: nobody is let in but its owner's root.
        case unreadable
    }

    /// The canonical id of the account that the bucket belongs to.
    package let ownerID: String
    package let policy: StoredPolicy
    package let publicAccessBlock: PolicyLayers.PublicAccessBlock

    package init(
        ownerID: String,
        policy: StoredPolicy = .none,
        publicAccessBlock: PolicyLayers.PublicAccessBlock = PolicyLayers.PublicAccessBlock()
    ) {
        (self.ownerID, self.policy, self.publicAccessBlock) = (ownerID, policy, publicAccessBlock)
    }
}

/// Knows what buckets say. Answers from memory; may be asked by many tasks at once.
package protocol BucketPolicySource: Sendable {
    /// `nil` when there is no such bucket: only identities are asked then.
    func access(toBucket bucket: String) -> BucketAccess?

    /// What the bucket's own access control list grants the caller.
    func aclGrant(of action: Action, on resource: S3Resource, to identity: Identity) -> PolicyLayers.ACLGrant
}

extension BucketPolicySource {
    /// Without access control lists nothing is granted by them.
    package func aclGrant(
        of action: Action,
        on resource: S3Resource,
        to identity: Identity
    ) -> PolicyLayers.ACLGrant { .none }
}
