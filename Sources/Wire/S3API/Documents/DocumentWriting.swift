internal import Base
internal import XML

private let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

/// A whole document with S3's namespace on its root.
func document(_ root: String, content: (inout XMLWriter) -> Void) -> [UInt8] {
    var writer = XMLWriter()
    writer.element(root, attributes: [("xmlns", namespace)], content: content)
    return writer.document
}

/// A document without the declaration in front of it, as MinIO keeps the settings of buckets.
package func withoutDeclaration(_ document: [UInt8]) -> [UInt8] {
    guard document.starts(with: "<?xml".utf8),
        let end = document.firstIndex(of: UInt8(ascii: "\n"))
    else { return document }
    return Array(document[(end + 1)...])
}

extension XMLWriter {
    mutating func element(_ name: String, _ owner: Owner) {
        element(name) { writer in
            writer.element("ID", owner.id)
            writer.element("DisplayName", owner.displayName)
        }
    }

    mutating func element(_ name: String, _ time: Timestamp) { element(name, time.iso8601Milliseconds) }

    mutating func element(_ name: String, _ etag: ETag) { element(name, etag.quoted) }

    mutating func elements(_ checksums: [Checksum]) {
        for checksum in checksums { element(checksum.algorithm.elementName, checksum.text) }
    }

    mutating func commonPrefixes(_ prefixes: [String], _ encoding: ListingEncoding) {
        for prefix in prefixes {
            element("CommonPrefixes") { $0.element("Prefix", encoding.encode(prefix)) }
        }
    }
}
