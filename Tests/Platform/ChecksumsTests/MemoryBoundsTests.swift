import Checksums
import TestSupport
import Testing

/// Kernels must not look beyond their bytes, not even where it would not change the result: there may be no
/// memory.
@Suite struct MemoryBoundsTests {
    @Test("nothing behind or in front of the bytes is touched", arguments: [GuardedMemory.Edge.start, .end])
    func guarded(edge: GuardedMemory.Edge) {
        for size in Array(0...300) + [4095, 4096, 4097] {
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let memory = GuardedMemory(content, against: edge)
            let bytes = UnsafeRawBufferPointer(start: memory.bytes, count: size)
            var crc32 = CRC32()
            var crc32c = CRC32C()
            var crc64 = CRC64NVME()
            crc32.update(bytes)
            crc32c.update(bytes)
            crc64.update(bytes)
            #expect(CRC64NVME.combine(0, crc64.value, secondSize: Int64(size)) == crc64.value)
            #expect(XXHash64.hash(bytes) == content.withUnsafeBytes { XXHash64.hash($0) })
            #expect(XXHash3.hash(bytes) == content.withUnsafeBytes { XXHash3.hash($0) })
            #expect(
                SipHash24.hash(k0: 1, k1: 2, bytes)
                    == content.withUnsafeBytes { SipHash24.hash(k0: 1, k1: 2, $0) }
            )
            withExtendedLifetime(memory) {}
        }
    }

    @Test("shards hashed together stay within theirs", arguments: [GuardedMemory.Edge.start, .end], 1...7)
    func guardedMessages(edge: GuardedMemory.Edge, count: Int) {
        let key = HighwayHash256.Key([UInt8](1...32))
        for size in Array(0...100) + [4096, 4097] {
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let memories = (0..<count).map { _ in GuardedMemory(content, against: edge) }
            let digests = (0..<count).map { _ in
                GuardedMemory([UInt8](repeating: 0, count: HighwayHash256.digestSize), against: edge)
            }
            memories.map { UnsafeRawPointer($0.bytes) }.withUnsafeBufferPointer { messages in
                digests.map(\.bytes).withUnsafeBufferPointer { targets in
                    HighwayHash256.hash(messages: messages, length: size, key: key, digests: targets)
                }
            }
            let expected = HighwayHash256.hash(content, key: key)
            let wrong = digests.count {
                Array(UnsafeRawBufferPointer(start: $0.bytes, count: HighwayHash256.digestSize)) != expected
            }
            #expect(wrong == 0, "\(size) bytes")
            withExtendedLifetime(memories) {}
        }
    }
}
