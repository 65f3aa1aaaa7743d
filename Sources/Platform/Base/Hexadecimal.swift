private let lowerCaseDigits = Array("0123456789abcdef".utf8)

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte, most significant first.
    package var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(underestimatedCount * 2)
        for byte in self {
            digits.append(lowerCaseDigits[Int(byte >> 4)])
            digits.append(lowerCaseDigits[Int(byte & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value of one hexadecimal digit of either case, 0...15; `nil` for any other character.
    package var hexadecimalDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension [UInt8] {
    /// The bytes that pairs of hexadecimal digits of either case spell; `nil` for anything else.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexadecimalDigitValue,
                let low = digits[index + 1].hexadecimalDigitValue
            else { return nil }
            append(high << 4 | low)
        }
    }
}
