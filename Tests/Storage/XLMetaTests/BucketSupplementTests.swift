import Base
import TestSupport
import Testing

@testable import XLMeta

private let created = Timestamp(seconds: 1_750_000_000)
private let later = Timestamp(seconds: 1_750_000_001)

@Suite struct BucketSupplementTests {
    private static func full() -> BucketSupplement {
        var supplement = BucketSupplement(created: created)
        for (index, setting) in BucketSupplement.Setting.allCases.enumerated() {
            supplement.set(setting, to: Array("<\(setting.rawValue) \(index)/>".utf8), at: later)
        }
        return supplement
    }

    @Test func whatIsWrittenIsRead() throws {
        for supplement in [BucketSupplement(created: created), Self.full()] {
            #expect(try BucketSupplement(decoding: supplement.encoded()) == supplement)
        }
        #expect(BucketSupplement(created: created).isEmpty)
        let read = try BucketSupplement(decoding: Self.full().encoded())
        #expect(read[.acl] == Array("<acl 1/>".utf8) && read.changed(.acl) == later)
    }

    @Test func theBytesAreThese() {
        var supplement = BucketSupplement(created: created)
        supplement.set(.cors, to: [7], at: later)
        let time = { (seconds: [UInt8]) in [0xc7, 12, 5, 0, 0, 0, 0] + seconds + [0, 0, 0, 0] as [UInt8] }
        #expect(
            supplement.encoded() == [1, 0, 1, 0, 0x82, 0xa7] + Array("Created".utf8)
                + time([0x68, 0x4e, 0xe1, 0x80])
                + [0xa8] + Array("Settings".utf8) + [0x81, 0xa4] + Array("cors".utf8) + [0x92, 0xc4, 1, 7]
                + time([0x68, 0x4e, 0xe1, 0x81])
        )
    }

    @Test func unsettingLeavesNothing() {
        var supplement = Self.full()
        for setting in BucketSupplement.Setting.allCases { supplement.set(setting, to: nil, at: later) }
        #expect(supplement.isEmpty && supplement == BucketSupplement(created: created))
    }

    @Test func aSettingWithoutAValueIsNotSet() throws {
        var supplement = BucketSupplement(created: created)
        supplement.set(.cors, to: [7], at: later)
        var bytes = supplement.encoded()
        let value = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xc4, 1, 7]) })
        bytes.replaceSubrange(value..<value + 3, with: [0xc4, 0])
        let read = try BucketSupplement(decoding: bytes)
        #expect(read[.cors] == nil && read.isEmpty)
    }

    @Test func whatThisProgramDoesNotKnowIsKept() throws {
        let name = Array("cors".utf8)
        var supplement = BucketSupplement(created: created)
        supplement.set(.cors, to: [7], at: later)
        var bytes = supplement.encoded()
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
        bytes.replaceSubrange(start..<start + 4, with: Array("next".utf8))
        let read = try BucketSupplement(decoding: bytes)
        #expect(read[.cors] == nil && !read.isEmpty)
        #expect(read.encoded() == bytes)
    }

    @Test(
        arguments: [
            [], [1], [1, 0, 1], [1, 0, 1, 0], [2, 0, 1, 0, 0x80], [1, 0, 2, 0, 0x80], [1, 0, 1, 0, 0x80],
        ] as [[UInt8]]
    )
    func otherBytesAreRefused(bytes: [UInt8]) {
        #expect(throws: XLMetaError.self) { try BucketSupplement(decoding: bytes) }
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedBytesAreReadOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let original = Self.full().encoded()
        var refusedCount = 0
        for _ in 0..<300 {
            var bytes = mutated(original, using: &generator)
            if Bool.random(using: &generator) {
                // A size that nothing follows.
                let index = Int.random(in: 4..<max(5, bytes.count), using: &generator)
                bytes.replaceSubrange(
                    min(index, bytes.count)..<min(index + 5, bytes.count),
                    with: [
                        [0xdf, 0xdd, 0xc6, 0xdb].randomElement(using: &generator) ?? 0xdf, 0xff, 0xff, 0xff,
                        0xff,
                    ]
                )
            }
            guard let read = try? BucketSupplement(decoding: bytes) else {  // Any refusal is right.
                refusedCount += 1
                continue
            }
            #expect(try BucketSupplement(decoding: read.encoded()) == read)
            for setting in BucketSupplement.Setting.allCases { #expect(read[setting]?.isEmpty != true) }
        }
        #expect(refusedCount > 100)
    }
}
