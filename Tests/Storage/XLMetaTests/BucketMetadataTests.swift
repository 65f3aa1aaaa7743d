import Base
import TestSupport
import Testing

@testable import XLMeta

@Suite struct BucketMetadataTests {
    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func aRealBlobReadsAndWritesBack() throws {
        let bytes = try Fixtures.bytes("rustfs/bucket_metadata.metadata.bin")
        let metadata = try BucketMetadata(decoding: bytes)
        #expect(metadata.encoded() == bytes)
        #expect(metadata.name == "interop")
        #expect(metadata.created == Timestamp(nanoseconds: 1_783_439_937_210_712_000))
        let fields = try Fixtures.json("expected/bucket_metadata.json")["fields"] as? [String: Any]
        for setting in BucketMetadata.Setting.allCases {
            let expected = try #require(fields?[setting.rawValue] as? String)
            let value = metadata[setting] ?? []
            #expect(
                expected == String(validating: value, as: UTF8.self) || expected == "hex:" + value.hexadecimal
            )
            #expect(fields?[setting.timeKey] != nil)
        }
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func theFormOfEarlyRustFSReads() throws {
        let file = try XLMetaFile(parsing: try Fixtures.bytes("rustfs/issue_2265_legacy_meta_v2_object.bin"))
        let shard = try #require(file.inlineData(of: .zero))
        // Behind the hash lie 707 bytes and one that makes the shard even.
        let metadata = try BucketMetadata(decoding: Array(shard.dropFirst(32).prefix(707)))
        #expect(metadata.name == "aaa")
        // Day 34 of 2026 is the third of February.
        #expect(metadata.created?.iso8601Milliseconds == "2026-02-03T03:20:58.802Z")
        #expect(metadata[.policy] == nil)
        // Written in the current form, and no key was left unknown.
        #expect(metadata.encoded().prefix(7) == [1, 0, 1, 0, 0xde, 0, 25])
    }

    @Test func aNewBucketHasNothingSet() throws {
        let metadata = BucketMetadata(name: "b", created: Timestamp(seconds: 5))
        let read = try BucketMetadata(decoding: metadata.encoded())
        #expect(read == metadata)
        #expect(read.encoded().prefix(8) == [1, 0, 1, 0, 0xde, 0, 25, 0xa4])
        #expect(
            BucketMetadata.Setting.allCases.allSatisfy {
                read[$0] == nil && read.changed($0) == Timestamp(seconds: 5)
            }
        )
    }

    @Test func unknownKeysAreWrittenBack() throws {
        var bytes = BucketMetadata(name: "b", created: Timestamp(seconds: 5)).encoded()
        bytes[6] = 26
        bytes += [0xa1, UInt8(ascii: "x"), 0x92, 0x01, 0xc0]
        var metadata = try BucketMetadata(decoding: bytes)
        #expect(metadata.encoded() == bytes)
        metadata.set(.tagging, to: Array("<Tagging/>".utf8), at: Timestamp(seconds: 9))
        let read = try BucketMetadata(decoding: metadata.encoded())
        #expect(read == metadata)
        #expect(read.encoded().suffix(5) == bytes.suffix(5))
        #expect(read[.tagging] == Array("<Tagging/>".utf8))
        #expect(read.changed(.tagging) == Timestamp(seconds: 9))
        metadata.set(.tagging, to: [], at: Timestamp(seconds: 10))
        #expect(metadata[.tagging] == nil)
    }

    @Test func otherFormatsAreRefused() {
        #expect(throws: XLMetaError.unsupportedMetaVersion(0x0002_0001)) {
            try BucketMetadata(decoding: [1, 0, 2, 0, 0x80])
        }
        #expect(throws: XLMetaError.truncated(size: 3)) { try BucketMetadata(decoding: [1, 0, 1]) }
    }
}
