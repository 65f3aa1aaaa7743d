import Base
import Drives
import Files
import TestSupport
import Testing
import XLMeta

@Suite struct ListingTests {
    private func drive(_ kind: DriveKind, keys: [String]) async throws -> any Drive {
        let drive = try await TestDrive.make(kind).drive
        try await drive.makeVolume("bucket")
        for (index, key) in keys.enumerated() {
            let id = Sample.id(UInt64(index + 1))
            let object = Sample.object(data: Sample.id(UInt64(9000 + index)), seconds: 1)
            // Every second one has a data directory.
            let isInline = index.isMultiple(of: 2)
            try await drive.put(
                id,
                ObjectPath(volume: "bucket", name: key),
                object,
                inline: isInline ? [1, 2, 3] : nil,
                shard: isInline ? nil : 1
            )
            try await drive.finish(id)
        }
        return drive
    }

    private func page(
        _ drive: any Drive,
        _ directory: String = "",
        after: String? = nil,
        prefix: String = "",
        limit: Int = 1000
    ) async throws -> DirectoryPage {
        try await drive.list(
            DirectoryRequest(
                volume: "bucket",
                directory: directory,
                after: after,
                prefix: prefix,
                limit: limit
            )
        )
    }

    @Test("names are told apart, compared and cut by their bytes", arguments: DriveKind.allCases)
    func spellings(_ kind: DriveKind) async throws {
        let keys = [
            "a\u{600}", "a\u{600}__XLDIR__", "a\u{600}/b", "d/\u{301}b", "e\u{301}", "e\u{301}__XLDIR__", "é",
            "é__XLDIR__",
        ]
        let drive = try await drive(kind, keys: keys)
        let entries = try await page(drive).entries
        let wanted = ["a\u{600}", "a\u{600}/", "d/", "e\u{301}", "e\u{301}/", "é", "é/"]
        #expect(entries.map { Array($0.key.utf8) } == wanted.map { Array($0.utf8) })
        let directories = try entries.map { entry -> Base.UUID? in
            guard let xlMeta = entry.xlMeta else { return nil }
            guard case .object(let object) = try XLMetaFile(parsing: xlMeta).entries[0].version() else {
                return nil
            }
            return object.dataDirectory
        }
        #expect(directories == [0, 1, nil, 4, 5, 6, 7].map { $0.map { Sample.id(UInt64(9000 + $0)) } })
        #expect(try await page(drive, "a\u{600}/").entries.map(\.key) == ["b"])
        #expect(try await page(drive, "d/").entries.map(\.key) == ["\u{301}b"])
    }

    @Test("keys come in bytewise order, an object apart from what is below it", arguments: DriveKind.allCases)
    func order(_ kind: DriveKind) async throws {
        let drive = try await drive(
            kind,
            keys: ["a", "a/b", "a!", "a0", "Z", "é", "d/e/f", "dir__XLDIR__", "g__XLDIR__", "g/h"]
        )
        let entries = try await page(drive).entries
        #expect(entries.map(\.key) == ["Z", "a", "a!", "a/", "a0", "d/", "dir/", "g/", "é"])
        #expect(entries.map { $0.xlMeta != nil } == [true, true, true, false, true, false, true, true, true])
        #expect(entries.map(\.hasChildren) == [false, true, false, true, false, true, false, true, false])
        #expect(try await page(drive, "d/").entries.map(\.key) == ["e/"])
        #expect(try await page(drive, "d/e/").entries.map(\.key) == ["f"])
    }

    @Test("pages of every size give the same keys", arguments: DriveKind.allCases, [1, 2, 3, 7, 100])
    func pages(_ kind: DriveKind, limit: Int) async throws {
        let keys = ["a", "a/b", "a!", "b/c", "b/d", "c", "d", "d/x/y", "e-1", "e-2"]
        let drive = try await drive(kind, keys: keys)
        let whole = try await page(drive).entries.map(\.key)
        #expect(whole == ["a", "a!", "a/", "b/", "c", "d", "d/", "e-1", "e-2"])
        var found: [String] = []
        while true {
            let page = try await page(drive, after: found.last, limit: limit)
            #expect(page.entries.count <= limit)
            found += page.entries.map(\.key)
            if page.isComplete { break }
        }
        #expect(found == whole)
        #expect(try await page(drive, prefix: "e").entries.map(\.key) == ["e-1", "e-2"])
        #expect(try await page(drive, after: "e-1", prefix: "e").entries.map(\.key) == ["e-2"])
        #expect(try await page(drive, prefix: "nothing").entries.isEmpty)
    }

