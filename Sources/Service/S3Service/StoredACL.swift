package import Engine
package import S3API
internal import XLMeta

extension ObjectVersion {
    /// The owner and the list that are stored with the version; `nil` where it is the bucket owner's, alone. In force
    /// only where the bucket has lists.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where they cannot be read.
    package var storedACL: AccessControlPolicy? {
        get throws(S3Error) {
            try AccessControlPolicy(stored: internalMetadata(InternalMetadataKey.accessControl))
        }
    }
}

extension Upload {
    /// What the completed object will have; see ``ObjectVersion/storedACL``.
    package var storedACL: AccessControlPolicy? {
        get throws(S3Error) {
            let name = InternalMetadataKey.accessControl
            return try AccessControlPolicy(
                stored: internalMetadata.first { $0.name.lowercased() == name }?.value
            )
        }
    }
}

extension AccessControlPolicy {
    fileprivate init?(stored bytes: [UInt8]?) throws(S3Error) {
        guard let bytes else { return nil }
        do throws(S3Error) {
            try self.init(parsing: bytes)
        } catch {
            throw S3Error(.internalError, "The stored access control list cannot be read.")
        }
    }
}

extension ObjectMetadata {
    /// Has the version belong to `list`'s owner and grant what it says.
    ///
    /// - Parameter bucketOwnerID: where the list gives only this owner anything, nothing is stored.
    package mutating func setACL(_ list: AccessControlPolicy, bucketOwnerID: String) {
        let name = InternalMetadataKey.accessControl
        system.removeAll { $0.name.lowercased() == name }
        guard !list.isPrivate || !list.owner.id.utf8.elementsEqual(bucketOwnerID.utf8) else { return }
        system.append((name, list.xml))
    }
}
