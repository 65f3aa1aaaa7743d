package import Base
internal import XML

/// The answer to ListParts.
package struct ListPartsResult: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        /// 1...10000.
        package var number: Int
        package var lastModified: Timestamp
        package var etag: ETag
        /// In bytes.
        package var size: Int
        package var checksums: [Checksum]

        package init(number: Int, lastModified: Timestamp, etag: ETag, size: Int, checksums: [Checksum] = [])
        {
            self.number = number
            self.lastModified = lastModified
            self.etag = etag
            self.size = size
            self.checksums = checksums
        }
    }

    package var bucket: String
    package var upload: ListedUpload
    package var partNumberMarker: Int
    /// The last part's number on this page; 0 when there is none.
    package var nextPartNumberMarker: Int
    package var maxParts: Int
    package var isTruncated: Bool
    package var parts: [Part]
    package var encoding: ListingEncoding

    package init(
        bucket: String,
        upload: ListedUpload,
        partNumberMarker: Int,
        nextPartNumberMarker: Int,
        maxParts: Int,
        isTruncated: Bool,
        parts: [Part],
        encoding: ListingEncoding = .plain
    ) {
        self.bucket = bucket
        self.upload = upload
        self.partNumberMarker = partNumberMarker
        self.nextPartNumberMarker = nextPartNumberMarker
        self.maxParts = maxParts
        self.isTruncated = isTruncated
        self.parts = parts
        self.encoding = encoding
    }

    package var xml: [UInt8] {
        document("ListPartsResult") { writer in
            writer.element("Bucket", bucket)
            upload.writeIdentity(to: &writer, encoding)
            writer.element("PartNumberMarker", partNumberMarker)
            writer.element("NextPartNumberMarker", nextPartNumberMarker)
            writer.element("MaxParts", maxParts)
            writer.element("IsTruncated", isTruncated)
            upload.writeChecksum(to: &writer)
            for part in parts {
                writer.element("Part") { writer in
                    writer.element("PartNumber", part.number)
                    writer.element("LastModified", part.lastModified)
                    writer.element("ETag", part.etag)
                    writer.element("Size", part.size)
                    writer.elements(part.checksums)
                }
            }
            writer.element(ifPresent: "EncodingType", encoding.elementText)
        }
    }
}
