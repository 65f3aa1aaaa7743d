import Base
import Checksums
import TestSupport
import Testing

@testable import ErasureCode

@Suite struct ReedSolomonTests {
    private struct SelfTest: Decodable {
        let hashes: [String: String]
        enum CodingKeys: String, CodingKey {
            case hashes = "selftest_xxh64_over_(index_byte||shard)_for_data_00..ff"
        }
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func theSelfTestOfMinIO() throws {
        let published = try Fixtures.json("generated/rs_matrices.json", as: SelfTest.self).hashes
        try #require(published.count == 60)
        for (name, hash) in published {
            let counts = name.split(separator: "+").compactMap { Int($0) }
            try #require(counts.count == 2)
            #expect(
                selfTestHash(dataShards: counts[0], parityShards: counts[1]) == UInt64(hash, radix: 16),
                "\(name)"
            )
        }
    }

    @Test func theSelfTestOfTwoAndTwo() {
        #expect(selfTestHash(dataShards: 2, parityShards: 2) == 0x23fb_21be_2496_f5d3)
    }

    /// Around the widths of the vector kernels, and one large.
    @Test(
        "ISA-L's parity is the plain sum of products",
        arguments: [(1, 1), (2, 2), (4, 2), (8, 4), (12, 4), (16, 4), (28, 4), (16, 16), (5, 3)]
    )
    func parity(counts: (Int, Int)) {
        let code = ReedSolomon(dataShards: counts.0, parityShards: counts.1)
        for length in [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000] {
            let shards = Shards(for: code, length: length, seed: UInt64(length))
            #expect(shards.parity(by: code) == Array(shards.all[counts.0...]), "\(length) bytes")
        }
    }

    @Test("a code of more shards than a word has bits", arguments: [(50, 40), (70, 3)])
    func largeCodes(dataShards: Int, parityShards: Int) throws {
        let code = ReedSolomon(dataShards: dataShards, parityShards: parityShards)
        let shards = Shards(for: code, length: 70, seed: 1)
        #expect(shards.parity(by: code) == Array(shards.all[dataShards...]))
        let lost = Set(0..<parityShards)
        let restored = try shards.restored(
            by: code,
            present: Set(shards.all.indices).subtracting(lost),
            wanted: lost
        )
        for index in lost { #expect(restored[index] == shards.all[index]) }
    }

    @Test(
        "every loss the parity covers is restored",
        arguments: [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2), (4, 4)]
    )
    func everyLossPattern(counts: (Int, Int)) throws {
        let code = ReedSolomon(dataShards: counts.0, parityShards: counts.1)
        let shards = Shards(for: code, length: 100, seed: 7)
        let total = counts.0 + counts.1
        for mask in 0..<(1 << total) {
            let lost = Set((0..<total).filter { mask >> $0 & 1 == 1 })
            try expectRestoredOrRefused(shards, code, lost: lost)
        }
    }

    @Test(
        "random losses are restored",
        arguments: [(8, 4), (12, 4), (16, 4), (28, 4), (16, 16)],
        (0..<12).map(UInt64.init)
    )
    func randomLossPatterns(counts: (Int, Int), seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let length = Int.random(in: 1...600, using: &random)
        let code = ReedSolomon(dataShards: counts.0, parityShards: counts.1)
        let shards = Shards(for: code, length: length, seed: seed)
        for lostCount in 0...counts.1 + 1 {
            let lost = Set((0..<counts.0 + counts.1).shuffled(using: &random).prefix(lostCount))
            try expectRestoredOrRefused(shards, code, lost: lost)
        }
    }

    @Test(arguments: [[], [0], [63, 64], [127, 128, 255], Array(0..<256)])
    func aSetOfShardsHoldsWhatWasPutIn(indices: [Int]) {
        var set = ShardSet()
        for index in indices.reversed() { set.insert(index) }
        #expect(set.indices == indices)
    }

    @Test func onlyWhatIsWantedIsComputed() throws {
        let code = ReedSolomon(dataShards: 4, parityShards: 2)
        let shards = Shards(for: code, length: 50, seed: 3)
        let restored = try shards.restored(by: code, present: [0, 2, 4, 5], wanted: [3])
        #expect(restored == [nil, nil, nil, shards.all[3], nil, nil])
        #expect(try shards.restored(by: code, present: [0, 1, 2, 3], wanted: []).allSatisfy { $0 == nil })
    }

