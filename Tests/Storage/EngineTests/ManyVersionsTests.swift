import Base
import Drives
import Foundation
import Testing
import XLMeta

@testable import Engine

/// One key with so many versions that nobody wants to read all of them.
@Suite struct ManyVersionsTests {
    private let path = ObjectPath(volume: "bucket", name: "key")

    /// Delete markers long ago; all drives have them alike.
    private static func filler(_ count: Int, textSize: Int = 5000, padding: Int = 300) throws -> XLMetaFile {
        var file = XLMetaFile()
        for number in 1...count {
            let text = String(repeating: "m", count: number == 1 ? padding : textSize)
            let marker = XLDeleteMarker(
                versionID: Base.UUID(high: 9, low: UInt64(number)),
                modificationTime: Timestamp(seconds: 1_000_000 + Int64(number)),
                internalMetadata: ["x-text": text]
            )
            _ = try file.add(.deleteMarker(marker))
        }
        return file
    }

    /// Files of so many bytes.
    private static func filler(ofSize size: Int) throws -> XLMetaFile {
        let count = size / 5200
        let padding = try size - filler(count, padding: 300).encoded().count + 300
        let file = try filler(count, padding: padding)
        #expect(try file.encoded().count == size)
        return file
    }

    private func opened() async throws -> (TemporaryStore, Engine) {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        return (store, engine)
    }

    private func write(_ file: XLMetaFile, to slot: DriveSlot) throws {
        let folder = URL(filePath: slot.endpoint + "/bucket/key")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(try file.encoded()).write(to: folder.appending(path: "xl.meta"))
    }

    /// Puts many older versions below those of the key on every drive.
    private func bury(_ engine: Engine, _ count: Int = 60, textSize: Int = 5000) async throws {
        await engine.settle()
        let filler = try Self.filler(count, textSize: textSize)
        for slot in engine.pools[0].sets[0].slots {
            let stored = try XLMetaFile(parsing: try await #require(slot.online).readXLMeta(path))
            var file = filler
            for entry in stored.entries.reversed() {
                let version = try entry.version()
                let shard = stored.inlineData(of: version.versionID).map { Array($0) }
                _ = try file.add(version, inlineData: shard)
            }
            try write(file, to: slot)
        }
    }

    private func damage(_ engine: Engine, _ positions: [Int], at place: ([UInt8]) -> Int) throws {
        for position in positions {
            let url = URL(filePath: engine.pools[0].sets[0].slots[position].endpoint + "/bucket/key/xl.meta")
            var bytes = Array(try Data(contentsOf: url))
            bytes[place(bytes)] ^= 1
            try Data(bytes).write(to: url)
        }
    }

    @Test("the newest version is answered from heads alone", arguments: [10, 400_000])
    func headsAlone(size: Int) async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let bytes = sample(size)
        let version = try await engine.put("bucket", "key", bytes, as: .new)
        try await bury(engine, 3000, textSize: 100)
        let reads = Locked<[String]>([])
        for slot in engine.pools[0].sets[0].slots {
            let drive = try #require(slot.online)
            slot.attach(HookedDrive(drive, onXLMeta: { what in reads.withLock { $0.append(what) } }))
        }
        #expect(try await engine.version(bucket: "bucket", key: "key").id == version.id)
        #expect(try await engine.get("bucket", "key") == bytes)
        let next = try await engine.put("bucket", "key", sample(20), as: .new)
        #expect(try await engine.version(bucket: "bucket", key: "key").id == next.id)
        _ = try await engine.delete(bucket: "bucket", key: "key", .marker(.new))
        #expect(try await engine.version(bucket: "bucket", key: "key").isDeleteMarker)
        #expect(reads.withLock { Set($0) } == ["head"])
        // One that is named may be anywhere.
        #expect(try await engine.get("bucket", "key", id: version.id) == bytes)
        #expect(reads.withLock { $0 }.contains("whole"))
    }

