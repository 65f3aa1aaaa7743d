import Base
import MessagePack
import TestSupport
import Testing

@testable import XLMeta

@Suite struct XLMetaFileTests {
    static func object(
        _ id: UUID = .zero,
        at seconds: Int64,
        dataDirectory: UInt64 = 1,
        userMetadata: MetadataMap = [:]
    ) -> XLVersion {
        .object(
            XLObject(
                versionID: id,
                dataDirectory: UUID(high: 0, low: dataDirectory),
                erasure: XLErasure(
                    dataShardCount: 2,
                    parityShardCount: 2,
                    shardNumber: 1,
                    distribution: [1, 2, 3, 4]
                ),
                parts: [XLPart(number: 1, size: 10, actualSize: 10)],
                modificationTime: Timestamp(seconds: seconds),
                userMetadata: userMetadata
            )
        )
    }

    static func marker(_ id: UUID, at seconds: Int64, metadata: MetadataMap = [:]) -> XLVersion {
        .deleteMarker(
            XLDeleteMarker(
                versionID: id,
                modificationTime: Timestamp(seconds: seconds),
                internalMetadata: metadata
            )
        )
    }

    static let first = UUID(high: 1, low: 1)
    static let second = UUID(high: 2, low: 2)

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func aFileBuiltFromItsFieldsHasTheKnownBytes() throws {
        let known = try Fixtures.bytes("generated/drives-2x2/disk1/docs/hello.txt/xl.meta")
        let dataDirectory = try #require(UUID("11111111-1111-4111-8111-111111111111"))
        var object = XLObject(
            versionID: .zero,
            dataDirectory: dataDirectory,
            erasure: XLErasure(
                dataShardCount: 2,
                parityShardCount: 2,
                shardNumber: 2,
                distribution: [2, 3, 4, 1]
            ),
            parts: [XLPart(number: 1, size: 22, actualSize: 22)],
            modificationTime: Timestamp(nanoseconds: 1_753_300_000_000_000_001),
            userMetadata: [
                "content-type": "text/plain", "etag": "efbca1d1b0c4193a7380c1ea0887e21d",
                "X-Amz-Meta-Colour": "blue",
            ]
        )
        object.isInline = true
        var file = XLMetaFile()
        _ = try file.add(.object(object), inlineData: Array(known[0x199...]))
        #expect(try file.encoded() == known)
    }

    @Test func aFileWithoutVersionsHasThisForm() throws {
        let bytes = try XLMetaFile().encoded()
        #expect(bytes.prefix(16) == [0x58, 0x4c, 0x32, 0x20, 1, 0, 3, 0, 0xc6, 0, 0, 0, 3, 3, 3, 0])
        #expect(bytes.count == 21)
        #expect(try XLMetaFile(parsing: bytes).entries.isEmpty)
    }

