import Base

/// name = part *("," part); part = pair *("+" pair); pair = type "=" value. `;` separates too, as in RFC 2253.
struct DistinguishedNameParser {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(DistinguishedNameError) -> [[DistinguishedName.Attribute]] {
        skipSpaces()
        guard index < bytes.count else { return [] }
        var names = [[try parsePair()]]
        while index < bytes.count {
            let separator = bytes[index]
            index += 1
            let pair = try parsePair()
            if separator == UInt8(ascii: "+") {
                names[names.count - 1].append(pair)
            } else {
                names.append([pair])
            }
        }
        return names
    }

    private mutating func parsePair() throws(DistinguishedNameError) -> DistinguishedName.Attribute {
        skipSpaces()
        let start = index
        while index < bytes.count, Self.isTypeByte(bytes[index]) { index += 1 }
        let type = String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
        skipSpaces()
        guard !type.isEmpty, index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
            throw .malformedType(offset: index)
        }
        index += 1
        skipSpaces()
        if index < bytes.count, bytes[index] == UInt8(ascii: "#") {
            return DistinguishedName.Attribute(type: type, value: try parseEncodedValue())
        }
        return DistinguishedName.Attribute(type: type, value: try parseValue())
    }

    /// Letters, digits and hyphens, or numbers with dots.
    private static func isTypeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Up to a separator, which stays. White space at the end counts only where it is escaped.
    private mutating func parseValue() throws(DistinguishedNameError) -> [UInt8] {
        var value: [UInt8] = []
        var keptCount = 0
        while index < bytes.count, !isAtSeparator {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\\"):
                value.append(try parseEscape())
                keptCount = value.count
            case 0, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"):
                throw .unescapedByte(byte, offset: index)
            default:
                value.append(byte)
                index += 1
                if byte != UInt8(ascii: " ") { keptCount = value.count }
            }
        }
        value.removeLast(value.count - keptCount)
        return value
    }

    private mutating func parseEscape() throws(DistinguishedNameError) -> UInt8 {
        let start = index
        guard index + 1 < bytes.count else { throw .malformedEscape(offset: start) }
        let first = bytes[index + 1]
        if " \"#+,;<=>\\".utf8.contains(first) {
            index += 2
            return first
        }
        guard index + 2 < bytes.count, let high = first.hexadecimalDigitValue,
            let low = bytes[index + 2].hexadecimalDigitValue
        else { throw .malformedEscape(offset: start) }
        index += 3
        return high << 4 | low
    }

    /// `#` and the digits of one BER value, whose content is the value.
    private mutating func parseEncodedValue() throws(DistinguishedNameError) -> [UInt8] {
        let start = index
        index += 1
        var encoded: [UInt8] = []
        while index + 1 < bytes.count, let high = bytes[index].hexadecimalDigitValue,
            let low = bytes[index + 1].hexadecimalDigitValue
        {
            encoded.append(high << 4 | low)
            index += 2
        }
        skipSpaces()
        guard index == bytes.count || isAtSeparator, let content = Self.content(encoded) else {
            throw .malformedEncoding(offset: start)
        }
        return content
    }

    /// A primitive value of a one-byte tag; the length in one byte, or in up to two after a byte that counts them.
    private static func content(_ encoded: [UInt8]) -> [UInt8]? {
        guard encoded.count >= 2, encoded[0] & 0x20 == 0, encoded[0] & 0x1f != 0x1f else { return nil }
        var (start, size) = (2, Int(encoded[1]))
        if size >= 0x80 {
            let sizeCount = size & 0x7f
            guard (1...2).contains(sizeCount), encoded.count >= 2 + sizeCount else { return nil }
            size = encoded[2..<2 + sizeCount].reduce(0) { $0 << 8 | Int($1) }
            start += sizeCount
        }
        guard encoded.count == start + size else { return nil }
        return Array(encoded[start...])
    }

    private var isAtSeparator: Bool {
        switch bytes[index] {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "+"): true
        default: false
        }
    }

    private mutating func skipSpaces() {
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    }
}