    @Test func aShardThatIsThereCanBeComputedAnew() throws {
        let code = ReedSolomon(dataShards: 4, parityShards: 2)
        let shards = Shards(for: code, length: 50, seed: 3)
        let restored = try shards.restored(by: code, present: Set(0..<6), wanted: Set(0..<6))
        #expect(restored == shards.all.map { $0 })
    }

    @Test func oneDriveHasNothingToCompute() throws {
        let code = ReedSolomon(try ErasureGeometry(dataShards: 1, parityShards: 0))
        let shards = Shards(for: code, length: 10, seed: 1)
        #expect(shards.parity(by: code).isEmpty)
        #expect(try shards.restored(by: code, present: [0], wanted: []) == [nil])
        #expect(throws: ErasureCodeError.tooFewShards(available: 0, required: 1)) {
            try shards.restored(by: code, present: [], wanted: [0])
        }
    }

    @Test func stripesSurviveNoLoss() throws {
        let code = ReedSolomon(try ErasureGeometry(dataShards: 3, parityShards: 0))
        let shards = Shards(for: code, length: 10, seed: 1)
        #expect(shards.parity(by: code).isEmpty)
        #expect(throws: ErasureCodeError.tooFewShards(available: 2, required: 3)) {
            try shards.restored(by: code, present: [0, 2], wanted: [1])
        }
    }

    @Test func keptTablesAreBounded() throws {
        let code = ReedSolomon(dataShards: 8, parityShards: 8)
        let shards = Shards(for: code, length: 4, seed: 5)
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3 * DecodingTables.patternsMax {
            let lost = Set((0..<16).shuffled(using: &random).prefix(4))
            try expectRestoredOrRefused(shards, code, lost: lost)
        }
        #expect(code.patternCount == DecodingTables.patternsMax)
    }

    @Test func aPatternMetAgainIsNotComputedAgain() throws {
        let code = ReedSolomon(dataShards: 4, parityShards: 2)
        let shards = Shards(for: code, length: 4, seed: 5)
        for _ in 0..<5 { try expectRestoredOrRefused(shards, code, lost: [1, 4]) }
        #expect(code.patternCount == 1)
    }

    @Test func manyTasksRestoreAtOnce() async throws {
        let code = ReedSolomon(dataShards: 4, parityShards: 4)
        let shards = Shards(for: code, length: 64, seed: 9)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<64 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(seed))
                    let lost = Set((0..<8).shuffled(using: &random).prefix(4))
                    try expectRestoredOrRefused(shards, code, lost: lost)
                }
            }
            try await group.waitForAll()
        }
    }

    /// The data 00…ff cut into shards; each shard's index and bytes, hashed.
    private func selfTestHash(dataShards: Int, parityShards: Int) -> UInt64 {
        let length = (256 + dataShards - 1) / dataShards
        let padded = Array<UInt8>(0...255) + [UInt8](repeating: 0, count: length * dataShards - 256)
        let data = (0..<dataShards).map { Array(padded[$0 * length..<($0 + 1) * length]) }
        let code = ReedSolomon(dataShards: dataShards, parityShards: parityShards)
        let parity = Shards(data: data, for: code).parity(by: code)
        var hashed: [UInt8] = []
        for (index, shard) in (data + parity).enumerated() { hashed += [UInt8(index)] + shard }
        return hashed.withUnsafeBytes { XXHash64.hash($0) }
    }
}

/// Loses the shards at `lost` and wants them back: their bytes must return, or too few be left.
private func expectRestoredOrRefused(_ shards: Shards, _ code: ReedSolomon, lost: Set<Int>) throws {
    let present = Set(shards.all.indices).subtracting(lost)
    guard present.count >= shards.dataShards else {
        #expect(throws: ErasureCodeError.tooFewShards(available: present.count, required: shards.dataShards))
        {
            try shards.restored(by: code, present: present, wanted: lost)
        }
        return
    }
    let restored = try shards.restored(by: code, present: present, wanted: lost)
    #expect(
        restored == shards.all.indices.map { lost.contains($0) ? shards.all[$0] : nil },
        "lost \(lost.sorted())"
    )
}
