import Base
import MessagePack
import Testing

@testable import XLMeta

@Suite struct XLMetaUpgradingTests {
    private static let id = UUID(high: 3, low: 3)

    /// A file of container 1.3 with one version and header and meta versions of the caller's choice.
    private func file(
        _ version: XLVersion,
        release: UInt64 = 0,
        headerVersion: UInt64,
        metaVersion: UInt64
    ) throws -> [UInt8] {
        let body = try #require(version.encodedBody(release: release))
        let header = version.header
        var fields = MessagePackWriter()
        fields.writeArray(count: headerVersion == 1 ? 4 : headerVersion == 2 ? 5 : 7)
        fields.write(binary: header.versionID.bytes)
        fields.write(signed: header.modificationTime.nanoseconds)
        if headerVersion > 1 { fields.write(binary: [1, 2, 3, 4]) }
        fields.write(unsigned: UInt64(header.kind.rawValue))
        fields.write(unsigned: UInt64(header.flags.rawValue))
        if headerVersion > 2 { fields.write(encoded: [2, 2]) }
        var block = MessagePackWriter()
        block.write(unsigned: headerVersion)
        block.write(unsigned: metaVersion)
        block.write(signed: 1)
        block.write(binary: fields.bytes)
        block.write(binary: body)
        return container(minor: 3, block.bytes)
    }

    private func container(minor: UInt8, _ block: [UInt8]) -> [UInt8] {
        var writer = MessagePackWriter(appendingTo: XLMetaFile.magic + [1, 0, minor, 0])
        writer.write(binary32: block)
        if minor > 1 { writer.write(unsigned32: Signature.checksum(block[...])) }
        return writer.bytes
    }

    @Test func theFirstHeaderGetsItsSignatureFromTheBody() throws {
        let version = XLMetaFileTests.object(Self.id, at: 10)
        let file = try XLMetaFile(parsing: try file(version, headerVersion: 1, metaVersion: 3))
        #expect(file.entries.map(\.header) == [version.header])
    }

    @Test func theSecondHeaderGetsItsGeometryWhenItIsWritten() throws {
        let version = XLMetaFileTests.object(Self.id, at: 10)
        let file = try XLMetaFile(parsing: try file(version, headerVersion: 2, metaVersion: 3))
        #expect(file.entries[0].header.dataShardCount == 0)
        let written = try XLMetaFile(parsing: try file.encoded())
        #expect(written.entries[0].header.dataShardCount == 2)
        #expect(written.entries[0].header.parityShardCount == 2)
        #expect(written.entries[0].header.signature == 0x0102_0304)
        #expect(written.entries[0].body == file.entries[0].body)
    }

