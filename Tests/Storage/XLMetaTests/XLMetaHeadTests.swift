import Base
import TestSupport
import Testing

@testable import XLMeta

/// The newest version out of the first bytes of a file, believed only where its signature vouches for it.
@Suite struct XLMetaHeadTests {
    /// What a drive would read of these bytes.
    private static func head(of bytes: [UInt8], fileSize: Int? = nil, inlineData: Bool = false) -> XLMetaHead?
    {
        let start = Array(bytes.prefix(XLMetaHead.startSize))
        let fileSize = fileSize ?? bytes.count
        guard let end = XLMetaHead.endRange(ofFileStartingWith: start, fileSize: fileSize) else { return nil }
        return XLMetaHead(
            start: start,
            end: Array(bytes[end.clamped(to: bytes.indices)]),
            inlineSection: inlineData ? Array(bytes[(end.lowerBound + XLMetaHead.checksumSize)...]) : nil,
            fileSize: fileSize
        )
    }

    private static func newest(_ bytes: [UInt8], inlineData: Bool = false) -> XLMetaFile? {
        head(of: bytes, inlineData: inlineData).flatMap { XLMetaFile(newestVersionIn: $0) }
    }

    @Test("the newest of many versions is read alone", arguments: [1, 2, 7, 1000])
    func newest(count: Int) throws {
        let file = try XLMetaFile.many(count)
        let bytes = try file.encoded()
        let found = try #require(Self.newest(bytes))
        #expect(found.entries == [file.entries[0]])
        #expect(found.isExcerpt && !found.isComplete)
        #expect(found.storedSize == bytes.count)
        #expect(found.inlineData.isEmpty)
    }

    @Test func theShardsInTheFileComeWhereTheyAreAskedFor() throws {
        let file = try XLMetaFile.many(1000, inlineCount: 3)
        let found = try #require(Self.newest(try file.encoded(), inlineData: true))
        #expect(found.inlineData == file.inlineData)
        let without = try XLMetaFile.many(1000, inlineCount: 0)
        #expect(try #require(Self.newest(try without.encoded(), inlineData: true)).inlineData.isEmpty)
    }

    @Test func hiddenVersionsAreComeBy() throws {
        var file = try XLMetaFile.many(900)
        let hidden = XLMetaFileTests.marker(
            XLMetaFileTests.first,
            at: 5000,
            metadata: ["x-minio-internal-free-version": ""]
        )
        _ = try file.add(hidden)
        let found = try #require(Self.newest(try file.encoded()))
        #expect(found.entries == Array(file.entries.prefix(2)))
        #expect(found.latest == file.latest)
    }

    /// Everything that is looked at, with every bit of it wrong in turn: another version never comes of it. The shard's
    /// number alone is under no signature, and is compared with the distribution by who uses it; a map that is empty and one
    /// that is not there are the same.
    @Test func noDamageYieldsAnotherVersion() throws {
        let file = try XLMetaFile.many(40)
        let bytes = try file.encoded()
        let entry = file.entries[0]
        let original = try entry.version()
        let size = 13 + 3 + 2 + 2 + (entry.encodedHeader?.count ?? 0) + 3 + entry.body.count
        var believedCount = 0
        for bit in 0..<size * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let found = Self.newest(damaged) else { continue }
            believedCount += 1
            var version = try #require(found.latest).version()
            if case .object(var object) = version {
                object.erasure.shardNumber = 1
                object.internalMetadata = object.internalMetadata ?? MetadataMap()
                version = .object(object)
            }
            #expect(version == original)
            #expect(found.latest?.header == entry.header)
        }
        // The number of versions, that of the shard, the writer's release and the names of fields without a value.
        #expect(believedCount < size * 8 / 10)
    }

    @Test func damageBehindTheHeadIsFoundByWhoReadsThere() throws {
        let file = try XLMetaFile.many(1000)
        var bytes = try file.encoded()
        bytes[bytes.count * 9 / 10] ^= 1
        #expect(Self.newest(bytes)?.latest == file.latest)
        #expect(throws: XLMetaError.self) { try XLMetaFile(parsing: bytes) }
        #expect(throws: XLMetaError.self) {
            try XLMetaFile.adding(
                XLMetaFileTests.object(XLMetaFileTests.first, at: 9000),
                inlineData: nil,
                to: bytes
            )
        }
    }

    @Test("a file that does not end where it says is not believed", arguments: [-1, 1, 500])
    func otherLength(difference: Int) throws {
        let bytes = try XLMetaFile.many(900, inlineCount: 0).encoded()
        // Blocks of an earlier, shorter file in front of the later one's, or the other way round.
        var other = bytes
        let length = bytes.count - 18 + difference
        for index in 0..<4 { other[9 + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
        #expect(Self.newest(other) == nil)
        #expect(Self.newest(bytes) != nil)
        #expect(Self.newest(Array(bytes.dropLast())) == nil)
    }

    @Test func aVersionThatIsTooLongForTheStartIsLeftToTheWholeFile() throws {
        var file = try XLMetaFile.many(10)
        let text = String(repeating: "x", count: XLMetaHead.startSize)
        _ = try file.add(
            XLMetaFileTests.object(XLMetaFileTests.first, at: 5000, userMetadata: ["X-Amz-Meta-Text": text])
        )
        #expect(Self.newest(try file.encoded()) == nil)
    }

    @Test func olderFormsAreLeftToTheWholeFile() throws {
        let bytes = try XLMetaFile.many(900).encoded()
        for (index, value) in [(6, 2), (6, 1), (4, 2), (13, 2), (13, 4), (14, 1), (14, 2)] as [(Int, UInt8)] {
            var other = bytes
            other[index] = value
            #expect(Self.newest(other) == nil)
        }
    }

    @Test(
        "what real servers have written is told as the whole file tells it",
        .enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)),
        arguments: Fixtures.metadataFiles
    )
    func fixtures(path: String) throws {
        let bytes = try Fixtures.bytes(path)
        let whole = try XLMetaFile(parsing: bytes)
        guard let found = Self.newest(bytes, inlineData: true) else { return }
        #expect(found.latest == whole.latest)
        #expect(found.inlineData == whole.inlineData)
    }

    @Test(
        "what real servers have written and signed in the current format is believed",
        .enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence))
    )
    func fixturesAreBelieved() throws {
        var count = 0
        for path in Fixtures.metadataFiles {
            let bytes = try Fixtures.bytes(path)
            guard bytes.starts(with: XLMetaSections.start), bytes.dropFirst(13).starts(with: [3, 3]),
                let newest = try XLMetaFile(parsing: bytes).latest?.header, newest.signature != 0
            else { continue }
            #expect(Self.newest(bytes)?.latest?.header == newest)
            count += 1
        }
        #expect(count > 10)
    }

    @Test("mutated heads", arguments: 0..<8 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let file = try XLMetaFile.many(300)
        let bytes = try file.encoded()
        for _ in 0..<500 {
            let start = mutated(Array(bytes.prefix(600)), using: &random) + bytes.dropFirst(600)
            guard let found = Self.newest(start, inlineData: true) else { continue }
            #expect(found.latest?.header == file.latest?.header)
        }
    }
}
