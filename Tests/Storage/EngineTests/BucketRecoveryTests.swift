import Base
import Drives
import Foundation
import Testing

@testable import Engine

/// What a start makes of bucket folders that not every drive has.
@Suite struct BucketRecoveryTests {
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test(
        "A bucket and its settings outlive the replacement of half of the drives",
        arguments: [false, true]
    )
    func renewedDrives(isEmpty: Bool) async throws {
        let store = TemporaryStore(driveCount: 4)
        let created: Timestamp
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            if !isEmpty { try await engine.put("bucket", "key", sample(1000)) }
            created = try engine.bucket("bucket").created
            await engine.close()
        }
        for number in 3...4 { try store.renew(drive: number) }
        let engine = try await store.reopen().engine
        #expect(try engine.bucket("bucket").created == created)
        for number in 1...2 {
            #expect(exists("\(store.root)/d\(number)/.minio.sys/buckets/bucket/.metadata.bin/xl.meta"))
            #expect(exists("\(store.root)/d\(number)/bucket"))
        }
        await engine.close()
    }

    @Test(
        "A stale folder on one of the drives that answer is not copied to the others",
        .timeLimit(.minutes(10))
    )
    func staleFolder() async throws {
        let store = TemporaryStore(driveCount: 4)
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            await engine.close()
        }
        for number in 3...4 {
            try FileManager.default.moveItem(
                atPath: "\(store.root)/d\(number)",
                toPath: "\(store.root)/away\(number)"
            )
        }
        try FileManager.default.createDirectory(
            atPath: "\(store.root)/d1/stale",
            withIntermediateDirectories: false
        )
        let engine = try await store.reopen().engine
        #expect(try engine.bucket("bucket").name == "bucket")
        #expect(!exists("\(store.root)/d2/stale"))
        await engine.close()
    }

    @Test(
        "Empty folders that an unfinished creation left on fewer than half of the drives go",
        .timeLimit(.minutes(10))
    )
    func unfinishedCreation() async throws {
        let store = TemporaryStore(driveCount: 4)
        await (try store.open().engine).close()
        try FileManager.default.createDirectory(
            atPath: "\(store.root)/d1/stale",
            withIntermediateDirectories: false
        )
        let engine = try await store.reopen().engine
        #expect(throws: EngineError.bucketNotFound) { try engine.bucket("stale") }
        #expect(!exists("\(store.root)/d1/stale"))
        await engine.close()
    }
}
