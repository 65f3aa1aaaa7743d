import Base
import Bytes
import Drives
import ErasureCode
import Foundation
import Locks
import Testing
import Topology
import XLMeta

@testable import Engine

/// What drives that were slow, or away for one write, must not do to the others' answers.
@Suite struct MissedWriteTests {
    private func putPart(_ engine: Engine, _ uploadID: String, _ bytes: [UInt8], etag: String) async throws {
        var body = BytesInMemory(bytes)
        let staged = try await engine.stagePart(
            &body,
            size: Int64(bytes.count),
            number: 1,
            bucket: "bucket",
            key: "key",
            uploadID: uploadID
        )
        _ = try await engine.commitPart(staged, etag: etag)
    }

    /// The files of the one pending upload's data directory on a drive.
    private func partFiles(_ store: TemporaryStore, drive: Int) throws -> [String] {
        let root = "\(store.root)/d\(drive)/.minio.sys/multipart"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.contains("/part.1") }.map { "\(root)/\($0)" }
    }

    @Test(
        "A part that one drive missed the second upload of is not mixed into the object",
        arguments: 1...4,
        [true, false]
    )
    func stalePart(drive: Int, hasRecord: Bool) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let upload = try await engine.makeUpload(
            bucket: "bucket",
            key: "key",
            metadata: ObjectMetadata(user: [(name: "etag", value: "e")]),
            storageClass: .standard
        )
        try await putPart(engine, upload.id, sample(300_000, seed: 1), etag: "one")
        await engine.settle()
        let files = try partFiles(store, drive: drive)
        #expect(files.count == 2)
        let kept = try files.map { try Data(contentsOf: URL(filePath: $0)) }
        try await putPart(engine, upload.id, sample(300_000, seed: 2), etag: "two")
        await engine.settle()
        for (file, bytes) in zip(files, kept) {
            try bytes.write(to: URL(filePath: file))
            if !hasRecord, file.hasSuffix(".meta") { try FileManager.default.removeItem(atPath: file) }
        }

        _ = try await engine.complete(
            bucket: "bucket",
            key: "key",
            uploadID: upload.id,
            parts: [(number: 1, etag: "two")],
            as: .null,
            metadata: ObjectMetadata(user: [(name: "etag", value: "e")])
        )
        #expect(try await engine.get("bucket", "key") == sample(300_000, seed: 2))
        await engine.settle()
        #expect(try partFiles(store, drive: drive).isEmpty)
    }

    @Test("A completion that too few drives with a part take part in is taken back", arguments: [1, 2])
    func partsOfOthers(failing: Int) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let upload = try await engine.makeUpload(
            bucket: "bucket",
            key: "key",
            metadata: ObjectMetadata(user: [(name: "etag", value: "e")]),
            storageClass: .standard
        )
        let bytes = sample(300_000, seed: 1)
        try await putPart(engine, upload.id, bytes, etag: "one")
        await engine.settle()
        // Two drives are left with the part, as many as are needed to read it.
        for drive in 3...4 {
            for file in try partFiles(store, drive: drive) {
                try FileManager.default.removeItem(atPath: file)
            }
        }
        func complete() async throws {
            _ = try await engine.complete(
                bucket: "bucket",
                key: "key",
                uploadID: upload.id,
                parts: [(number: 1, etag: "one")],
                as: .null,
                metadata: ObjectMetadata(user: [(name: "etag", value: "e")])
            )
        }
        let slot = engine.pools[0].sets[0].slots[failing - 1]
        let drive = try #require(slot.online)
        slot.attach(
            HookedDrive(
                drive,
                afterCommit: { () throws(DriveError) in throw .failed(call: "renameat", code: EIO) }
            )
        )
        await #expect(throws: EngineError.writeQuorumLost(available: 3, required: 3)) { try await complete() }
        await engine.settle()
        await #expect(throws: EngineError.objectNotFound) { try await engine.get("bucket", "key") }
        slot.attach(drive)
        try await complete()
        #expect(try await engine.get("bucket", "key") == bytes)
    }

    @Test("What lies on some drives suffices where enough of them are")
    func holdings() {
        var holdings = SetChange.Holdings()
        #expect(holdings.suffice(at: []))
        holdings.dataShards = 2
        holdings.add([0, 1, 31])
        holdings.add([1, 2, 3])
        #expect(holdings.suffice(at: [0, 1, 2]))
        #expect(holdings.suffice(at: [1, 3, 31]))
        #expect(!holdings.suffice(at: [0, 31, 2]))
        #expect(!holdings.suffice(at: [1]))
    }

    @Test("A version whose parts do not add up to its size is refused, not read", arguments: [-1, 4, 6, 9])
    func partsThatDoNotAddUp(size: Int64) throws {
        func version(size: Int64) throws -> ObjectVersion {
            ObjectVersion(
                bucket: "bucket",
                key: "key",
                id: .zero,
                isDeleteMarker: false,
                modified: .epoch,
                size: size,
                parts: [
                    .init(number: 1, storedSize: 2, size: 2), .init(number: 2, storedSize: 3, size: 3),
                ],
                metadata: [],
                internalMetadata: [],
                dataDirectory: .zero,
                geometry: try ErasureGeometry(dataShards: 2, parityShards: 2)
            )
        }
        #expect(try version(size: 5).unreadableReason == nil)
        #expect(try version(size: size).unreadableReason != nil)
    }

    @Test("An upload has one lock, however its id is spelled")
    func oneLockAnUpload() throws {
        let deployment = Base.UUID(high: 1, low: 2)
        let name = UploadName(bucket: "bucket", name: "key", id: deployment, initiated: .epoch)
        let spellings = [
            name.uploadID(deploymentID: deployment), name.uploadID(deploymentID: .zero), name.folder,
        ]
        for spelling in spellings {
            let same = try #require(UploadName(bucket: "bucket", name: "key", uploadID: spelling))
            #expect(
                same.lockKey(deploymentID: deployment)
                    == .upload(name.uploadID(deploymentID: deployment))
            )
        }
    }

    @Test("A part is not missing while drives that may have it are silent")
    func undecidedPart() throws {
        let record = PartMetadata(etag: "e", number: 1, size: 5, actualSize: 5, modificationTime: .epoch)
            .encoded()
        #expect(throws: EngineError.readQuorumLost(available: 1, required: 2)) {
            try AgreedParts([[1: record], [:], nil, nil], required: 2)
        }
        #expect(try AgreedParts([[1: record], [:], [:], [:]], required: 2).parts.isEmpty)
        #expect(try AgreedParts([[1: record], [1: record], nil, nil], required: 2).parts.count == 1)
    }

    @Test("Drives that all take longer than the grace period are slow, not damaged")
    func slowReads() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .milliseconds(20), limit: .seconds(60))
        }.engine
        try await engine.makeBucket("bucket")
        let bytes = sample(1_200_000)
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        for slot in engine.pools[0].sets[0].slots {
            let drive = try #require(slot.online)
            // Longer than two ticks of the deadlines.
            slot.attach(HookedDrive(drive, beforeRead: { await SystemTime().sleep(for: .milliseconds(200)) }))
        }
        #expect(try await engine.get("bucket", "key") == bytes)
    }

    @Test("Emptied drives do not deny what they held")
    func emptiedDrives() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", sample(1000))
        await engine.settle()
        for number in 2...4 { try store.empty(drive: number) }
        await #expect(throws: EngineError.readQuorumLost(available: 1, required: 2)) {
            try await engine.version(bucket: "bucket", key: "key")
        }
        #expect(engine.health.drives.map(\.isOnline) == [true, false, false, false])
        #expect(throws: EngineError.bucketNotFound) { try engine.bucket("other") }
    }

    @Test("A drive that drops out of an upload is told to take back what it has of it")
    func droppedDrive() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try #require(slot.online)
        let hooked = HookedDrive(
            drive,
            beforeStage: { offset throws(DriveError) in
                if offset > 0 { throw .failed(call: "pwritev", code: EIO) }
            }
        )
        slot.attach(hooked)
        let bytes = sample(3 << 20)
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        #expect(hooked.reverted.count == 1)
        #expect(try await engine.get("bucket", "key") == bytes)
        let left = try FileManager.default.subpathsOfDirectory(atPath: "\(store.root)/d1/.minio.sys/tmp")
        #expect(left.filter { $0.contains("part.1") } == [])
    }

    @Test("A drive that fails in the middle of an acknowledged commit is told to take it back")
    func failedCommit() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try #require(slot.online)
        let hooked = HookedDrive(
            drive,
            afterCommit: { () throws(DriveError) in throw .failed(call: "renameat", code: EIO) }
        )
        slot.attach(hooked)
        let bytes = sample(1000)
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        #expect(hooked.reverted.count == 1)
        await #expect(throws: DriveError.notFound) {
            try await drive.readXLMeta(ObjectPath(volume: "bucket", name: "key"))
        }
        #expect(try await engine.get("bucket", "key") == bytes)
    }

    @Test("Files wait for readers of every data directory that goes, not of one drive's only")
    func pinnedOnAnyDrive() {
        let pins = Pins()
        let path = ObjectPath(volume: "bucket", name: "key")
        let keys = (0..<3).map { Pins.Key(path: path, dataDirectory: Base.UUID(high: 0, low: UInt64($0))) }
        let count = Locked(0)
        pins.pin(keys[1])
        pins.pin(keys[2])
        pins.whenUnpinned(Set(keys)) { count.withLock { $0 += 1 } }
        #expect(count.withLock { $0 } == 0)
        pins.unpin(keys[2])
        #expect(count.withLock { $0 } == 0)
        pins.unpin(keys[1])
        #expect(count.withLock { $0 } == 1)
    }

    @Test("Waiting for what runs does not wait for what starts later", .timeLimit(.minutes(10)))
    func settling() async {
        let work = BackgroundWork()
        let (first, firstEnd) = AsyncStream<Void>.makeStream()
        let (second, secondEnd) = AsyncStream<Void>.makeStream()
        work.start { for await _ in first {} }
        let settled = Task { await work.settle() }
        while work.waiterCount == 0 { await Task.yield() }
        work.start { for await _ in second {} }
        firstEnd.finish()
        await settled.value
        secondEnd.finish()
        await work.settle()
        #expect(work.waiterCount == 0)
    }

    @Test("Nobody waits for ever for what a drive that hangs still has to do", .timeLimit(.minutes(10)))
    func boundedSettling() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .milliseconds(20), limit: .seconds(3))
        }.engine
        try await engine.makeBucket("bucket")
        let (never, end) = AsyncStream<Void>.makeStream()
        engine.background.start { for await _ in never {} }
        try await engine.removeBucket("bucket")
        #expect(throws: EngineError.bucketNotFound) { try engine.bucket("bucket") }
        await engine.close()
        end.finish()
    }
}
