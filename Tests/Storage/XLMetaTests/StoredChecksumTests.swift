import Base
import Testing

@testable import XLMeta

@Suite struct StoredChecksumTests {
    @Test func aRealValueReadsAndWritesBack() throws {
        let bytes = try #require([UInt8](hexadecimal: "d0012cd2c3a001f50b8e4b"))
        let checksums = try StoredChecksum.decode(bytes)
        let checksum = try #require(checksums.first)
        #expect(checksums.count == 1)
        #expect(checksum.algorithm == .crc32c)
        #expect(checksum.value == [0x2c, 0xd2, 0xc3, 0xa0])
        #expect(checksum.partCount == 1)
        #expect(checksum.partValues == [[0xf5, 0x0b, 0x8e, 0x4b]])
        #expect(checksum.clientForm == "LNLDoA==-1")
        #expect(StoredChecksum.encode(checksums) == bytes)
    }

    @Test("every algorithm survives the round trip", arguments: StoredChecksum.Algorithm.allCases)
    func roundTrip(algorithm: StoredChecksum.Algorithm) throws {
        let value = [UInt8](repeating: 7, count: algorithm.size)
        let checksums = [
            StoredChecksum(algorithm, value: value), StoredChecksum(algorithm, value: value, partCount: 300),
            StoredChecksum(
                algorithm,
                value: value,
                isFullObject: true,
                partCount: 2,
                partValues: [value, value]
            ),
            StoredChecksum(algorithm, value: value, isTrailing: true),
        ]
        let bytes = StoredChecksum.encode(checksums)
        #expect(try StoredChecksum.decode(bytes) == checksums)
        #expect(checksums[0].clientForm == Base64.standard.encode(value))
        #expect(checksums[2].clientForm == Base64.standard.encode(value))
        #expect(throws: XLMetaError.self) { try StoredChecksum.decode(Array(bytes.dropLast())) }
    }

    @Test(
        "impossible values are refused",
        arguments: [
            [0x20], [0x18, 0, 0, 0, 0], [0x08], [0x48, 1, 2, 3, 4, 0], [0x80], [0x00], [0x80, 0x08],
        ] as [[UInt8]]
    )
    func refusals(bytes: [UInt8]) {
        #expect(throws: XLMetaError.self) { try StoredChecksum.decode(bytes) }
    }

    @Test("any bytes are read or refused", arguments: 0..<8)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            // Refusal is as good as a value here: the point is that it comes to one of them.
            guard let checksums = try? StoredChecksum.decode(bytes) else { continue }
            #expect((try? StoredChecksum.decode(StoredChecksum.encode(checksums))) == checksums)
        }
    }
}
