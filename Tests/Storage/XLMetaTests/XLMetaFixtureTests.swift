import Base
import Foundation
import TestSupport
import Testing

@testable import XLMeta

/// Files of real servers and synthesised ones, against an independent decoding of each.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct XLMetaFixtureTests {
    static let files = Fixtures.metadataFiles

    @Test func theFixturesAreThere() { #expect(Self.files.count > 30) }

    @Test("headers, signatures and bodies agree with the independent decoding", arguments: files)
    func agreement(path: String) throws {
        let file = try XLMetaFile(parsing: try Fixtures.bytes(path))
        let expected = try Fixtures.json(Fixtures.expectation(of: path))
        let versions = try #require(expected["versions"] as? [[String: Any]])
        let count = expected["version_count"] as? Int ?? versions.count
        #expect(file.entries.count == count)
        for version in versions {
            guard let body = version["body"] as? [String: Any] else {
                #expect(throws: XLMetaError.rustfsLegacyBody) { try file.entries[0].version() }
                continue
            }
            let record = try #require((body["V2Obj"] ?? body["DelObj"]) as? [String: Any])
            let id = try #require((record["ID"] as? String).flatMap { UUID($0) })
            let entry = try #require(file.entries.first { $0.header.versionID == id })
            try Self.compare(entry, header: version["header"] as? [String: Any])
            try Self.compare(entry, record: record)
            guard let signature = version["sig_calc"] as? String else { continue }
            #expect(try entry.version().header.signature == UInt32(signature, radix: 16))
            #expect(entry.header.signature == UInt32(signature, radix: 16))
        }
        let inline = try #require(expected["inline"] as? [String: Any])
        #expect(file.inlineData.damage == nil)
        #expect(Set(file.inlineData.entries.map(\.key)) == Set(inline.keys))
        for entry in file.inlineData.entries {
            let details = inline[entry.key] as? [String: Any]
            #expect(entry.shard.count == details?["len"] as? Int)
        }
    }

    private static func compare(_ entry: XLMetaFile.Entry, header: [String: Any]?) throws {
        guard let header else { return }
        #expect(entry.header.modificationTime.nanoseconds == header["ModTime"] as? Int64)
        #expect(entry.header.signature == UInt32(try #require(header["Signature"] as? String), radix: 16))
        #expect(Int(entry.header.kind.rawValue) == header["Type"] as? Int)
        #expect(Int(entry.header.flags.rawValue) == header["Flags"] as? Int)
        guard let parity = header["EcN"] as? Int else { return }
        #expect(Int(entry.header.parityShardCount) == parity)
        #expect(Int(entry.header.dataShardCount) == header["EcM"] as? Int)
    }

    private static func compare(_ entry: XLMetaFile.Entry, record: [String: Any]) throws {
        switch try entry.version() {
        case .object(let object):
            #expect("\(object.dataDirectory)" == record["DDir"] as? String)
            #expect(object.erasure.dataShardCount == record["EcM"] as? Int)
            #expect(object.erasure.parityShardCount == record["EcN"] as? Int)
            #expect(object.erasure.blockSize == record["EcBSize"] as? Int)
            #expect(object.erasure.shardNumber == record["EcIndex"] as? Int)
            #expect(object.erasure.distribution.map(Int.init) == record["EcDist"] as? [Int])
            #expect(object.size == record["Size"] as? Int)
            #expect(object.modificationTime.nanoseconds == record["MTime"] as? Int64)
            if let numbers = record["PartNums"] as? [Int] { #expect(object.partNumbers == numbers) }
            if let sizes = record["PartSizes"] as? [Int] { #expect(object.partSizes == sizes) }
            compare(object.internalMetadata, record["MetaSys"] as? [String: Any])
            compare(object.userMetadata, record["MetaUsr"] as? [String: Any])
        case .deleteMarker(let marker):
            #expect(marker.modificationTime.nanoseconds == record["MTime"] as? Int64)
            compare(marker.internalMetadata, record["MetaSys"] as? [String: Any])
        case .legacy: Issue.record("no fixture holds a legacy object")
        }
    }

    private static func compare(_ metadata: MetadataMap?, _ expected: [String: Any]?) {
        let entries = metadata?.entries ?? []
        #expect(Set(entries.map(\.key)) == Set(expected?.keys.map(\.self) ?? []))
        for entry in entries {
            let value = expected?[entry.key] as? String
            let text = String(validating: entry.value, as: UTF8.self)
            #expect(value == text || value == "hex:" + entry.value.hexadecimal)
        }
    }

    @Test("a decoded body is written back byte for byte", arguments: files)
    func bodiesReencode(path: String) throws {
        for entry in try XLMetaFile(parsing: try Fixtures.bytes(path)).entries {
            guard entry.body.first.map({ $0 & 0xf0 == 0x80 }) == true else { continue }
            let (version, release) = try XLVersion.decode(entry.body)
            #expect(version.encodedBody(release: release).map { $0[...] == entry.body } == true)
        }
    }

    @Test("a file of the current format is written back byte for byte", arguments: files)
    func filesReencode(path: String) throws {
        let bytes = try Fixtures.bytes(path)
        let isCurrent = bytes[4..<8] == [1, 0, 3, 0] && bytes[13..<15] == [3, 3]
        let file = try XLMetaFile(parsing: bytes)
        let encoded = try file.encoded()
        if isCurrent { #expect(encoded == bytes) }
        let again = try XLMetaFile(parsing: encoded)
        #expect(again.entries.map(\.body) == file.entries.map(\.body))
        #expect(again.inlineData == file.inlineData)
        #expect(encoded[13..<15] == [3, 3])
    }

    @Test("the metadata can be read from a prefix", arguments: files)
    func prefixes(path: String) throws {
        let bytes = try Fixtures.bytes(path)
        let whole = try XLMetaFile(parsing: bytes)
        guard let size = try XLMetaFile.metadataSize(ofFileStartingWith: Array(bytes.prefix(16))) else {
            #expect(bytes[4] == UInt8(ascii: "1"))
            return
        }
        let partial = try XLMetaFile(parsingMetadataOf: Array(bytes.prefix(size)))
        #expect(partial.entries == whole.entries)
        #expect(!partial.isComplete)
        guard bytes[6] >= 2 else { return }
        #expect(throws: XLMetaError.truncated(size: size - 1)) {
            try XLMetaFile(parsingMetadataOf: Array(bytes.prefix(size - 1)))
        }
    }

    @Test(arguments: ["issue_2265_object_prefix_5.bin", "issue_2288_prefix_16.bin", "not-xl-meta.bin"])
    func damagedFilesAreRefused(name: String) throws {
        let bytes = try Fixtures.bytes("rustfs/\(name)")
        #expect(throws: XLMetaError.self) { try XLMetaFile(parsing: bytes) }
    }

    @Test func aFileThatDeclaresMoreThanItHasIsTruncated() throws {
        let gunzip = Process()
        let output = Pipe()
        gunzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gunzip.arguments = [
            "gzip", "-dc", Fixtures.folder.appendingPathComponent("minio-captures/xl.meta-corrupt.gz").path,
        ]
        gunzip.standardOutput = output
        try gunzip.run()
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        gunzip.waitUntilExit()
        #expect(bytes.count > 8)
        #expect(throws: XLMetaError.truncated(size: bytes.count)) { try XLMetaFile(parsing: bytes) }
    }

    @Test("every flipped bit of the metadata is noticed", arguments: 0..<64)
    func flippedBits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try Fixtures.bytes("generated/drives-2x2/disk1/docs/hello.txt/xl.meta")
        bytes[Int.random(in: 13..<0x18b, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(throws: XLMetaError.self) { try XLMetaFile(parsing: bytes) }
    }

    @Test("drives that a real server wrote", arguments: ["ec4.tar.xz", "sd1.tar.xz"])
    func realDrives(archive: String) throws {
        let root = try Fixtures.unpack(archive)
        var fileCount = 0
        let walk = try #require(FileManager.default.enumerator(atPath: root.path))
        for case let path as String in walk {
            let bytes = { [UInt8](try Data(contentsOf: root.url.appending(path: path))) }
            if path.hasSuffix("/xl.meta") {
                let content = try bytes()
                let file = try XLMetaFile(parsing: content)
                #expect(try file.encoded() == content, "\(path)")
                for entry in file.entries {
                    let (version, release) = try XLVersion.decode(entry.body)
                    #expect(version.header == entry.header, "\(path)")
                    #expect(version.encodedBody(release: release)?[...] == entry.body, "\(path)")
                }
                fileCount += 1
                try Self.checkStoredChecksums(file, path: path)
                try Self.checkBucketMetadata(file, path: path)
            } else if path.hasSuffix(".meta") {
                let content = try bytes()
                #expect(try PartMetadata(decoding: content).encoded() == content, "\(path)")
            }
        }
        #expect(fileCount >= 20)
    }

    private static func checkStoredChecksums(_ file: XLMetaFile, path: String) throws {
        for entry in file.entries {
            guard case .object(let object) = try entry.version(),
                let value = object.internalMetadata?[InternalMetadataKey.checksum]
            else { continue }
            let checksums = try StoredChecksum.decode(value)
            #expect(StoredChecksum.encode(checksums) == value, "\(path)")
            #expect(checksums.count == 1)
            #expect(checksums[0].clientForm.contains("-") == path.contains("composite"), "\(path)")
        }
    }

    /// On one drive the inline shard of a `.metadata.bin` is the whole blob behind its hash.
    private static func checkBucketMetadata(_ file: XLMetaFile, path: String) throws {
        guard path.hasSuffix(".metadata.bin/xl.meta"), let entry = file.latest,
            case .object(let object) = try entry.version(), object.erasure.shardCount == 1,
            let shard = file.inlineData(of: .zero)
        else { return }
        let blob = Array(shard.dropFirst(32))
        #expect(try BucketMetadata(decoding: blob).encoded() == blob, "\(path)")
    }
}
