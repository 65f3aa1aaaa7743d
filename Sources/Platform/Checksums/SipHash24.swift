/// Aumasson's and Bernstein's SipHash with two rounds a word and four at the end: it chooses an object's
/// erasure set.
package enum SipHash24 {
    /// - Parameters:
    ///   - k0: the key's first eight bytes, little-endian.
    ///   - k1: the key's last eight bytes, little-endian.
    package static func hash(k0: UInt64, k1: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = State(k0: k0, k1: k1)
        let wholeSize = bytes.count & ~7
        for offset in stride(from: 0, to: wholeSize, by: 8) {
            state.absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        // The last word: the bytes left over, and the size modulo 256 on top.
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for offset in wholeSize..<bytes.count {
            last |= UInt64(bytes[offset]) << UInt64(8 * (offset - wholeSize))
        }
        state.absorb(last)
        return state.finished()
    }
}

private struct State {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    /// The constants spell "somepseudorandomlygeneratedbytes".
    init(k0: UInt64, k1: UInt64) {
        v0 = k0 ^ 0x736f_6d65_7073_6575
        v1 = k1 ^ 0x646f_7261_6e64_6f6d
        v2 = k0 ^ 0x6c79_6765_6e65_7261
        v3 = k1 ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    consuming func finished() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v1 = v1.rotatedLeft(by: 13) ^ v0
        v0 = v0.rotatedLeft(by: 32)
        v2 &+= v3
        v3 = v3.rotatedLeft(by: 16) ^ v2
        v0 &+= v3
        v3 = v3.rotatedLeft(by: 21) ^ v0
        v2 &+= v1
        v1 = v1.rotatedLeft(by: 17) ^ v2
        v2 = v2.rotatedLeft(by: 32)
    }
}

extension UInt64 {
    fileprivate func rotatedLeft(by count: UInt64) -> UInt64 { self &<< count | self &>> (64 - count) }
}