    @Test func versionsAreKeptNewestFirst() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10))
        _ = try file.add(Self.object(Self.second, at: 30, dataDirectory: 2))
        _ = try file.add(Self.object(.zero, at: 20, dataDirectory: 3))
        #expect(file.entries.map(\.header.versionID) == [Self.second, .zero, Self.first])
        #expect(file.latest?.header.versionID == Self.second)
        #expect(try XLMetaFile(parsing: try file.encoded()).entries == file.entries)
    }

    @Test func ofTwoVersionsOfOneTimeTheLaterAddedComesFirst() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10))
        _ = try file.add(Self.object(Self.second, at: 10, dataDirectory: 2))
        #expect(file.entries.map(\.header.versionID) == [Self.second, Self.first])
    }

    @Test func aNullVersionReplacesTheNullVersionAndFreesItsFolder() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10, dataDirectory: 7))
        _ = try file.add(Self.object(.zero, at: 20, dataDirectory: 8), inlineData: [1, 2, 3])
        let removed = try file.add(Self.marker(.zero, at: 30))
        #expect(removed?.dataDirectory == UUID(high: 0, low: 8))
        #expect(file.entries.map(\.header.kind) == [.deleteMarker, .object])
        #expect(file.inlineData(of: .zero) == nil)
    }

    @Test func aFolderThatAnotherVersionUsesIsNotFreed() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10, dataDirectory: 7))
        _ = try file.add(Self.object(Self.second, at: 20, dataDirectory: 7))
        #expect(file.refersToDataDirectory(UUID(high: 0, low: 7)))
        let removed1 = file.removeVersion(Self.first)
        #expect(removed1?.dataDirectory == nil)
        let removed2 = file.removeVersion(Self.second)
        #expect(removed2?.dataDirectory == UUID(high: 0, low: 7))
        #expect(!file.refersToDataDirectory(UUID(high: 0, low: 7)))
        let removed3 = file.removeVersion(Self.second)
        #expect(removed3 == nil)
    }

    @Test func aVersionThatDoesNotDecodeKeepsEveryFolder() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10, dataDirectory: 7))
        _ = try file.add(Self.object(Self.second, at: 20, dataDirectory: 8))
        let damaged = XLMetaFile.Entry(header: file.entries[0].header, body: [0x81, 0xa5])
        file.entries[0] = damaged
        let removed4 = file.removeVersion(Self.first)
        #expect(removed4?.dataDirectory == nil)
        #expect(file.entries == [damaged])
    }

    @Test func changingOneVersionCopiesTheOthersBodies() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10))
        // A body with a key this program does not know.
        var body = Array(file.entries[0].body)
        body[0] = 0x84
        body += [0xa1, UInt8(ascii: "z"), 0x05]
        file.entries[0] = XLMetaFile.Entry(header: file.entries[0].header, body: body[...])
        var again = try XLMetaFile(parsing: try file.encoded())
        _ = try again.add(Self.object(Self.second, at: 20, dataDirectory: 2))
        let last = try XLMetaFile(parsing: try again.encoded())
        #expect(last.entries[1].body == body[...])
        #expect(try last.entries[1].version() == Self.object(Self.first, at: 10))
    }

    @Test func anUpdateKeepsInlineDataAndPlace() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10), inlineData: [1])
        _ = try file.add(Self.object(Self.second, at: 20, dataDirectory: 2))
        let isUpdated = file.update(Self.object(Self.first, at: 10, userMetadata: ["X-Amz-Tagging": "a=b"]))
        #expect(isUpdated)
        #expect(file.inlineData(of: Self.first) == [1])
        #expect(file.entries.map(\.header.versionID) == [Self.second, Self.first])
        let isOtherUpdated = file.update(Self.object(.zero, at: 10))
        #expect(!isOtherUpdated)
    }

    @Test(
        "a version restored on another drive has that drive's bytes",
        .enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)),
        arguments: ["docs/multi.bin", "docs/hello.txt", "vdocs/v.txt", "docs/empty"]
    )
    func restoring(object: String) throws {
        let files = try (1...4).map {
            try Fixtures.bytes("generated/drives-2x2/disk\($0)/\(object)/xl.meta")
        }
        let source = try XLMetaFile(parsing: files[0])
        for bytes in files {
            let target = try XLMetaFile(parsing: bytes)
            var healed = XLMetaFile()
            for (entry, own) in zip(source.entries, target.entries).reversed() {
                var shardNumber = 1
                if case .object(let object) = try own.version() { shardNumber = object.erasure.shardNumber }
                let shard = target.inlineData(of: own.header.versionID).map(Array.init)
                _ = try healed.restore(entry, shardNumber: shardNumber, inlineData: shard)
            }
            #expect(healed.entries == target.entries)
            let shards = { (file: XLMetaFile) in file.entries.map { file.inlineData(of: $0.header.versionID) }
            }
            #expect(shards(healed) == shards(target))
        }
    }

    @Test func aRestoredVersionReplacesTheDamagedOne() throws {
        var source = XLMetaFile()
        _ = try source.add(Self.object(Self.first, at: 10, dataDirectory: 7))
        var target = XLMetaFile()
        _ = try target.add(Self.object(Self.first, at: 10, dataDirectory: 8), inlineData: [1])
        let removed = try target.restore(source.entries[0], shardNumber: 4)
        #expect(removed?.dataDirectory == UUID(high: 0, low: 8))
        #expect(target.inlineData(of: Self.first) == nil)
        guard case .object(let object) = try target.entries[0].version() else {
            Issue.record("not an object")
            return
        }
        #expect(object.erasure.shardNumber == 4)
        #expect(target.entries[0].header == source.entries[0].header)
    }

    @Test("a shard the object does not have is refused", arguments: [0, 5])
    func impossibleShards(number: Int) throws {
        var source = XLMetaFile()
        _ = try source.add(Self.object(Self.first, at: 10))
        let entry = source.entries[0]
        var target = XLMetaFile()
        #expect(throws: XLMetaError.invalidField("EcIndex")) {
            _ = try target.restore(entry, shardNumber: number)
        }
        #expect(target.entries.isEmpty)
    }

    @Test func freeVersionsAreHidden() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10))
        _ = try file.add(Self.marker(Self.second, at: 20, metadata: [InternalMetadataKey.freeVersion: ""]))
        #expect(file.entries[0].header.flags == .freeVersion)
        #expect(file.latest?.header.versionID == Self.first)
        #expect(file.entry(Self.second) == nil)
    }

    @Test func aTransitionedObjectUsesNoFolderUntilItIsRestored() {
        guard case .object(var object) = Self.object(at: 1) else { return }
        object.internalMetadata = [InternalMetadataKey.transitionStatus: "complete"]
        #expect(object.header.flags == [])
        object.userMetadata = ["X-Amz-Restore": "ongoing-request=\"true\""]
        #expect(object.header.flags == [])
        object.userMetadata = ["x-amz-restore": "ongoing-request=\"false\", expiry-date=\"…\""]
        #expect(object.header.flags == .usesDataDirectory)
    }

    @Test(
        "newer formats are refused and named",
        arguments: [
            ([0x58, 0x4c, 0x32, 0x20, 2, 0, 0, 0], XLMetaError.unsupportedContainer(major: 2, minor: 0)),
            ([0x58, 0x4c, 0x32, 0x20, 1, 0, 4, 0], .unsupportedContainer(major: 1, minor: 4)),
            ([0x58, 0x4c, 0x32], .truncated(size: 3)), ([], .truncated(size: 0)),
            ([0x58, 0x4c, 0x33, 0x20, 1, 0, 3, 0], .notXLMeta), (Array("{\"version\"".utf8), .legacyJSON),
        ] as [([UInt8], XLMetaError)]
    )
    func refusals(bytes: [UInt8], error: XLMetaError) {
        #expect(throws: error) { try XLMetaFile(parsing: bytes) }
    }

    @Test(arguments: [(4, 3, XLMetaError.unsupportedHeaderVersion(4)), (3, 4, .unsupportedMetaVersion(4))])
    func newerVersionsOfTheBlockAreRefused(header: UInt8, meta: UInt8, error: XLMetaError) {
        #expect(throws: error) { try XLMetaFile(parsing: Self.container([header, meta, 0])) }
    }

    @Test("a count beyond the bytes is refused before anything is allocated")
    func absurdCounts() {
        let block: [UInt8] = [3, 3, 0xce, 0xff, 0xff, 0xff, 0xff, 0xc4, 0]
        #expect(throws: XLMetaError.malformed(.truncated(offset: 7))) {
            try XLMetaFile(parsing: Self.container(block))
        }
    }

    static func container(_ block: [UInt8]) -> [UInt8] {
        let checksum = Signature.checksum(block[...])
        return XLMetaFile.magic + [1, 0, 3, 0, 0xc6, 0, 0, 0, UInt8(block.count)] + block
            + [0xce] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
    }

    @Test func damagedInlineDataLeavesTheVersionsReadable() throws {
        var file = XLMetaFile()
        _ = try file.add(Self.object(Self.first, at: 10), inlineData: [1, 2, 3])
        _ = try file.add(Self.object(Self.second, at: 20), inlineData: [4, 5, 6])
        let cut = try XLMetaFile(parsing: Array(try file.encoded().dropLast()))
        #expect(cut.entries == file.entries)
        #expect(cut.inlineData.damage != nil)
        #expect(cut.inlineData(of: Self.first) == [1, 2, 3])
        #expect(cut.inlineData(of: Self.second) == nil)
    }

    @Test("headers of any kind survive the round trip", arguments: [Int64.min, -1, 0, 1, .max])
    func headers(time: Int64) throws {
        let header = XLVersionHeader(
            versionID: Self.first,
            modificationTime: Timestamp(nanoseconds: time),
            signature: 0x0102_0304,
            kind: .object,
            flags: XLVersionHeader.Flags(rawValue: 0x86),
            parityShardCount: 255,
            dataShardCount: 0
        )
        #expect(try XLVersionHeader(decoding: header.encoded()[...], formatVersion: 3) == header)
    }

    @Test func theOrderOfHeadersIsTotal() throws {
        let base = try #require(Self.sampleHeader)
        var older = base
        older.modificationTime = Timestamp(seconds: 1)
        var marker = base
        marker.kind = .deleteMarker
        var lowSignature = base
        lowSignature.signature = 1
        var lowID = base
        lowID.versionID = UUID(high: 0, low: 1)
        var fewerFlags = base
        fewerFlags.flags = []
        for other in [older, marker, lowSignature, lowID, fewerFlags] {
            #expect(base.isSorted(before: other))
            #expect(!other.isSorted(before: base))
        }
        #expect(!base.isSorted(before: base))
    }

    private static var sampleHeader: XLVersionHeader? {
        guard case .object(let object) = object(first, at: 10) else { return nil }
        return object.header
    }
}
