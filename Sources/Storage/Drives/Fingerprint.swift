/// Tells one content of a file from another: its size and a 64-bit chain over its bytes.
///
/// Against torn writes and mix-ups of versions, not against an adversary: the drive compares only what it
/// has written itself.
struct Fingerprint: Sendable, Hashable {
    private(set) var size: Int64
    private(set) var chain: UInt64

    init(size: Int64 = 0, chain: UInt64 = 0x6d61_7274_6c65_7431) {
        self.size = size
        self.chain = chain
    }

    init(_ bytes: [UInt8]) {
        self.init()
        bytes.withUnsafeBytes { add($0) }
    }

    /// Appends bytes; the same bytes in other pieces give another chain.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var tail: UInt64 = 0
        for byte in bytes[offset...] { tail = tail << 8 | UInt64(byte) }
        mix(tail)
        mix(UInt64(bytes.count))
        size += Int64(bytes.count)
    }

    private mutating func mix(_ word: UInt64) {
        chain = (chain ^ word) &* 0x9fb2_1c65_1e98_df25
        chain ^= chain >> 29
    }
}
