import Base
import TestSupport
import Testing

@testable import XLMeta

/// Bytes from a drive may be anything: they are read or refused, and nothing else happens.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct XLMetaFuzzTests {
    private static let roundCount = 500

    private static let samples = [
        "generated/drives-2x2/disk1/docs/multi.bin/xl.meta", "generated/drives-2x2/disk1/vdocs/v.txt/xl.meta",
        "rustfs/object_versioned_txt.xl.meta", "rustfs/issue_2288_legacy_xlmeta.bin",
        "rustfs/issue_2434_legacy_meta_v2_pool.bin", "minio-captures/xl-meta-consist/1/xl.meta",
        "minio-captures/xl-meta-consist/5/xl.meta", "minio-captures/xl.meta",
    ]

    private static func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            case 3: bytes.remove(at: index)
            case 4: bytes.removeSubrange(index...)
            default:
                bytes.replaceSubrange(
                    index..<min(index + 5, bytes.count),
                    with: [0xdf, 0xff, 0xff, 0xff, 0xff]
                )
            }
        }
    }

    @Test("whole files", arguments: samples, 0..<2 as Range<UInt64>)
    func files(path: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let original = try Fixtures.bytes(path)
        for _ in 0..<Self.roundCount {
            var bytes = original
            Self.mutate(&bytes, using: &random)
            Self.exercise(bytes)
        }
    }

    /// The checksum stops nearly every mutation, so these are signed again behind it.
    @Test("metadata blocks with a right checksum", arguments: samples, 0..<4 as Range<UInt64>)
    func blocks(path: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let file = try XLMetaFile(parsing: try Fixtures.bytes(path))
        let current = try file.encoded()
        let size = try #require(try XLMetaFile.metadataSize(ofFileStartingWith: current))
        for _ in 0..<Self.roundCount {
            var block = Array(current[13..<size - 5])
            Self.mutate(&block, using: &random)
            let checksum = Signature.checksum(block[...])
            let head = XLMetaFile.magic + [1, 0, 3, 0, 0xc6]
            let length = (0..<4).map { UInt8(truncatingIfNeeded: block.count >> (24 - 8 * $0)) }
            let tail = [0xce] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
            Self.exercise(head + length + block + tail + Array(current[size...]))
        }
    }

    /// Whatever parses can be decoded, changed, merged and written.
    private static func exercise(_ bytes: [UInt8]) {
        // Every refusal is right here; a crash is what the test looks for.
        guard var file = try? XLMetaFile(parsing: bytes) else { return }
        for entry in file.entries {
            guard let version = try? entry.version() else { continue }
            _ = version.header
            _ = version.encodedBody()
            if case .object(let object) = version { _ = object.parts }
            _ = file.inlineData(of: version.versionID, dataDirectory: .zero)
        }
        _ = XLMetaFile.merge([file, file, nil], quorum: 2)
        _ = file.removeVersion(.zero)
        _ = try? file.add(XLMetaFileTests.object(at: 5))
        let encoded = try? file.encoded()
        let again = encoded.flatMap { try? XLMetaFile(parsing: $0) }
        #expect(again?.entries.map(\.body) == file.entries.map(\.body))
        #expect(again?.entries.map(\.header) == file.entries.map(\.completeHeader))
    }

    @Test("bodies", arguments: samples, 0..<2 as Range<UInt64>)
    func bodies(path: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for entry in try XLMetaFile(parsing: try Fixtures.bytes(path)).entries {
            for _ in 0..<Self.roundCount {
                var body = Array(entry.body)
                Self.mutate(&body, using: &random)
                guard let version = try? XLVersion(decoding: body[...]) else { continue }
                _ = version.header
                guard let encoded = version.encodedBody() else { continue }
                #expect((try? XLVersion(decoding: encoded[...])) == version)
            }
        }
    }

    @Test("bucket metadata and part metadata", arguments: 0..<4 as Range<UInt64>)
    func smallFiles(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bucket = try Fixtures.bytes("rustfs/bucket_metadata.metadata.bin")
        let file = try XLMetaFile(parsing: try Fixtures.bytes("rustfs/issue_2265_legacy_meta_v2_object.bin"))
        let early = Array(try #require(file.inlineData(of: .zero)).dropFirst(32).prefix(707))
        let part = PartMetadata(
            etag: "0123456789abcdef",
            number: 7,
            size: 100_000,
            actualSize: 5,
            modificationTime: Timestamp(seconds: 1),
            seekIndex: [1, 2, 3],
            checksums: ["CRC32C": "LNLDoA=="]
        ).encoded()
        for _ in 0..<Self.roundCount {
            for original in [bucket, early] {
                var bytes = original
                Self.mutate(&bytes, using: &random)
                guard let metadata = try? BucketMetadata(decoding: bytes) else { continue }
                #expect((try? BucketMetadata(decoding: metadata.encoded())) == metadata)
            }
            var bytes = part
            Self.mutate(&bytes, using: &random)
            guard let metadata = try? PartMetadata(decoding: bytes) else { continue }
            #expect((try? PartMetadata(decoding: metadata.encoded())) == metadata)
        }
    }
}
