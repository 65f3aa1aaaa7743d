/// A list by its name, the value of `x-amz-acl`.
package enum CannedACL: String, Sendable, Hashable, CaseIterable {
    case `private`
    case publicRead = "public-read"
    case publicReadWrite = "public-read-write"
    case authenticatedRead = "authenticated-read"
    case bucketOwnerRead = "bucket-owner-read"
    case bucketOwnerFullControl = "bucket-owner-full-control"
    case logDeliveryWrite = "log-delivery-write"

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``; ``S3Error/Code-swift.enum/notImplemented`` for the one
    ///   that is about another service of Amazon's.
    package init(name: String) throws(S3Error) {
        guard name != "aws-exec-read" else {
            throw S3Error(.notImplemented, "The canned list aws-exec-read is for Amazon EC2.")
        }
        guard let canned = Self(rawValue: name) else {
            throw S3Error(
                .invalidArgument,
                fields: [
                    S3Error.Field("ArgumentName", S3Header.acl), S3Error.Field("ArgumentValue", name),
                ]
            )
        }
        self = canned
    }

    /// Groups come first, as everywhere in lists.
    ///
    /// - Parameter bucketOwner: of the bucket that the object is in; `nil` for the list of a bucket, which has no other
    ///   owner.
    package func policy(owner: Owner, bucketOwner: Owner?) -> AccessControlPolicy {
        var policy = AccessControlPolicy(private: owner)
        let groups: [AccessControlPolicy.Grant] =
            switch self {
            case .private, .bucketOwnerRead, .bucketOwnerFullControl: []
            case .publicRead: [.init(.read, to: .group(.allUsers))]
            case .publicReadWrite:
                [.init(.read, to: .group(.allUsers)), .init(.write, to: .group(.allUsers))]
            case .authenticatedRead: [.init(.read, to: .group(.authenticatedUsers))]
            case .logDeliveryWrite:
                [.init(.write, to: .group(.logDelivery)), .init(.readACP, to: .group(.logDelivery))]
            }
        policy.grants.insert(contentsOf: groups, at: 0)
        if let bucketOwner, !bucketOwner.hasSameID(as: owner), let permission = bucketOwnersPermission {
            policy.grants.append(.init(permission, to: .user(bucketOwner)))
        }
        return policy
    }

    private var bucketOwnersPermission: AccessControlPolicy.Permission? {
        switch self {
        case .bucketOwnerRead: .read
        case .bucketOwnerFullControl: .fullControl
        case .private, .publicRead, .publicReadWrite, .authenticatedRead, .logDeliveryWrite: nil
        }
    }
}
