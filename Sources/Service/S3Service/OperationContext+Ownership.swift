package import Engine
internal import IAM
package import S3API

extension OperationContext {
    /// Whoever has that canonical id, by the name that they have now.
    ///
    /// - Parameter storedName: for an account that nobody belongs to any more.
    package func owner(_ canonicalID: String, storedName: String = "") -> Owner {
        accounts.account(canonicalID: canonicalID).map { Owner($0) }
            ?? Owner(id: canonicalID, displayName: storedName)
    }

    package func owner(of list: AccessControlPolicy) -> Owner {
        owner(list.owner.id, storedName: list.owner.displayName)
    }

    /// With the names that owner and users have now.
    package func named(_ list: AccessControlPolicy) -> AccessControlPolicy {
        var list = list
        list.owner = owner(of: list)
        for index in list.grants.indices {
            guard case .user(let user) = list.grants[index].grantee else { continue }
            list.grants[index].grantee = .user(owner(user.id, storedName: user.displayName))
        }
        return list
    }

    /// The account of the sender; `nil` for nobody.
    package var requester: Owner? { identity.signed.map { Owner($0.account) } }

    /// Whose an object is. A list that cannot be read does not keep others from being listed.
    package func owner(of version: ObjectVersion, in rules: BucketRules) -> Owner {
        guard rules.ownership.hasLists, let list = try? version.storedACL else { return owner(rules.ownerID) }
        return owner(of: list)
    }

    /// Whose an upload is, and what it makes.
    package func owner(of upload: Upload, in rules: BucketRules) -> Owner {
        // As above.
        guard rules.ownership.hasLists, let list = try? upload.storedACL else { return owner(rules.ownerID) }
        return owner(of: list)
    }

    /// Adds to the metadata of a new object whose it is and who may what with it.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/accessControlListNotSupported`` for a list where lists are off;
    ///   ``S3Error/Code-swift.enum/accessDenied`` for a public one where these are blocked; as
    ///   ``RequestedACL/policy(owner:bucketOwner:in:)``.
    package func newObjectACL(
        _ requested: RequestedACL,
        in bucket: Bucket
    ) throws(S3Error) -> NewObjectACL {
        let rules = try bucket.rules
        let bucketOwner = owner(rules.ownerID)
        guard rules.ownership.hasLists else {
            try rules.checkAccepted(requested)
            return NewObjectACL(list: AccessControlPolicy(private: bucketOwner), bucketOwnerID: rules.ownerID)
        }
        // What nobody has signed is the bucket owner's: somebody must be able to look after it.
        var objectOwner = requester ?? bucketOwner
        if rules.ownership == .bucketOwnerPreferred, requested.content == .canned(.bucketOwnerFullControl) {
            objectOwner = bucketOwner
        }
        let list = try requested.policy(owner: objectOwner, bucketOwner: bucketOwner, in: accounts)
        try rules.checkNotBlocked(list)
        return NewObjectACL(list: list, bucketOwnerID: rules.ownerID)
    }
}

/// The owner and list that a write gives its object.
package struct NewObjectACL: Sendable {
    package let list: AccessControlPolicy
    let bucketOwnerID: String

    package func apply(to metadata: inout ObjectMetadata) {
        metadata.setACL(list, bucketOwnerID: bucketOwnerID)
    }
}

extension BucketRules {
    /// - Throws: ``S3Error/Code-swift.enum/accessDenied`` for a public list where these are blocked.
    package func checkNotBlocked(_ list: AccessControlPolicy) throws(S3Error) {
        guard publicAccessBlock.blocksPublicACLs, list.isPublic else { return }
        throw S3Error(
            .accessDenied,
            "Public ACLs are blocked by the BlockPublicAcls block public access setting."
        )
    }

    /// Where lists are off: whether a list may be asked for, as it gives nobody but the bucket owner anything.
    ///
    /// Strictly that is only the list that gives the bucket owner full control. To a bucket of which nobody has said that
    /// lists are off, clients of MinIO's send other lists that mean no more.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/accessControlListNotSupported``.
    package func checkAccepted(_ requested: RequestedACL) throws(S3Error) {
        let isAccepted: Bool =
            switch requested.content {
            case .none, .canned(.bucketOwnerFullControl): true
            case .canned(.private), .canned(.bucketOwnerRead): !hasOwnershipControls
            case .canned: false
            case .grants(let grants): AccessControlPolicy(owner: bucketOwner, grants: grants).isPrivate
            }
        guard isAccepted else { throw S3Error(.accessControlListNotSupported) }
    }

    /// The same for a list that is written out.
    package func checkAccepted(_ list: AccessControlPolicy) throws(S3Error) {
        guard AccessControlPolicy(owner: bucketOwner, grants: list.grants).isPrivate else {
            throw S3Error(.accessControlListNotSupported)
        }
    }

    private var bucketOwner: Owner { Owner(id: ownerID, displayName: "") }
}
