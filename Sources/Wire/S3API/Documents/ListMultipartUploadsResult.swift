internal import XML

/// The answer to ListMultipartUploads.
package struct ListMultipartUploadsResult: Sendable, Hashable {
    package var bucket: String
    package var keyMarker: String
    package var uploadIDMarker: String
    /// Both empty on the last page.
    package var nextKeyMarker: String
    package var nextUploadIDMarker: String
    package var prefix: String
    package var delimiter: String?
    package var maxUploads: Int
    package var isTruncated: Bool
    package var uploads: [ListedUpload]
    package var commonPrefixes: [String]
    package var encoding: ListingEncoding

    package init(
        bucket: String,
        keyMarker: String = "",
        uploadIDMarker: String = "",
        nextKeyMarker: String = "",
        nextUploadIDMarker: String = "",
        prefix: String = "",
        delimiter: String? = nil,
        maxUploads: Int,
        isTruncated: Bool,
        uploads: [ListedUpload],
        commonPrefixes: [String] = [],
        encoding: ListingEncoding = .plain
    ) {
        self.bucket = bucket
        self.keyMarker = keyMarker
        self.uploadIDMarker = uploadIDMarker
        self.nextKeyMarker = nextKeyMarker
        self.nextUploadIDMarker = nextUploadIDMarker
        self.prefix = prefix
        self.delimiter = delimiter
        self.maxUploads = maxUploads
        self.isTruncated = isTruncated
        self.uploads = uploads
        self.commonPrefixes = commonPrefixes
        self.encoding = encoding
    }

    package var xml: [UInt8] {
        document("ListMultipartUploadsResult") { writer in
            writer.element("Bucket", bucket)
            writer.element("KeyMarker", encoding.encode(keyMarker))
            writer.element("UploadIdMarker", uploadIDMarker)
            writer.element("NextKeyMarker", encoding.encode(nextKeyMarker))
            writer.element("NextUploadIdMarker", nextUploadIDMarker)
            writer.element("Prefix", encoding.encode(prefix))
            writer.element(ifPresent: "Delimiter", delimiter.map { encoding.encode($0) })
            writer.element(ifPresent: "EncodingType", encoding.elementText)
            writer.element("MaxUploads", maxUploads)
            writer.element("IsTruncated", isTruncated)
            for upload in uploads {
                writer.element("Upload") { writer in
                    upload.writeIdentity(to: &writer, encoding)
                    writer.element("Initiated", upload.initiated)
                    upload.writeChecksum(to: &writer)
                }
            }
            writer.commonPrefixes(commonPrefixes, encoding)
        }
    }
}