    @Test("what the metadata block says is whole without the inline data", arguments: DriveKind.allCases)
    func blocks(_ kind: DriveKind) async throws {
        let drive = try await drive(kind, keys: [])
        let path = ObjectPath(volume: "bucket", name: "key")
        let inline = [UInt8](repeating: 7, count: 100_000)
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(2), seconds: 1), inline: inline)
        // More versions than fit the first read.
        for number in 10..<60 as Range<UInt64> {
            let object = Sample.object(
                version: Sample.id(number),
                data: Sample.id(number),
                seconds: Int64(number)
            )
            try await drive.put(Sample.id(100 + number), path, object, inline: [1])
        }
        let block = try #require(try await page(drive).entries.first?.xlMeta)
        #expect((4097..<60_000).contains(block.count))
        #expect(try XLMetaFile(parsingMetadataOf: block).entries.count == 51)
    }

    @Test("UUID folders are data only when nothing but parts is in them", arguments: DriveKind.allCases)
    func uuidKeys(_ kind: DriveKind) async throws {
        let name = Sample.id(77).description
        let drive = try await drive(kind, keys: ["a/\(name)/x", name, "a"])
        #expect(try await page(drive).entries.map(\.key) == [name, "a", "a/"])
        #expect(try await page(drive, "a/").entries.map(\.key) == ["\(name)/"])
        let plain = try await self.drive(kind, keys: ["inline", "large"])
        #expect(try await page(plain, "large/").entries.isEmpty)
        #expect(try await page(plain).entries.map(\.hasChildren) == [false, false])
    }

    @Test(arguments: DriveKind.allCases)
    func absentFoldersAreToldApart(_ kind: DriveKind) async throws {
        let drive = try await drive(kind, keys: ["a"])
        await #expect(throws: DriveError.notFound) { _ = try await page(drive, "none/") }
        await #expect(throws: DriveError.volumeNotFound) {
            _ = try await drive.list(
                DirectoryRequest(volume: "other", directory: "", after: nil, prefix: "", limit: 1)
            )
        }
        await #expect(throws: DriveError.unstorableName) { _ = try await page(drive, "../") }
    }

    @Test func aSettledFolderIsNotReadAgainUntilItChanges() async throws {
        let time = SimulatedTime()
        let files = SimulatedFiles(time: time)
        _ = try await TestDrive.formatted(files)
        let drive = try await TestDrive.opened(files, time: time)
        try await drive.makeVolume("bucket")
        for number in 1...20 as ClosedRange<UInt64> {
            let path = ObjectPath(volume: "bucket", name: "key-\(number)")
            try await drive.put(
                Sample.id(number),
                path,
                Sample.object(data: Sample.id(number), seconds: 1),
                inline: [1]
            )
            try await drive.finish(Sample.id(number))
        }
        time.advance(by: .seconds(10))
        #expect(try await page(drive, limit: 5).entries.count == 5)
        files.add(SimulatedFault(call: "list", path: "bucket", code: 5))
        #expect(try await page(drive, after: "key-13", limit: 5).entries.count == 5)
        files.removeFaults()
        let path = ObjectPath(volume: "bucket", name: "key-0")
        try await drive.put(Sample.id(99), path, Sample.object(data: Sample.id(99), seconds: 1), inline: [1])
        #expect(try await page(drive, limit: 1).entries.map(\.key) == ["key-0"])
    }

    @Test func aFolderLargerThanTheCacheIsListedWhole() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        var configuration = DriveConfiguration()
        configuration.cachedKeysMax = 4
        configuration.tidyDelay = nil
        let drive = try await LocalDrive.open(
            DriveFolder(files: files, endpoint: "small cache"),
            id: TestDrive.driveID,
            lane: SimulatedLane(),
            committer: SimulatedCommitter(files),
            time: SimulatedTime(),
            randomness: SystemRandomness(),
            configuration: configuration
        )
        try await drive.makeVolume("bucket")
        let keys = (10..<30).map { "key-\($0)" }
        for (index, key) in keys.enumerated() {
            let path = ObjectPath(volume: "bucket", name: key)
            try await drive.put(
                Sample.id(UInt64(index)),
                path,
                Sample.object(data: Sample.id(1), seconds: 1),
                inline: [1]
            )
        }
        #expect(try await page(drive).entries.map(\.key) == keys)
        #expect(
            try await page(drive, after: "key-17", limit: 3).entries.map(\.key) == [
                "key-18", "key-19", "key-20",
            ]
        )
    }
}
