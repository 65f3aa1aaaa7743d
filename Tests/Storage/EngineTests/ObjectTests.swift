import Base
import Bytes
import Drives
import Engine
import Foundation
import Testing
import Topology

@Suite struct ObjectTests {
    private static let mebibyte = 1 << 20

    @Test(
        "what is put is what is got, on both sides of every size that matters",
        arguments: [1, 2, 4, 6],
        [
            0, 1, 2, 131_071, 262_144, 262_145, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 7,
        ]
    )
    func roundTrip(driveCount: Int, size: Int) async throws {
        let store = TemporaryStore(driveCount: driveCount)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let bytes = sample(size)
        let put = try await engine.put("bucket", "a/key", bytes)
        #expect(put.size == Int64(size))
        #expect(try await engine.get("bucket", "a/key") == bytes)
        if size > 2 {
            let range = Int64(1)..<Int64(size - 1)
            #expect(try await engine.get("bucket", "a/key", range) == Array(bytes[1..<size - 1]))
        }
        await engine.settle()
    }

    @Test(
        "a small body is inlined also if nobody knew its size",
        arguments: [0, 1, 262_144, 262_145, mebibyte - 1, mebibyte, mebibyte + 1],
        [false, true]
    )
    func inlining(size: Int, isSizeKnown: Bool) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let bytes = sample(size)
        let put = try await engine.put("bucket", "key", bytes, isSizeKnown: isSizeKnown)
        #expect(put.size == Int64(size))
        #expect(try await engine.get("bucket", "key") == bytes)
        await engine.settle()
        for number in 1...4 {
            let folder = "\(store.root)/d\(number)/bucket/key"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.contains("xl.meta"))
            // Two of four shards have 128 KiB each.
            #expect(names.count == (size <= 262_144 ? 1 : 2), "\(names)")
        }
    }

    @Test func anOverwriteReplacesAndADeleteRemoves() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        for size in [10, 2_000_000, 20, 3_000_000] {
            let bytes = sample(size, seed: UInt64(size))
            try await engine.put("bucket", "key", bytes)
            #expect(try await engine.get("bucket", "key") == bytes)
        }
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(.zero))
        await #expect(throws: EngineError.objectNotFound) { try await engine.get("bucket", "key") }
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(.zero))
        try await engine.removeBucket("bucket")
        #expect(engine.allBuckets().isEmpty)
    }

    @Test func everythingIsThereAfterARestart() async throws {
        let store = TemporaryStore(driveCount: 4)
        let bytes = sample(1_500_000)
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            try await engine.put("bucket", "large", bytes)
            try await engine.put("bucket", "small", [1, 2, 3])
            await engine.settle()
        }
        let opened = try await store.reopen()
        let (engine, recovery) = (opened.engine, opened.recovery)
        #expect(opened.drives.allSatisfy { $0.problem == nil })
        #expect(recovery.bucketCount == 1)
        #expect(recovery.completedCount + recovery.revertedCount + recovery.openCount == 0)
        #expect(try await engine.get("bucket", "large") == bytes)
        #expect(try await engine.get("bucket", "small") == [1, 2, 3])
        #expect(try await engine.keys("bucket") == ["large", "small"])
    }

    @Test func drivesThatAreInUseAreNotOpenedAgain() async throws {
        let store = TemporaryStore(driveCount: 2)
        let engine = try await store.open().engine
        do throws(EngineOpeningError) {
            _ = try await store.open()
            Issue.record("two engines on the same drives")
        } catch {
            guard case .drive(.locked(let path, let pid)) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(path.hasSuffix("/d1"))
            #expect(pid == ProcessInfo.processInfo.processIdentifier)
        }
        await engine.settle()
    }

    @Test func aReaderKeepsItsVersionThroughOverwriteAndDelete() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let old = sample(4_000_000, seed: 1)
        try await engine.put("bucket", "key", old)
        let reader = try await engine.open(bucket: "bucket", key: "key")
        var bytes = try #require(try await reader.next()).bytes.map(\.self)
        try await engine.put("bucket", "key", sample(4_000_000, seed: 2))
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(.zero))
        await engine.settle()
        while let piece = try await reader.next() { bytes += piece.bytes }
        #expect(bytes == old)
    }

    @Test func aBucketGoesFromUnderAReaderAndMayComeAgain() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let old = sample(4_000_000, seed: 1)
        try await engine.put("bucket", "a/key", old)
        let reader = try await engine.open(bucket: "bucket", key: "a/key")
        var bytes = try #require(try await reader.next()).bytes.map(\.self)
        _ = try await engine.delete(bucket: "bucket", key: "a/key", .version(.zero))
        try await engine.removeBucket("bucket")
        #expect(engine.allBuckets().isEmpty)
        try await engine.makeBucket("bucket")
        let new = sample(4_000_000, seed: 2)
        try await engine.put("bucket", "a/key", new)
        while let piece = try await reader.next() { bytes += piece.bytes }
        #expect(bytes == old)
        reader.close()
        #expect(try await engine.get("bucket", "a/key") == new)
        await #expect(throws: EngineError.bucketNotEmpty) { try await engine.removeBucket("bucket") }
        _ = try await engine.delete(bucket: "bucket", key: "a/key", .version(.zero))
        try await engine.removeBucket("bucket")
        await engine.close()
        for drive in 1...4 {
            let left = try FileManager.default.subpathsOfDirectory(atPath: "\(store.root)/d\(drive)")
            #expect(left.filter { $0.contains("part.1") } == [])
        }
    }

    @Test func aGuardSeesTheCurrentVersionAndCanRefuse() async throws {
        struct OnlyIfAbsent: CommitGuard {
            func review(_: inout ObjectMetadata?, over current: ObjectVersion?) throws(CommitRefusal) {
                if current != nil { throw .preconditionFailed }
            }
        }
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        var winners = 0
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    var body = BytesInMemory([UInt8(index)])
                    let staged = try await engine.stage(
                        &body,
                        size: 1,
                        bucket: "bucket",
                        key: "once",
                        storageClass: .standard
                    )
                    do throws(EngineError) {
                        _ = try await engine.commit(
                            staged,
                            as: .null,
                            metadata: ObjectMetadata(user: [(name: "etag", value: "\(index)")]),
                            guards: [OnlyIfAbsent()]
                        )
                        return true
                    } catch {
                        #expect(error == .refused(.preconditionFailed))
                        return false
                    }
                }
            }
            for try await won in group where won { winners += 1 }
        }
        #expect(winners == 1)
    }

    @Test("Uploads that together want more memory than there is take turns", .timeLimit(.minutes(10)))
    func scarceMemory() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open(memoryBudget: 4 << 20) { plan in
            plan.options.memoryPatience = .seconds(50)
            plan.options.patience = Patience(grace: .seconds(1), limit: .seconds(50))
        }.engine
        try await engine.makeBucket("bucket")
        let bytes = sample(1 << 20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                group.addTask { try await engine.put("bucket", "key-\(number)", bytes) }
            }
            try await group.waitForAll()
        }
        #expect(try await engine.get("bucket", "key-8") == bytes)
    }

}
