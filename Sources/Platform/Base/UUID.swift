/// Sixteen bytes that name something, in text order: the first byte is the first pair of digits.
package struct UUID: Sendable, Hashable {
    /// The bytes, big-endian halves.
    package let high: UInt64
    package let low: UInt64

    /// The id of nothing: in `xl.meta` the null version.
    package static let zero = UUID(high: 0, low: 0)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 4 id (RFC 9562) of 122 random bits.
    package init(using random: inout some RandomNumberGenerator) {
        high = random.next() & 0xffff_ffff_ffff_0fff | 0x4000
        low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    }

    /// `nil` unless there are exactly sixteen bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// As the generic form, and much cheaper: ids are read by the thousand.
    package init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let halves = bytes.withUnsafeBytes { bytes in
            (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        (high, low) = (UInt64(bigEndian: halves.0), UInt64(bigEndian: halves.1))
    }

    /// Reads the 36-character form with hyphens, digits of either case; `nil` for any other form.
    package init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, character) in characters.enumerated() {
            if Self.hyphens.contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = character.hexadecimalDigitValue else { return nil }
            halves = (halves.0 << 4 | halves.1 >> 60, halves.1 << 4 | UInt64(digit))
        }
        (high, low) = halves
    }

    private static let hyphens: Set<Int> = [8, 13, 18, 23]

    package var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }
}

extension UUID: CustomStringConvertible {
    /// The 36-character form with hyphens and lower-case digits.
    package var description: String {
        var text = Array(bytes.hexadecimal.utf8)
        for position in [20, 16, 12, 8] { text.insert(UInt8(ascii: "-"), at: position) }
        return String(decoding: text, as: UTF8.self)
    }
}
