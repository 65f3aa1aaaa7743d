package import Base
internal import XML

/// The answer to CopyObject and UploadPartCopy.
package struct CopyResult: Sendable, Hashable {
    package enum Operation: String, Sendable {
        case copyObject = "CopyObjectResult"
        case uploadPartCopy = "CopyPartResult"
    }

    package var operation: Operation
    package var lastModified: Timestamp
    package var etag: ETag
    package var checksums: [Checksum]
    package var checksumKind: ChecksumAlgorithm.Kind?

    package init(
        _ operation: Operation,
        lastModified: Timestamp,
        etag: ETag,
        checksums: [Checksum] = [],
        checksumKind: ChecksumAlgorithm.Kind? = nil
    ) {
        self.operation = operation
        self.lastModified = lastModified
        self.etag = etag
        self.checksums = checksums
        self.checksumKind = checksumKind
    }

    package var xml: [UInt8] {
        document(operation.rawValue) { writer in
            writer.element("LastModified", lastModified)
            writer.element("ETag", etag)
            writer.elements(checksums)
            writer.element(ifPresent: "ChecksumType", checksumKind?.rawValue)
        }
    }
}
