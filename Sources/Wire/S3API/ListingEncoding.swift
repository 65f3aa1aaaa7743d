internal import Base

/// How keys, prefixes and markers are written in listings.
package enum ListingEncoding: Sendable, Hashable {
    /// As they are; characters XML cannot hold are lost.
    case plain
    /// `encoding-type=url`: letters, digits and `-_./*` as they are, all else as `%XX`. A space is `%20`, which
    /// every client decodes, and not the `+` that only those decode which take keys for form fields.
    case url

    package func encode(_ text: String) -> String {
        guard self == .url else { return text }
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "~"): PercentCoding.appendEscaped(byte, to: &encoded)
            case UInt8(ascii: "/"), UInt8(ascii: "*"): encoded.append(byte)
            default: PercentCoding.append(CollectionOfOne(byte), to: &encoded)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The text of the EncodingType element.
    var elementText: String? { self == .url ? "url" : nil }
}
