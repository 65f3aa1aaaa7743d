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

    /// Of a bucket without any of these settings.
    package static let none = BucketRules(ownerID: Owner.server.id)

    private init(ownerID: String) {
        self.ownerID = ownerID
        (ownership, hasOwnershipControls, acl) = (.bucketOwnerEnforced, false, nil)
        publicAccessBlock = PublicAccessBlockConfiguration()
    }

    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where a setting cannot be read: what it forbids is not known.
    package init(of bucket: Bucket) throws(S3Error) {
        guard !bucket.settings.areUnknown else { throw Self.unreadable }
        do throws(S3Error) {
            ownerID =
                try bucket[.own(.owner)].map { text throws(S3Error) in try Self.id(text) } ?? Owner.server.id
            let controls = try bucket[.own(.ownershipControls)].map { text throws(S3Error) in
                try OwnershipControls(parsing: text.bytes)
            }
            ownership = controls?.objectOwnership ?? .bucketOwnerEnforced
            hasOwnershipControls = controls != nil
            acl = try bucket[.own(.acl)].map { text throws(S3Error) in
                try AccessControlPolicy(parsing: text.bytes)
            }
            publicAccessBlock =
                try bucket[.own(.publicAccessBlock)].map { text throws(S3Error) in
                    try PublicAccessBlockConfiguration(parsing: text.bytes)
                } ?? PublicAccessBlockConfiguration()
        } catch {
            throw Self.unreadable
        }
    }

    private static func id(_ text: BucketText) throws(S3Error) -> String {
        guard let id = String(validating: text.bytes, as: UTF8.self), !id.isEmpty else { throw unreadable }
        return id
    }

    private static var unreadable: S3Error {
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
    /// - Throws: as ``BucketRules/init(of:)``.
    package var rules: BucketRules {
        get throws(S3Error) { try BucketRules(of: self) }
    }
}
