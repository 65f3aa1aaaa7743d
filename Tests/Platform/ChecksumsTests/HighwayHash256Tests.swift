import Base
import Checksums
import TestSupport
import Testing

@Suite struct HighwayHash256Tests {
    private struct Vectors: Decodable {
        struct Vector: Decodable {
            let len: Int
            let hh256: String
        }
        let key: String
        let vectors: [Vector]
        let selfTestSum: String

        enum CodingKeys: String, CodingKey {
            case key = "key_hex"
            case vectors
            case selfTestSum = "minio_selftest_sum"
        }
    }

    @Test func theEmptyMessage() {
        #expect(
            HighwayHash256.hash([]).hexadecimal
                == "5e76d207cf4ab20866fdc03c83e8a0f4e8f458e880777956ec0bae4e9f23f6c5"
        )
    }

    @Test func theBitrotKeyIsTheHashOfPi() {
        let decimals =
            "1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679"
        let zeros = HighwayHash256.Key([UInt8](repeating: 0, count: 32))
        #expect(HighwayHash256.hash(Array(decimals.utf8), key: zeros) == HighwayHash256.bitrotKey)
    }

    @Test func anotherKeyGivesAnotherHash() {
        let other = HighwayHash256.Key([UInt8](0..<32))
        #expect(HighwayHash256.hash([1, 2, 3], key: other) != HighwayHash256.hash([1, 2, 3]))
        #expect(HighwayHash256.hash([1, 2, 3], key: .bitrot) == HighwayHash256.hash([1, 2, 3]))
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func vectors() throws {
        let published = try Fixtures.json("generated/highwayhash_vectors.json", as: Vectors.self)
        #expect(HighwayHash256.bitrotKey.hexadecimal == published.key)
        #expect(selfTestSum().hexadecimal == published.selfTestSum)
        try #require(published.vectors.count >= 26)
        for vector in published.vectors {
            let message = (0..<vector.len).map { UInt8(truncatingIfNeeded: $0) }
            #expect(HighwayHash256.hash(message).hexadecimal == vector.hh256, "\(vector.len) bytes")
            #expect(hashTogether([message, message, message]).allSatisfy { $0.hexadecimal == vector.hh256 })
        }
    }

    @Test func theSelfTestOfMinIO() {
        #expect(
            selfTestSum().hexadecimal == "39c0407ed3f01b18d22c85db4aeff11e060ca5f43131b0126731ca197cd42313"
        )
    }

    /// Each of 32 sums is appended to the message of the next.
    private func selfTestSum() -> [UInt8] {
        var message: [UInt8] = []
        var sum: [UInt8] = []
        for _ in 0..<32 {
            sum = HighwayHash256.hash(message)
            message += sum
        }
        return sum
    }

    @Test("messages hashed together give what each gives alone", arguments: 0...17)
    func together(count: Int) {
        for length in [0, 1, 32, 1000] {
            var random = SeededGenerator(seed: UInt64(count * 1000 + length))
            let messages = (0..<count).map { _ in
                (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            }
            #expect(hashTogether(messages) == messages.map { HighwayHash256.hash($0) })
        }
    }

    /// - Parameter messages: equally long.
    private func hashTogether(_ messages: [[UInt8]]) -> [[UInt8]] {
        let length = messages.first?.count ?? 0
        let digestSize = HighwayHash256.digestSize
        let digests = UnsafeMutableRawBufferPointer.allocate(
            byteCount: messages.count * digestSize + 1,
            alignment: 1
        )
        let joined = UnsafeMutableRawBufferPointer.allocate(
            byteCount: messages.count * length + 1,
            alignment: 1
        )
        defer {
            digests.deallocate()
            joined.deallocate()
        }
        guard let start = joined.baseAddress, let target = digests.baseAddress else { return [] }
        joined.copyBytes(from: messages.joined())
        let pointers = messages.indices.map { UnsafeRawPointer(start + $0 * length) }
        let targets = messages.indices.map { target + $0 * digestSize }
        pointers.withUnsafeBufferPointer { pointers in
            targets.withUnsafeBufferPointer { targets in
                HighwayHash256.hash(messages: pointers, length: length, digests: targets)
            }
        }
        return messages.indices.map { Array(digests[$0 * digestSize..<($0 + 1) * digestSize]) }
    }
}
