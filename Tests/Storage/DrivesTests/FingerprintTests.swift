import Base
import Testing

@testable import Drives

@Suite struct FingerprintTests {
    /// Files of at least 64 KiB are read in four places at once.
    private static let sizes = [0, 1, 7, 8, 65_535, 65_536, 65_537, 65_543, 65_567, 65_568, 200_003]

    private static func bytes(_ size: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 9)
        return (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    @Test("it tells a file from the same with one bit changed, wherever that is", arguments: sizes)
    func oneBit(size: Int) {
        let bytes = Self.bytes(size)
        let fingerprint = Fingerprint(bytes)
        #expect(fingerprint.size == Int64(size))
        #expect(fingerprint == Fingerprint(bytes))
        var seen: Set<UInt64> = [fingerprint.chain]
        let places = Set(
            [0, 1, size / 4, size / 2, size - 9, size - 1].filter { bytes.indices.contains($0) }
        )
        for place in places {
            for bit in [0, 7] as [UInt8] {
                var changed = bytes
                changed[place] ^= 1 << bit
                seen.insert(Fingerprint(changed).chain)
            }
        }
        #expect(seen.count == 1 + 2 * places.count)
    }

    @Test("it tells a file from one that is shorter or longer", arguments: sizes)
    func otherSize(size: Int) {
        let bytes = Self.bytes(size)
        #expect(Fingerprint(bytes + [0]).chain != Fingerprint(bytes).chain)
        #expect(Fingerprint(Array(bytes.dropLast())) != Fingerprint(bytes) || size == 0)
    }

    @Test func theSameBytesInAnotherOrderAreAnotherFile() {
        let quarters = (0..<4).map { [UInt8](repeating: UInt8($0), count: 32 << 10) }
        let orders = [[0, 1, 2, 3], [1, 0, 2, 3], [3, 1, 2, 0], [0, 1, 3, 2], [1, 2, 3, 0]]
        let chains = orders.map { order in Fingerprint(order.flatMap { quarters[$0] }).chain }
        #expect(Set(chains).count == orders.count)
    }
}
