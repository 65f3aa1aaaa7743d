package import Base
internal import XML

/// A version or a delete marker in a listing.
package struct ListedVersion: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case object(ListedObject)
        case deleteMarker(key: String, lastModified: Timestamp, owner: Owner?)
    }

    package var content: Content
    /// `null` for the null version.
    package var versionID: String
    package var isLatest: Bool

    package init(_ content: Content, versionID: String, isLatest: Bool) {
        (self.content, self.versionID, self.isLatest) = (content, versionID, isLatest)
    }

    func write(to writer: inout XMLWriter, _ encoding: ListingEncoding) {
        switch content {
        case .object(let object):
            writer.element("Version") { writer in
                object.writeContent(to: &writer, encoding)
                writeIdentity(to: &writer)
            }
        case .deleteMarker(let key, let lastModified, let owner):
            writer.element("DeleteMarker") { writer in
                writer.element("Key", encoding.encode(key))
                writer.element("LastModified", lastModified)
                if let owner { writer.element("Owner", owner) }
                writeIdentity(to: &writer)
            }
        }
    }

    private func writeIdentity(to writer: inout XMLWriter) {
        writer.element("VersionId", versionID)
        writer.element("IsLatest", isLatest)
    }
}

/// The answer to ListObjectVersions.
package struct ListVersionsResult: Sendable, Hashable {
    package var bucket: String
    package var prefix: String
    package var delimiter: String?
    package var maxKeys: Int
    package var encoding: ListingEncoding
    package var keyMarker: String
    package var versionIDMarker: String
    package var isTruncated = false
    /// Where the listing goes on.
    package var nextKeyMarker: String?
    package var nextVersionIDMarker: String?
    package var versions: [ListedVersion] = []
    package var commonPrefixes: [String] = []

    package init(
        bucket: String,
        prefix: String,
        delimiter: String? = nil,
        maxKeys: Int,
        encoding: ListingEncoding = .plain,
        keyMarker: String = "",
        versionIDMarker: String = ""
    ) {
        (self.bucket, self.prefix, self.delimiter) = (bucket, prefix, delimiter)
        (self.maxKeys, self.encoding) = (maxKeys, encoding)
        (self.keyMarker, self.versionIDMarker) = (keyMarker, versionIDMarker)
    }

    package var xml: [UInt8] {
        document("ListVersionsResult") { writer in
            writer.element("Name", bucket)
            writer.element("Prefix", encoding.encode(prefix))
            writer.element("KeyMarker", encoding.encode(keyMarker))
            writer.element("VersionIdMarker", versionIDMarker)
            writer.element(ifPresent: "NextKeyMarker", nextKeyMarker.map { encoding.encode($0) })
            writer.element(ifPresent: "NextVersionIdMarker", nextVersionIDMarker)
            writer.element("MaxKeys", maxKeys)
            writer.element(ifPresent: "Delimiter", delimiter.map { encoding.encode($0) })
            writer.element("IsTruncated", isTruncated)
            for version in versions { version.write(to: &writer, encoding) }
            writer.commonPrefixes(commonPrefixes, encoding)
            writer.element(ifPresent: "EncodingType", encoding.elementText)
        }
    }
}
