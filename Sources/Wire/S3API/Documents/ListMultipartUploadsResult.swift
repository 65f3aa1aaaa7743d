package import Base
internal import XML

/// The answer to ListMultipartUploads.
package struct ListMultipartUploadsResult: Sendable, Hashable {
    package struct Upload: Sendable, Hashable {
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
    }

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
    package var uploads: [Upload]
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
        uploads: [Upload],
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
            for upload in uploads { write(upload, to: &writer) }
            writer.commonPrefixes(commonPrefixes, encoding)
        }
    }

    private func write(_ upload: Upload, to writer: inout XMLWriter) {
        writer.element("Upload") { writer in
            writer.element("Key", encoding.encode(upload.key))
            writer.element("UploadId", upload.uploadID)
            writer.element("Initiator", upload.initiator)
            writer.element("Owner", upload.owner)
            writer.element("StorageClass", upload.storageClass)
            writer.element("Initiated", upload.initiated)
            writer.element(ifPresent: "ChecksumAlgorithm", upload.checksumAlgorithm?.rawValue)
            writer.element(ifPresent: "ChecksumType", upload.checksumKind?.rawValue)
        }
    }
}
