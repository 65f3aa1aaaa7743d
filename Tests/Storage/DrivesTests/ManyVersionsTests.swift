import Base
import Drives
import Files
import TestSupport
import Testing
import XLMeta

/// What a drive reads of an `xl.meta` for its newest version.
@Suite struct ManyVersionsTests {
    private let path = ObjectPath(volume: "bucket", name: "key")

    private func drive(holding bytes: [UInt8]) async throws -> (LocalDrive<SimulatedFiles>, SimulatedFiles) {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        try await drive.makeVolume("bucket")
        try files.makeDirectory("bucket/key")
        let handle = try files.create("bucket/key/xl.meta")
        try bytes.withUnsafeBytes { try files.write(handle, at: 0, [$0]) }
        files.close(handle)
        return (drive, files)
    }

    private func file(versionCount: Int, inlineSize: Int? = nil) throws -> XLMetaFile {
        var file = XLMetaFile()
        for number in 1...versionCount {
            let id = Sample.id(UInt64(number))
            let object = Sample.object(version: id, data: id, seconds: Int64(number))
            let shard = number == 1 ? inlineSize.map { [UInt8](repeating: 7, count: $0) } : nil
            _ = try file.add(.object(object), inlineData: shard)
        }
        return file
    }

    @Test("3,000 versions cost no more to read than the head does", arguments: [nil, 10_000])
    func bounded(inlineSize: Int?) async throws {
        let file = try file(versionCount: 3000, inlineSize: inlineSize)
        let bytes = try file.encoded()
        let (drive, files) = try await drive(holding: bytes)
        for needsInlineData in [false, true] {
            let before = files.readSize
            guard case .head(let head) = try await drive.readXLMetaHead(path, inlineData: needsInlineData)
            else {
                Issue.record("all of it was read")
                return
            }
            let inlineMax = needsInlineData ? (inlineSize ?? 0) + 100 : 0
            #expect(files.readSize - before <= XLMetaHead.startSize + 6 + inlineMax)
            let found = try #require(XLMetaFile(newestVersionIn: head))
            #expect(found.latest == file.latest)
            #expect(found.storedSize == bytes.count)
            let shard = found.inlineData(of: Sample.id(1))
            #expect(shard?.count == (needsInlineData ? inlineSize : nil))
        }
        #expect(files.openCount == 0)
    }

    @Test("a small file is read as a whole", arguments: [-1, 0, 1])
    func smallFiles(difference: Int) async throws {
        let wanted = XLMetaHead.wholeSizeMax + difference
        let padding = try wanted - file(versionCount: 100, inlineSize: 70_000).encoded().count
        let bytes = try file(versionCount: 100, inlineSize: 70_000 + padding).encoded()
        #expect(bytes.count == wanted)
        let (drive, _) = try await drive(holding: bytes)
        switch try await drive.readXLMetaHead(path, inlineData: true) {
        case .whole(let read): #expect(difference <= 0 && read == bytes)
        case .head: #expect(difference > 0)
        }
    }

    @Test(
        "what is no file of the current format is read as a whole",
        arguments: [(0, 0x59), (6, 2), (9, 0xff)]
    )
    func otherFiles(index: Int, value: UInt8) async throws {
        var bytes = try file(versionCount: 1000).encoded()
        bytes[index] = value
        let (drive, files) = try await drive(holding: bytes)
        guard case .whole(let read) = try await drive.readXLMetaHead(path, inlineData: false) else {
            Issue.record("a head was made of it")
            return
        }
        #expect(read == bytes)
        #expect(files.openCount == 0)
    }

    @Test func absenceIsAPositiveAnswer() async throws {
        let (drive, _) = try await drive(holding: [])
        await #expect(throws: DriveError.notFound) {
            _ = try await drive.readXLMetaHead(.init(volume: "bucket", name: "other"), inlineData: false)
        }
        await #expect(throws: DriveError.volumeNotFound) {
            _ = try await drive.readXLMetaHead(.init(volume: "elsewhere", name: "key"), inlineData: false)
        }
    }

    @Test func damageBelowIsFoundByTheNextChangeAndNotSealed() async throws {
        var bytes = try file(versionCount: 1000).encoded()
        bytes[bytes.count - 1000] ^= 1
        let (drive, files) = try await drive(holding: bytes)
        let object = Sample.object(version: Sample.id(5000), data: Sample.id(5001), seconds: 5000)
        await #expect(throws: DriveError.self) {
            try await drive.put(Sample.id(6000), path, object, inline: [1])
        }
        #expect(files.contents()["bucket/key/xl.meta"] == bytes)
    }

    @Test func aVersionOnTopLeavesTheOthersByteForByte() async throws {
        let file = try file(versionCount: 1000, inlineSize: 50)
        let (drive, _) = try await drive(holding: try file.encoded())
        let object = Sample.object(version: Sample.id(5000), data: Sample.id(5001), seconds: 5000)
        try await drive.put(Sample.id(6000), path, object, inline: [1])
        let after = try XLMetaFile(parsing: try await drive.readXLMeta(path))
        #expect(after.entries.dropFirst().elementsEqual(file.entries))
        #expect(try after.latest?.version() == .object(object))
        #expect(after.inlineData(of: Sample.id(1))?.count == 50)
        #expect(after.inlineData(of: Sample.id(5000)).map { Array($0) } == [1])
        try await drive.revert(Sample.id(6000))
        #expect(try await drive.readXLMeta(path) == file.encoded())
    }
}
