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

    /// Of the whole of a file. That of a large one runs in four chains at once, as each step of a chain waits for the one
    /// before it.
    init(_ bytes: [UInt8]) {
        self.init()
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= Self.lanesSizeMin else { return add(bytes) }
            let laneSize = bytes.count / 32 * 8
            addLanes(bytes, laneSize: laneSize)
            add(UnsafeRawBufferPointer(rebasing: bytes[(4 * laneSize)...]))
        }
    }

    private static let lanesSizeMin = 64 << 10

    /// The first four times `laneSize` bytes, a multiple of 8.
    private mutating func addLanes(_ bytes: UnsafeRawBufferPointer, laneSize: Int) {
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var (first, second, third, fourth) = (self, self, self, self)
        second.mix(1)
        third.mix(2)
        fourth.mix(3)
        for offset in stride(from: 0, to: laneSize, by: 8) {
            first.mix(word(offset))
            second.mix(word(offset + laneSize))
            third.mix(word(offset + 2 * laneSize))
            fourth.mix(word(offset + 3 * laneSize))
        }
        for lane in [first, second, third, fourth] { mix(lane.chain) }
        size += Int64(4 * laneSize)
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
