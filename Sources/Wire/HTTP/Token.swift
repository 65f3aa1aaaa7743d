/// The byte classes of RFC 9110 §5.
enum Token {
    private static let isTokenByte: [Bool] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(UInt8(byte))
        }
    }

    /// One token: at least one byte, all of them token bytes.
    static func isToken(_ bytes: some Sequence<UInt8>) -> Bool {
        var isEmpty = true
        for byte in bytes {
            guard isTokenByte[Int(byte)] else { return false }
            isEmpty = false
        }
        return !isEmpty
    }

    @inline(__always)
    static func isTokenByte(_ byte: UInt8) -> Bool { isTokenByte[Int(byte)] }

    /// Visible ASCII, a space, a tab, or obs-text.
    @inline(__always)
    static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x09 }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inline(__always)
    static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether `bytes` are `word`, which is in lower case, in some case.
    static func matches(_ bytes: some Collection<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in zip(bytes, word).allSatisfy { lowercase($0) == $1 } }
    }
}

/// Where the first line feed at or after `start` is. Eight bytes a step: a head is scanned once, but all of it.
func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ 0x0a0a_0a0a_0a0a_0a0a
        // A byte that was a line feed is zero now, and the lowest marked byte is truly one.
        let marks = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        if marks != 0 { return index + UInt64(littleEndian: marks).trailingZeroBitCount / 8 }
        index += 8
    }
    while index < bytes.count {
        if bytes[index] == 0x0a { return index }
        index += 1
    }
    return nil
}
