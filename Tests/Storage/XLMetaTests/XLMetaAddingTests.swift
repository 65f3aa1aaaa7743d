import Base
import TestSupport
import Testing

@testable import XLMeta

/// A version on top without decoding those below: the same bytes as the long way.
@Suite struct XLMetaAddingTests {
    private static let newest: [XLVersion] = [
        XLMetaFileTests.object(XLMetaFileTests.first, at: 100_000),
        XLMetaFileTests.marker(XLMetaFileTests.second, at: 100_000),
    ]

    private static func longWay(_ version: XLVersion, _ shard: [UInt8]?, _ bytes: [UInt8]) throws -> [UInt8] {
        var file = try XLMetaFile(parsing: bytes)
        _ = try file.add(version, inlineData: shard)
        return try file.encoded()
    }

    @Test(
        "both ways write the same bytes",
        arguments: [1, 2, 14, 15, 16, 126, 127, 128, 300],
        [0, 1, 14, 15, 16]
    )
    func sameBytes(count: Int, inlineCount: Int) throws {
        let bytes = try XLMetaFile.many(count, inlineCount: min(count, inlineCount)).encoded()
        for version in Self.newest {
            for shard in [nil, [], [9], sample(70_000)] as [[UInt8]?] {
                let extended = try #require(try XLMetaFile.adding(version, inlineData: shard, to: bytes))
                #expect(try extended.bytes == Self.longWay(version, shard, bytes))
                #expect(try XLMetaFile(parsing: extended.bytes).latest?.version() == version)
            }
        }
    }

    private func sample(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 3)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    @Test func theNewestObjectTellsHowManyDrivesThereAre() throws {
        let file = try XLMetaFile.many(14)
        #expect(file.entries[0].header.kind == .deleteMarker)
        let extended = try #require(
            try XLMetaFile.adding(Self.newest[1], inlineData: nil, to: try file.encoded())
        )
        #expect(extended.objectHeader == file.entries[1].header)
    }

    @Test func bodiesThatDoNotDecodeAreCopiedAsTheyAre() throws {
        var entries = try XLMetaFile.many(5).entries
        let odd = Array("no map at all".utf8)
        entries[3] = .init(header: entries[3].header, body: odd[...])
        let bytes = try XLMetaFile(entries: entries, inlineData: InlineData(), storedSize: 0).encoded()
        let extended = try #require(try XLMetaFile.adding(Self.newest[0], inlineData: nil, to: bytes))
        let file = try XLMetaFile(parsing: extended.bytes)
        #expect(file.entries[4].body.elementsEqual(odd))
        #expect(Array(file.entries.dropFirst()) == entries)
    }

    @Test func whatIsNotSimpleIsLeftToTheLongWay() throws {
        let file = try XLMetaFile.many(20)
        let bytes = try file.encoded()
        func adding(_ version: XLVersion, _ shard: [UInt8]? = nil, to bytes: [UInt8]) throws -> [UInt8]? {
            try XLMetaFile.adding(version, inlineData: shard, to: bytes)?.bytes
        }
        // The null version, an id that is there, and one that is not the newest.
        #expect(try adding(XLMetaFileTests.object(at: 100_000), to: bytes) == nil)
        for entry in file.entries {
            let again = XLMetaFileTests.object(entry.header.versionID, at: 100_000)
            #expect(try adding(again, to: bytes) == nil)
        }
        #expect(try adding(XLMetaFileTests.object(XLMetaFileTests.first, at: 19), to: bytes) == nil)
        #expect(try adding(XLMetaFileTests.object(XLMetaFileTests.first, at: 20), to: bytes) != nil)
        // Nothing to lie on top of, and forms that are not this one.
        #expect(try adding(Self.newest[0], to: try XLMetaFile().encoded()) == nil)
        for (index, value) in [(0, 0), (4, 2), (6, 2), (8, 0xc5), (13, 2), (14, 2), (15, 3)] as [(Int, UInt8)]
        {
            var other = bytes
            other[index] = value
            #expect(try adding(Self.newest[0], to: other) == nil)
        }
        for size in [0, 1, 8, 9, 12, 13, 17, 18, 200] {
            #expect(try adding(Self.newest[0], to: Array(bytes.prefix(size))) == nil)
        }
        // Shards that cannot all be read, and one of the id that is to be added.
        #expect(try adding(Self.newest[0], [1], to: bytes + [0]) == nil)
        #expect(try adding(Self.newest[0], [1], to: Array(bytes.dropLast())) == nil)
        var stray = file
        stray.setInlineData([7], of: XLMetaFileTests.first)
        #expect(try adding(Self.newest[0], [1], to: try stray.encoded()) == nil)
    }

    @Test func aChecksumThatDoesNotMatchIsToldNotWrittenOver() throws {
        let bytes = try XLMetaFile.many(20).encoded()
        var refusedCount = 0
        let size = try #require(try XLMetaFile.metadataSize(ofFileStartingWith: bytes))
        for index in 13..<size {
            var damaged = bytes
            damaged[index] ^= 4
            do {
                // Where the damage shows in the structure, the long way tells of it.
                let extended = try XLMetaFile.adding(Self.newest[0], inlineData: nil, to: damaged)
                #expect(extended == nil)
            } catch XLMetaError.checksumMismatch { refusedCount += 1 }
        }
        #expect(refusedCount > (size - 13) / 2)
    }

    @Test("mutated files with a right checksum", arguments: 0..<8 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try XLMetaFile.many(6).encoded()
        let size = try #require(try XLMetaFile.metadataSize(ofFileStartingWith: bytes))
        for _ in 0..<500 {
            let block = mutated(Array(bytes[13..<size - 5]), using: &random)
            let tail = mutated(Array(bytes[size...]), using: &random)
            func bigEndian(_ value: Int) -> [UInt8] {
                (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
            }
            let checksum = Int(Signature.checksum(block[...]))
            let start = XLMetaSections.start + bigEndian(block.count)
            let file: [UInt8] = start + block + [0xce] + bigEndian(checksum) + tail
            guard let extended = try XLMetaFile.adding(Self.newest[0], inlineData: [5], to: file)
            else {
                continue
            }
            // Whatever was there is there, and whatever can read the one can read the other.
            let before = try? XLMetaFile(parsing: file)
            let after = try? XLMetaFile(parsing: extended.bytes)
            #expect((before == nil) == (after == nil))
            if let before, let after {
                #expect(after.entries.dropFirst().elementsEqual(before.entries))
            }
        }
    }

    @Test("one version is found among many by its id", arguments: [1, 20, 300])
    func excerpts(count: Int) throws {
        let file = try XLMetaFile.many(count)
        let bytes = try file.encoded()
        for entry in file.entries {
            let found = try #require(try XLMetaFile(parsing: bytes, onlyVersion: entry.header.versionID))
            #expect(found.entries == [entry])
            #expect(found.isExcerpt && !found.isComplete && found.storedSize == bytes.count)
            #expect(found.inlineData == file.inlineData)
        }
        #expect(try XLMetaFile(parsing: bytes, onlyVersion: .zero)?.entries == [])
        var damaged = bytes
        damaged[try #require(try XLMetaFile.metadataSize(ofFileStartingWith: bytes)) - 20] ^= 1
        #expect(throws: XLMetaError.self) {
            try XLMetaFile(parsing: damaged, onlyVersion: .zero) ?? XLMetaFile(parsing: damaged)
        }
    }
}
