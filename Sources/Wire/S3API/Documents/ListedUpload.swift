package import Base
internal import XML

/// A multipart upload as listings of uploads and of its parts describe it.
package struct ListedUpload: Sendable, Hashable {
    package var key: String
    package var uploadID: String
    package var initiator: Owner
    package var owner: Owner
    package var storageClass: String
    package var initiated: Timestamp
    package var checksumAlgorithm: ChecksumAlgorithm?
    package var checksumKind: ChecksumAlgorithm.Kind?

    package init(
        key: String,
        uploadID: String,
        initiator: Owner,
        owner: Owner,
        storageClass: String = "STANDARD",
        initiated: Timestamp,
        checksumAlgorithm: ChecksumAlgorithm? = nil,
        checksumKind: ChecksumAlgorithm.Kind? = nil
    ) {
        self.key = key
        self.uploadID = uploadID
        self.initiator = initiator
        self.owner = owner
        self.storageClass = storageClass
        self.initiated = initiated
        self.checksumAlgorithm = checksumAlgorithm
        self.checksumKind = checksumKind
    }

    /// What is uploaded, by whom, and how it is stored.
    func writeIdentity(to writer: inout XMLWriter, _ encoding: ListingEncoding) {
        writer.element("Key", encoding.encode(key))
        writer.element("UploadId", uploadID)
        writer.element("Initiator", initiator)
        writer.element("Owner", owner)
        writer.element("StorageClass", storageClass)
    }

    /// Nothing for an upload without a checksum of its own.
    func writeChecksum(to writer: inout XMLWriter) {
        writer.element(ifPresent: "ChecksumAlgorithm", checksumAlgorithm?.rawValue)
        writer.element(ifPresent: "ChecksumType", checksumKind?.rawValue)
    }
}
