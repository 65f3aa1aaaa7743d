package import Engine
package import S3API
internal import XLMeta

/// What a bucket's settings say, besides its policy, of whose it is and who may what with it.
package struct BucketRules: Sendable {
    /// The canonical id of the account that the bucket belongs to.
    package let ownerID: String
    package let ownership: ObjectOwnership
    /// Whether somebody has put them. Without, ``ownership`` is ``ObjectOwnership/bucketOwnerEnforced``: buckets of
    /// MinIO's have no lists.
    package let hasOwnershipControls: Bool
    /// The bucket's own list, in force only where ``ObjectOwnership/hasLists``; `nil` gives nobody but the owner
    /// anything.
    package let acl: AccessControlPolicy?
    package let publicAccessBlock: PublicAccessBlockConfiguration

    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where a setting cannot be read: what it forbids is not known.
    package init(of bucket: Bucket) throws(S3Error) {
        ownerID = try bucket.ownerID
        do throws(S3Error) {
            let controls = try bucket[.own(.ownershipControls)]?.parsed { bytes throws(S3Error) in
                try OwnershipControls(parsing: bytes)
            }
            ownership = controls?.objectOwnership ?? .bucketOwnerEnforced
            hasOwnershipControls = controls != nil
            acl = try bucket[.own(.acl)]?.parsed { bytes throws(S3Error) in
                try AccessControlPolicy(parsing: bytes)
            }
            publicAccessBlock =
                try bucket[.own(.publicAccessBlock)]?.parsed { bytes throws(S3Error) in
                    try PublicAccessBlockConfiguration(parsing: bytes)
                } ?? PublicAccessBlockConfiguration()
        } catch {
            throw Self.unreadable
        }
    }

    fileprivate static var unreadable: S3Error {
        S3Error(.internalError, "The stored settings of the bucket cannot be read.")
    }

    /// The list that is in force.
    package var activeACL: AccessControlPolicy? { ownership.hasLists ? acl : nil }

    /// Whether the bucket's list lets the public do anything.
    package var isPublicByACL: Bool {
        !publicAccessBlock.ignoresPublicACLs && activeACL?.isPublic == true
    }
}

extension Bucket {
    /// The canonical id of the account that it belongs to.
    ///
    /// - Throws: as ``BucketRules/init(of:)``.
    package var ownerID: String {
        get throws(S3Error) {
            guard !settings.areUnknown else { throw BucketRules.unreadable }
            return try self[.own(.owner)]?.parsed { bytes throws(S3Error) in
                guard let id = String(validating: bytes, as: UTF8.self), !id.isEmpty else {
                    throw BucketRules.unreadable
                }
                return id
            } ?? Owner.server.id
        }
    }

    /// - Throws: as ``BucketRules/init(of:)``.
    package var rules: BucketRules {
        get throws(S3Error) { try BucketRules(of: self) }
    }
}
