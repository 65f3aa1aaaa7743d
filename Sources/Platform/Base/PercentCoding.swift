/// Percent-encoding as RFC 3986 §2.1 has it: `+` is a plus, never a space.
package enum PercentCoding {
    /// What stays as it is: letters, digits, `-`, `.`, `_` and `~`.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The bytes `text` stands for; `nil` when a `%` is not followed by two hexadecimal digits.
    /// Bytes that should have been encoded and were not are taken as they are.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.underestimatedCount)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next()?.hexadecimalDigitValue,
                let low = iterator.next()?.hexadecimalDigitValue
            else { return nil }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    /// Appends `bytes` with everything but unreserved characters written as `%XX`, digits in upper case.
    package static func append(
        _ bytes: some Sequence<UInt8>,
        to encoded: inout [UInt8],
        keepingSlashes: Bool = false
    ) {
        for byte in bytes {
            if isUnreserved(byte) || (keepingSlashes && byte == UInt8(ascii: "/")) {
                encoded.append(byte)
            } else {
                appendEscaped(byte, to: &encoded)
            }
        }
    }

    package static func encode(_ bytes: some Sequence<UInt8>, keepingSlashes: Bool = false) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.underestimatedCount)
        append(bytes, to: &encoded, keepingSlashes: keepingSlashes)
        return encoded
    }

    /// Appends `%XX` whatever the byte is.
    package static func appendEscaped(_ byte: UInt8, to encoded: inout [UInt8]) {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(upperCaseDigits[Int(byte >> 4)])
        encoded.append(upperCaseDigits[Int(byte & 15)])
    }
}

private let upperCaseDigits = Array("0123456789ABCDEF".utf8)
