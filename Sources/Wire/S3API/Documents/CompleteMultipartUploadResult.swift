internal import XML

/// The answer to CompleteMultipartUpload.
package struct CompleteMultipartUploadResult: Sendable, Hashable {
    /// Where the object is, as in `http://host/bucket/key`.
    package var location: String
    package var bucket: String
    package var key: String
    package var etag: ETag
    package var checksums: [Checksum]
    package var checksumKind: ChecksumAlgorithm.Kind?

    package init(
        location: String,
        bucket: String,
        key: String,
        etag: ETag,
        checksums: [Checksum] = [],
        checksumKind: ChecksumAlgorithm.Kind? = nil
    ) {
        self.location = location
        self.bucket = bucket
        self.key = key
        self.etag = etag
        self.checksums = checksums
        self.checksumKind = checksumKind
    }

    package var xml: [UInt8] {
        document("CompleteMultipartUploadResult") { writer in
            writer.element("Location", location)
            writer.element("Bucket", bucket)
            writer.element("Key", key)
            writer.element("ETag", etag)
            writer.elements(checksums)
            writer.element(ifPresent: "ChecksumType", checksumKind?.rawValue)
        }
    }
}
