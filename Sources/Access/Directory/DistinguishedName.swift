import Base

/// Why a text is no distinguished name. Offsets count bytes from its start.
package enum DistinguishedNameError: Error, Equatable, Sendable {
    case tooLong(size: Int, sizeMax: Int)
    /// A type that is empty, or no `=` after it.
    case malformedType(offset: Int)
    case malformedEscape(offset: Int)
    /// A byte that has to be escaped and is not.
    case unescapedByte(UInt8, offset: Int)
    /// After `#`: not hexadecimal, or not exactly one value in BER.
    case malformedEncoding(offset: Int)
}

/// The name of an entry (RFC 4514), in a form in which two spellings of one name are the same text.
///
///     UID=Ann , OU = People+L=Köln,dc=example
///     uid=Ann,l=K\c3\b6ln+ou=People,dc=example
///
/// Types are in lower case, the parts of a multi-valued name are sorted, white space around parts is gone, and each value
/// has one way of escaping. The case of values is kept. MinIO writes its policy mappings under names in this form.
package struct DistinguishedName: Hashable, Sendable, CustomStringConvertible {
    package static let sizeMax = 4096

    package struct Attribute: Hashable, Sendable {
        /// In lower case.
        package let type: String
        /// Without escapes; not always text.
        package let value: [UInt8]
    }

    /// The entry's own name first. None for the root.
    package let relativeNames: [[Attribute]]
    package let description: String

    package init(_ text: String) throws(DistinguishedNameError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.sizeMax else { throw .tooLong(size: bytes.count, sizeMax: Self.sizeMax) }
        var parser = DistinguishedNameParser(bytes: bytes)
        relativeNames = try parser.parse()
        description = relativeNames.map { attributes in
            attributes.map { $0.normalised }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .joined(separator: "+")
        }.joined(separator: ",")
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension DistinguishedName.Attribute {
    fileprivate var normalised: String { "\(type)=\(Self.escape(value))" }

    /// RFC 4514 §2.4, and everything that is not printable ASCII by its number.
    private static func escape(_ value: [UInt8]) -> String {
        var text = ""
        for (index, byte) in value.enumerated() {
            let isFirst = index == 0
            let isLast = index == value.count - 1
            switch byte {
            case UInt8(ascii: " ") where isFirst || isLast, UInt8(ascii: "#") where isFirst,
                UInt8(ascii: "\""), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
                UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "\\"):
                text += "\\" + String(UnicodeScalar(byte))
            case 0x20...0x7e: text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += "\\" + [byte].hexadecimal
            }
        }
        return text
    }
}
