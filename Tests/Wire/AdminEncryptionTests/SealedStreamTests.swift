import AdminEncryption
import Base
import Cryptography
import Testing

@Suite struct SealedStreamTests {
    private static let chunkSize = 16384
    private static let sealedSize = 16400

    private func stream(_ algorithm: AuthenticatedCipherAlgorithm = .aes256GCM) -> SealedStream {
        SealedStream(algorithm, key: Array(0..<32), nonce: Array(0..<8))
    }

    @Test(
        "any size comes back, 16 bytes larger a chunk",
        arguments: AuthenticatedCipherAlgorithm.allCases,
        [(0, 1), (1, 1), (16383, 1), (16384, 1), (16385, 2), (32768, 2), (32769, 3), (1_000_000, 62)]
    )
    func sizes(algorithm: AuthenticatedCipherAlgorithm, sizes: (plaintext: Int, chunkCount: Int)) throws {
        let plaintext = patterned(sizes.plaintext)
        let sealed = stream(algorithm).seal(plaintext)
        #expect(sealed.count == sizes.plaintext + 16 * sizes.chunkCount)
        #expect(try SealedStream.plaintextSize(streamSize: sealed.count) == sizes.plaintext)
        #expect(try stream(algorithm).open(sealed[...]) == plaintext)
    }

    @Test("a slice is opened where it lies") func slices() throws {
        let sealed = [1, 2, 3] + stream().seal(patterned(20000)) + [4]
        #expect(try stream().open(sealed[3..<sealed.count - 1]) == patterned(20000))
    }

    @Test(arguments: [1, 15, 16401, 16416, 32801, 32816]) func noStreamHasThisSize(size: Int) {
        #expect(throws: AdminEncryptionError.truncated(size: size)) {
            _ = try SealedStream.plaintextSize(streamSize: size)
        }
        #expect(throws: AdminEncryptionError.truncated(size: size)) {
            _ = try stream().open([UInt8](repeating: 0, count: size)[...])
        }
    }

    @Test func aKeyIsNotPrinted() {
        let stream = SealedStream(.aes256GCM, key: [UInt8](repeating: 222, count: 32), nonce: Array(0..<8))
        var dumped = ""
        dump([stream], to: &dumped)
        for text in ["\(stream)", String(reflecting: stream), dumped] { #expect(!text.contains("222")) }
    }

    @Test func noChunkAtAllIsAnEmptyPlaintext() throws { #expect(try stream().open([]) == []) }

    @Test("chunks can be neither left out, nor swapped, nor doubled, nor added", .timeLimit(.minutes(10)))
    func chunkOrder() throws {
        let sealed = stream().seal(patterned(3 * Self.chunkSize))
        let chunks = (0..<3).map { Array(sealed[($0 * Self.sealedSize)..<(($0 + 1) * Self.sealedSize)]) }
        #expect(try stream().open((chunks[0] + chunks[1] + chunks[2])[...]) == patterned(3 * Self.chunkSize))
        let orders = [
            [0], [1], [2], [0, 1], [0, 2], [1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [0, 0, 1, 2],
            [0, 1, 1, 2], [0, 1, 2, 2],
        ]
        for order in orders {
            #expect(throws: AdminEncryptionError.notAuthentic, "\(order)") {
                _ = try stream().open(order.flatMap { chunks[$0] }[...])
            }
        }
        // An authentic stream behind another one's chunks does not continue it.
        #expect(throws: AdminEncryptionError.notAuthentic) {
            _ = try stream().open((sealed + stream().seal([1]))[...])
        }
    }

    @Test(
        "one changed bit in any chunk, or its tag, is refused",
        arguments: [0, 16383, 16384, 16399, 16400, 20015]
    )
    func changedBit(index: Int) throws {
        let sealed = stream().seal(patterned(20000 - 16))
        var changed = sealed
        changed[index] ^= 0x80
        #expect(throws: AdminEncryptionError.notAuthentic) { _ = try stream().open(changed[...]) }
        changed[index] ^= 0x80
        #expect(try stream().open(changed[...]).count == 20000 - 16)
    }

    @Test func anotherKeyNonceOrCipherIsRefused() throws {
        let sealed = stream().seal([1, 2, 3])
        let others = [
            SealedStream(.aes256GCM, key: Array(1..<33), nonce: Array(0..<8)),
            SealedStream(.aes256GCM, key: Array(0..<32), nonce: Array(1..<9)),
            SealedStream(.chaCha20Poly1305, key: Array(0..<32), nonce: Array(0..<8)),
        ]
        for other in others {
            #expect(throws: AdminEncryptionError.notAuthentic) { _ = try other.open(sealed[...]) }
        }
    }

    @Test("mutated streams are refused", arguments: 0..<16 as Range<UInt64>) func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let original = stream().seal(patterned(17000))
        for _ in 0..<25 {
            let changed = mutated(original, using: &generator)
            guard changed != original, !changed.isEmpty else { continue }
            #expect(throws: AdminEncryptionError.self) { _ = try stream().open(changed[...]) }
        }
    }
}