    @Test("past 1 MiB of xl.meta a new version lies in files", arguments: [-1, 0, 1])
    func inlining(difference: Int) async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let filler = try Self.filler(ofSize: Engine.inliningXLMetaSizeMax + difference)
        let slots = engine.pools[0].sets[0].slots
        for slot in slots { try write(filler, to: slot) }
        let bytes = sample(1000)
        let version = try await engine.put("bucket", "key", bytes, as: .new)
        #expect(try await engine.get("bucket", "key") == bytes)
        await engine.settle()
        for slot in slots {
            let file = try XLMetaFile(parsing: try await #require(slot.online).readXLMeta(path))
            let entry = try #require(file.latest)
            #expect(entry.header.versionID == version.id)
            #expect(file.entries.dropFirst().elementsEqual(filler.entries))
            #expect(entry.header.flags.contains(.inlineData) == (difference <= 0))
            #expect((file.inlineData(of: version.id) != nil) == (difference <= 0))
            let folder = "\(slot.endpoint)/bucket/key/\(version.dataDirectory)"
            #expect(FileManager.default.fileExists(atPath: folder + "/part.1") == (difference > 0))
        }
        // What it lies in goes with it.
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(version.id))
        await engine.settle()
        for slot in slots {
            let names = try FileManager.default.contentsOfDirectory(atPath: slot.endpoint + "/bucket/key")
            #expect(names == ["xl.meta"])
        }
    }

    @Test("a body in files because of many versions is as good as any", arguments: [0, 1, 1000, 20_000])
    func outgrown(size: Int) async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let slots = engine.pools[0].sets[0].slots
        let filler = try Self.filler(ofSize: Engine.inliningXLMetaSizeMax + 1)
        for slot in slots { try write(filler, to: slot) }
        let bytes = sample(size)
        let version = try await engine.put("bucket", "key", bytes, as: .new)
        await engine.settle()
        for lost in [[0, 1], [1, 2], [2, 3], [0, 3]] {
            let drives = lost.map { slots[$0].attached }
            for position in lost { slots[position].detach() }
            #expect(try await engine.get("bucket", "key") == bytes)
            #expect(try await engine.get("bucket", "key", id: version.id) == bytes)
            for (position, drive) in zip(lost, drives) { slots[position].attach(try #require(drive)) }
        }
    }

    @Test("a body that too few drives take is not stored anywhere", arguments: [2, 3])
    func tooFewDrives(failing: Int) async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let slots = engine.pools[0].sets[0].slots
        let filler = try Self.filler(ofSize: Engine.inliningXLMetaSizeMax + 1)
        for slot in slots { try write(filler, to: slot) }
        for slot in slots.prefix(failing) {
            let drive = try #require(slot.online)
            slot.attach(HookedDrive(drive, beforeStage: { _ throws(DriveError) in throw .full }))
        }
        await #expect(throws: EngineError.drivesFull) {
            try await engine.put("bucket", "key", sample(100), as: .new)
        }
        await engine.settle()
        for slot in slots {
            let stored = try Data(contentsOf: URL(filePath: slot.endpoint + "/bucket/key/xl.meta"))
            #expect(try Array(stored) == filler.encoded())
            let staged = try FileManager.default.subpathsOfDirectory(
                atPath: slot.endpoint + "/.minio.sys/tmp"
            )
            #expect(!staged.contains { $0.contains("part.1") })
        }
    }

    /// Where the newest version's value is.
    private static func etag(in bytes: [UInt8]) -> Int {
        let key = Array("etag".utf8)
        return ((0..<2000).first { bytes[$0..<$0 + key.count].elementsEqual(key) } ?? 0) + key.count + 1
    }

    @Test func damageInTheHeadIsNeverAnswered() async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let bytes = sample(400_000)
        try await engine.put("bucket", "key", bytes, as: .new)
        try await bury(engine)
        try damage(engine, [2]) { Self.etag(in: $0) }
        #expect(try await engine.get("bucket", "key") == bytes)
        try damage(engine, [0]) { Self.etag(in: $0) }
        #expect(try await engine.version(bucket: "bucket", key: "key").metadata("etag") == "e")
        try damage(engine, [1]) { Self.etag(in: $0) }
        await #expect(throws: EngineError.self) { try await engine.version(bucket: "bucket", key: "key") }
        await #expect(throws: EngineError.self) { try await engine.get("bucket", "key") }
    }

    @Test func damageFurtherDownIsFoundByWhoeverReadsThere() async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let bytes = sample(400_000)
        let version = try await engine.put("bucket", "key", bytes, as: .new)
        try await bury(engine)
        try damage(engine, [0, 1, 2]) { $0.count / 2 }
        #expect(try await engine.version(bucket: "bucket", key: "key").id == version.id)
        #expect(try await engine.get("bucket", "key") == bytes)
        let old = Base.UUID(high: 9, low: 3)
        await #expect(throws: EngineError.self) {
            try await engine.version(bucket: "bucket", key: "key", id: old)
        }
        // Nobody seals it with a new checksum.
        await #expect(throws: EngineError.self) { try await engine.put("bucket", "key", sample(5), as: .new) }
        await engine.settle()
        #expect(try await engine.version(bucket: "bucket", key: "key").id == version.id)
        try damage(engine, [0, 1, 2]) { $0.count / 2 }
        #expect(try await engine.version(bucket: "bucket", key: "key", id: old).isDeleteMarker)
        try await engine.put("bucket", "key", sample(5), as: .new)
        #expect(try await engine.get("bucket", "key") == sample(5))
    }

    @Test("a drive that says it has another drive's shard is not believed from its head")
    func otherShardNumber() async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let bytes = sample(400_000)
        try await engine.put("bucket", "key", bytes, as: .new)
        try await bury(engine)
        let key = Array("EcIndex".utf8)
        for slot in engine.pools[0].sets[0].slots.prefix(2) {
            let url = URL(filePath: slot.endpoint + "/bucket/key/xl.meta")
            var stored = Array(try Data(contentsOf: url))
            let place =
                try #require(
                    (0..<2000).first { stored[$0..<$0 + key.count].elementsEqual(key) }
                ) + key.count
            stored[place] = stored[place] % 4 + 1
            try Data(stored).write(to: url)
        }
        #expect(try await engine.get("bucket", "key") == bytes)
    }

    @Test(
        "a drive whose newest version is an older one changes nothing",
        arguments: 0..<4
    )
    func differentHeads(stale: Int) async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let first = try await engine.put("bucket", "key", sample(400_000), as: .new)
        try await bury(engine)
        let slots = engine.pools[0].sets[0].slots
        let file = URL(filePath: slots[stale].endpoint + "/bucket/key/xl.meta")
        let kept = try Data(contentsOf: file)
        let second = try await engine.put("bucket", "key", sample(500_000, seed: 2), as: .new)
        await engine.settle()
        // As if it had missed the write.
        try kept.write(to: file)
        let found = try await engine.version(bucket: "bucket", key: "key")
        #expect(found.id == second.id)
        #expect(try await engine.get("bucket", "key") == sample(500_000, seed: 2))
        #expect(try await engine.version(bucket: "bucket", key: "key", id: first.id).id == first.id)
        let third = try await engine.put("bucket", "key", sample(10), as: .new)
        #expect(third.modified > second.modified)
        #expect(try await engine.version(bucket: "bucket", key: "key").id == third.id)
    }

    @Test func whatOneDriveAloneHasIsPassedOver() async throws {
        let (store, engine) = try await opened()
        defer { withExtendedLifetime(store) {} }
        let first = try await engine.put("bucket", "key", sample(400_000), as: .new)
        try await bury(engine)
        let slots = engine.pools[0].sets[0].slots
        let kept = try slots.map { try Data(contentsOf: URL(filePath: $0.endpoint + "/bucket/key/xl.meta")) }
        try await engine.put("bucket", "key", sample(10), as: .new)
        await engine.settle()
        for position in 1...3 {
            try kept[position].write(to: URL(filePath: slots[position].endpoint + "/bucket/key/xl.meta"))
        }
        #expect(try await engine.version(bucket: "bucket", key: "key").id == first.id)
        #expect(try await engine.get("bucket", "key") == sample(400_000))
    }

    @Test("an object takes no more versions than it may have, and takes them again when it has fewer")
    func limit() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { $0.options.versionCountMax = 3 }.engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", [0], as: .null)
        let second = try await engine.put("bucket", "key", [1], as: .new)
        _ = try await engine.delete(bucket: "bucket", key: "key", .marker(.new))
        await #expect(throws: EngineError.tooManyVersions(countMax: 3)) {
            try await engine.put("bucket", "key", [2], as: .new)
        }
        await #expect(throws: EngineError.tooManyVersions(countMax: 3)) {
            _ = try await engine.delete(bucket: "bucket", key: "key", .marker(.new))
        }
        // In place of the one that is there.
        try await engine.put("bucket", "key", [3], as: .null)
        #expect(try await engine.get("bucket", "key") == [3])
        try await engine.put("bucket", "other", [4], as: .new)
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(second.id))
        try await engine.put("bucket", "key", [5], as: .new)
        #expect(try await engine.get("bucket", "key") == [5])
        await #expect(throws: EngineError.tooManyVersions(countMax: 3)) {
            try await engine.put("bucket", "key", sample(400_000), as: .new)
        }
        await engine.settle()
        for slot in engine.pools[0].sets[0].slots {
            let staged = try FileManager.default.subpathsOfDirectory(
                atPath: slot.endpoint + "/.minio.sys/tmp"
            )
            #expect(!staged.contains { $0.contains("part.1") })
        }
    }

    @Test("heads say how many versions there are, and one that is wrong stops nobody", arguments: [0, 1])
    func limitByHeads(below: Int) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { $0.options.versionCountMax = 61 }.engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", sample(10), as: .new)
        try await bury(engine, 60 - below)
        if below == 0 {
            await #expect(throws: EngineError.tooManyVersions(countMax: 61)) {
                try await engine.put("bucket", "key", [2], as: .new)
            }
        } else {
            // The number of versions in one head.
            try damage(engine, [1]) { _ in 15 }
            try await engine.put("bucket", "key", [2], as: .new)
            #expect(try await engine.get("bucket", "key") == [2])
        }
    }
}