    @Test(
        "replication times of old delete markers become UTC",
        arguments: [
            ("2022-07-01T12:00:00.5+02:00", "2022-07-01T10:00:00.5Z"),
            ("2022-07-01T12:00:00+02:00", "2022-07-01T10:00:00Z"),
            ("2022-07-01T10:00:00.123456789Z", "2022-07-01T10:00:00.123456789Z"), ("yesterday", "yesterday"),
        ]
    )
    func replicationTimes(old: String, new: String) throws {
        let marker = XLMetaFileTests.marker(
            Self.id,
            at: 10,
            metadata: [InternalMetadataKey.replicationTimestamp: old]
        )
        let expected = XLMetaFileTests.marker(
            Self.id,
            at: 10,
            metadata: [InternalMetadataKey.replicationTimestamp: new]
        )
        let first = try XLMetaFile(parsing: try file(marker, headerVersion: 3, metaVersion: 1))
        #expect(try first.entries[0].version() == expected)
        if old != new { #expect(first.entries[0].header == expected.header) }
        let second = try XLMetaFile(parsing: try file(marker, headerVersion: 3, metaVersion: 2))
        #expect(try second.entries[0].version() == marker)
    }

    @Test(
        "wrong seek indices are dropped only where a release wrote them",
        arguments: [
            (1_701_471_618, 2, false), (1_701_471_619, 2, true), (1_730_156_417, 2, true),
            (1_730_156_418, 2, false),
            (1_710_000_000, 3, false), (1_710_000_000, 1, true),
        ] as [(UInt64, UInt64, Bool)]
    )
    func seekIndices(release: UInt64, metaVersion: UInt64, isDropped: Bool) throws {
        var object = XLObject(
            versionID: Self.id,
            dataDirectory: UUID(high: 0, low: 1),
            erasure: XLErasure(dataShardCount: 1, parityShardCount: 0, shardNumber: 1, distribution: [1]),
            parts: [
                XLPart(number: 1, size: 10, actualSize: 8 << 20),
                XLPart(number: 2, size: 10, actualSize: 8 << 20 + 1),
            ],
            modificationTime: Timestamp(seconds: 10),
            internalMetadata: [InternalMetadataKey.compression: "klauspost/compress/s2"]
        )
        object.partIndices = [[1], [2]]
        let bytes = try file(.object(object), release: release, headerVersion: 3, metaVersion: metaVersion)
        let entry = try XLMetaFile(parsing: bytes).entries[0]
        if isDropped { object.partIndices = [[], [2]] }
        #expect(try entry.version() == .object(object))
        if isDropped { #expect(entry.header == object.header) }
    }

    @Test("containers without an index are sorted and get headers", arguments: [0, 1, 2] as [UInt8])
    func olderContainers(minor: UInt8) throws {
        let versions = [XLMetaFileTests.object(Self.id, at: 10), XLMetaFileTests.marker(.zero, at: 20)]
        var block = MessagePackWriter()
        block.writeMap(count: 2)
        block.write("Unknown")
        block.writeNull()
        block.write("Versions")
        block.writeArray(count: versions.count)
        for version in versions { block.write(encoded: try #require(version.encodedBody(release: 0))) }
        let bytes =
            minor == 0
            ? XLMetaFile.magic + Array("1   ".utf8) + block.bytes : container(minor: minor, block.bytes)
        let inline: [UInt8] = minor == 0 ? [] : [1, 0x81, 0xa4] + Array("null".utf8) + [0xc4, 1, 9]
        let file = try XLMetaFile(parsing: bytes + inline)
        #expect(file.entries.map(\.header) == versions.reversed().map(\.header))
        #expect(file.inlineData(of: .zero) == (minor == 0 ? nil : [9]))
        let written = try file.encoded()
        #expect(written[4..<8] == [1, 0, 3, 0])
        #expect(try XLMetaFile(parsing: written).entries == file.entries)
        let size = try XLMetaFile.metadataSize(ofFileStartingWith: Array(bytes.prefix(16)))
        #expect(size == (minor == 0 ? nil : bytes.count))
    }

    static let legacyBody: [UInt8] = {
        var writer = MessagePackWriter()
        writer.writeMap(count: 2)
        writer.write("Type")
        writer.write(unsigned: 3)
        writer.write("V1Obj")
        writer.writeMap(count: 7)
        writer.write("Version")
        writer.write("1.0.1")
        writer.write("Stat")
        writer.writeMap(count: 2)
        writer.write("Size")
        writer.write(signed: 5)
        writer.write("ModTime")
        writer.write(time: Timestamp(seconds: 15))
        writer.write("Erasure")
        writer.writeMap(count: 6)
        for (key, value) in [("DataBlocks", 2), ("ParityBlocks", 2), ("BlockSize", 10_485_760), ("Index", 3)]
        {
            writer.write(key)
            writer.write(signed: value)
        }
        writer.write("Distribution")
        writer.write(encoded: [0x94, 3, 4, 1, 2])
        writer.write("Checksums")
        writer.writeArray(count: 1)
        writer.writeMap(count: 3)
        writer.write("PartNumber")
        writer.write(signed: 1)
        writer.write("Algorithm")
        writer.write(unsigned: 3)
        writer.write("Hash")
        writer.write(binary: [])
        writer.write("Meta")
        writer.writeMap(count: 1)
        writer.write("etag")
        writer.write("abc")
        writer.write("Parts")
        writer.writeArray(count: 1)
        writer.writeMap(count: 5)
        writer.write("e")
        writer.write("abc")
        for (key, value) in [("n", 1), ("s", 5), ("as", 5)] {
            writer.write(key)
            writer.write(signed: value)
        }
        writer.write("mt")
        writer.write(time: nil)
        writer.write("DataDir")
        writer.write("legacy")
        writer.write("VersionID")
        writer.write("")
        return writer.bytes
    }()

    private func legacyFile() throws -> XLMetaFile {
        let body = Self.legacyBody
        let header = try XLVersion(decoding: body[...]).header
        var file = XLMetaFile()
        file.entries = [XLMetaFile.Entry(header: header, body: body[...])]
        return file
    }

    @Test func aLegacyObjectIsReadAndKeptAsItIs() throws {
        var file = try legacyFile()
        let legacyEntry = file.entries[0]
        var other = XLMetaFile()
        #expect(throws: XLMetaError.legacyObject) { _ = try other.restore(legacyEntry, shardNumber: 1) }
        #expect(other.entries.isEmpty)
        guard case .legacy(let object) = try file.entries[0].version() else {
            Issue.record("not a legacy object")
            return
        }
        #expect(object.size == 5)
        #expect(object.erasure.distribution == [3, 4, 1, 2])
        #expect(object.checksums == [XLLegacyObject.Checksum(partNumber: 1, algorithm: 3, hash: [])])
        #expect(object.parts == [XLLegacyObject.Part(etag: "abc", number: 1, size: 5, actualSize: 5)])
        #expect(object.metadata.text("ETag") == "abc")
        #expect(object.dataDirectory == "legacy")
        _ = try file.add(XLMetaFileTests.object(Self.id, at: 20))
        let again = try XLMetaFile(parsing: try file.encoded())
        #expect(again.entries == file.entries)
        #expect(again.entries.map(\.header.kind) == [.object, .legacy])
        let removed = try file.add(XLMetaFileTests.object(.zero, at: 30, dataDirectory: 2))
        #expect(removed?.header.kind == .legacy)
        #expect(removed?.dataDirectory == nil)
    }

    @Test("a legacy object's bytes may be anything", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let original = Array(try legacyFile().entries[0].body)
        for _ in 0..<500 {
            var body = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                body[Int.random(in: body.indices, using: &random)] = UInt8.random(
                    in: .min ... .max,
                    using: &random
                )
            }
            // Refusal is as good as a value here.
            guard case .legacy(let object)? = try? XLVersion(decoding: body[...]) else { continue }
            #expect(object.erasure.invalidField == nil)
            #expect(!object.dataDirectory.contains("/"))
        }
    }
}
