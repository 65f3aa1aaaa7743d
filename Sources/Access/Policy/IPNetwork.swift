/// An IPv4 or IPv6 address, or a network in CIDR notation. IPv4 addresses that are written inside of IPv6
/// (`::ffff:192.0.2.1`) are the IPv4 addresses.
package struct IPNetwork: Sendable, Hashable {
    enum Family: Sendable, Hashable {
        case v4
        case v6

        var bitCount: Int {
            switch self {
            case .v4: 32
            case .v6: 128
            }
        }
    }

    let family: Family
    /// How many leading bits the network fixes: all of them for one address.
    let prefixLength: Int
    /// Right-aligned; bits outside the network are zero.
    private let bits: UInt128

    /// An address or `address/length`. Host bits may be set, and mean nothing.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = Self.address(parts[0]) else { return nil }
        var (family, bits) = address
        var length = family.bitCount
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count),
                parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let written = Int(parts[1]), written <= length
            else { return nil }
            length = written
        }
        if family == .v6, bits >> 32 == 0xffff, length >= 96 {
            (family, bits, length) = (.v4, bits & 0xffff_ffff, length - 96)
        }
        self.family = family
        prefixLength = length
        self.bits = bits & Self.mask(length, family)
    }

    package func contains(_ other: IPNetwork) -> Bool {
        family == other.family && other.prefixLength >= prefixLength
            && other.bits & Self.mask(prefixLength, family) == bits
    }

    private static func mask(_ length: Int, _ family: Family) -> UInt128 {
        let all: UInt128 = family == .v4 ? 0xffff_ffff : .max
        let hostBitCount = family.bitCount - length
        return hostBitCount == 128 ? 0 : (all >> UInt128(hostBitCount)) << UInt128(hostBitCount)
    }

    private static func address(_ text: Substring) -> (Family, UInt128)? {
        if let bits = version4(text) { return (.v4, UInt128(bits)) }
        return version6(text).map { (.v6, $0) }
    }

    private static func version4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count),
                part.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"),
                let value = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }

    private static func version6(_ text: Substring) -> UInt128? {
        guard text.utf8.count <= 45 else { return nil }
        guard let gap = firstGap(in: text) else {
            guard let groups = groups(text), groups.count == 8 else { return nil }
            return groups.reduce(0) { $0 << 16 | UInt128($1) }
        }
        let (headText, tailText) = (text[..<gap.lowerBound], text[gap.upperBound...])
        guard let head = headText.isEmpty ? [] : groups(headText),
            let tail = tailText.isEmpty ? [] : groups(tailText),
            head.count + tail.count < 8
        else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
        return (head + zeros + tail).reduce(0) { $0 << 16 | UInt128($1) }
    }

    private static func firstGap(in text: Substring) -> Range<Substring.Index>? {
        var index = text.startIndex
        while let colon = text.utf8[index...].firstIndex(of: UInt8(ascii: ":")) {
            let next = text.utf8.index(after: colon)
            guard next < text.endIndex else { return nil }
            if text.utf8[next] == UInt8(ascii: ":") { return colon..<text.utf8.index(after: next) }
            index = next
        }
        return nil
    }

    /// The last group may be an IPv4 address, which stands for two.
    private static func groups(_ text: Substring) -> [UInt16]? {
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let bits = version4(part) {
                groups += [UInt16(bits >> 16), UInt16(bits & 0xffff)]
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexadecimalDigit),
                let group = UInt16(part, radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
