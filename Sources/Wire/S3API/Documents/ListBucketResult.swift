package import Base
internal import XML

/// An object in a listing.
package struct ListedObject: Sendable, Hashable {
    package var key: String
    package var lastModified: Timestamp
    package var etag: ETag
    /// In bytes, as the client stored it.
    package var size: Int
    package var owner: Owner?
    package var storageClass: String
    package var checksumAlgorithms: [ChecksumAlgorithm]
    package var checksumKind: ChecksumAlgorithm.Kind?

    package init(
        key: String,
        lastModified: Timestamp,
        etag: ETag,
        size: Int,
        owner: Owner? = nil,
        storageClass: String = "STANDARD",
        checksumAlgorithms: [ChecksumAlgorithm] = [],
        checksumKind: ChecksumAlgorithm.Kind? = nil
    ) {
        self.key = key
        self.lastModified = lastModified
        self.etag = etag
        self.size = size
        self.owner = owner
        self.storageClass = storageClass
        self.checksumAlgorithms = checksumAlgorithms
        self.checksumKind = checksumKind
    }

    func write(to writer: inout XMLWriter, _ encoding: ListingEncoding) {
        writer.element("Contents") { writeContent(to: &$0, encoding) }
    }

    func writeContent(to writer: inout XMLWriter, _ encoding: ListingEncoding) {
        writer.element("Key", encoding.encode(key))
        writer.element("LastModified", lastModified)
        writer.element("ETag", etag)
        writer.element("Size", size)
        if let owner { writer.element("Owner", owner) }
        writer.element("StorageClass", storageClass)
        for algorithm in checksumAlgorithms { writer.element("ChecksumAlgorithm", algorithm.rawValue) }
        writer.element(ifPresent: "ChecksumType", checksumKind?.rawValue)
    }
}

/// The answer to ListObjects, of either version.
package struct ListBucketResult: Sendable, Hashable {
    package enum Paging: Sendable, Hashable {
        /// Version 1. `nextMarker` only when a delimiter was given and the listing goes on.
        case markers(marker: String, nextMarker: String?)
        /// Version 2. Tokens are opaque and never encoded.
        case tokens(continuationToken: String?, startAfter: String?, nextContinuationToken: String?)
    }

    package var bucket: String
    package var prefix: String
    package var delimiter: String?
    package var maxKeys: Int
    package var isTruncated: Bool
    package var paging: Paging
    package var encoding: ListingEncoding
    /// Owners are written where they are set: always in version 1, in version 2 only when asked for.
    package var contents: [ListedObject]
    package var commonPrefixes: [String]

    package init(
        bucket: String,
        prefix: String,
        delimiter: String? = nil,
        maxKeys: Int,
        isTruncated: Bool,
        paging: Paging,
        encoding: ListingEncoding = .plain,
        contents: [ListedObject],
        commonPrefixes: [String] = []
    ) {
        self.bucket = bucket
        self.prefix = prefix
        self.delimiter = delimiter
        self.maxKeys = maxKeys
        self.isTruncated = isTruncated
        self.paging = paging
        self.encoding = encoding
        self.contents = contents
        self.commonPrefixes = commonPrefixes
    }

    package var xml: [UInt8] {
        document("ListBucketResult") { writer in
            writer.element("Name", bucket)
            writer.element("Prefix", encoding.encode(prefix))
            switch paging {
            case .markers(let marker, let nextMarker):
                writer.element("Marker", encoding.encode(marker))
                writer.element(ifPresent: "NextMarker", nextMarker.map { encoding.encode($0) })
            case .tokens(let token, let startAfter, let nextToken):
                writer.element(ifPresent: "StartAfter", startAfter.map { encoding.encode($0) })
                writer.element(ifPresent: "ContinuationToken", token)
                writer.element(ifPresent: "NextContinuationToken", nextToken)
                writer.element("KeyCount", contents.count + commonPrefixes.count)
            }
            writer.element("MaxKeys", maxKeys)
            writer.element(ifPresent: "Delimiter", delimiter.map { encoding.encode($0) })
            writer.element("IsTruncated", isTruncated)
            for object in contents { object.write(to: &writer, encoding) }
            writer.commonPrefixes(commonPrefixes, encoding)
            writer.element(ifPresent: "EncodingType", encoding.elementText)
        }
    }
}
