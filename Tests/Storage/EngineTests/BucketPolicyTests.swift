import Base
import Foundation
import Testing
import XLMeta

@testable import Engine

/// A bucket's policy among its settings on the drives.
@Suite struct BucketPolicyTests {
    @Test func aPolicyIsKeptWithItsTimeAndTheOtherSettings() async throws {
        let store = TemporaryStore(driveCount: 4)
        let created: Timestamp
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            created = try engine.bucket("bucket").created
            #expect(try engine.bucket("bucket").policy == nil)

            var metadata = BucketMetadata(name: "bucket", created: created)
            metadata.set(.versioning, to: Array("<Status>Enabled</Status>".utf8), at: created)
            try await engine.writeInternal("buckets/bucket/.metadata.bin", metadata.encoded())

            try await engine.set(.policy, to: [1, 2, 3], ofBucket: "bucket")
            let first = try #require(try engine.bucket("bucket").policy)
            #expect(first.bytes == [1, 2, 3])
            #expect(first.changed >= created)
            try await engine.set(.policy, to: [1, 2, 3], ofBucket: "bucket")
            #expect(try engine.bucket("bucket").policy !== first)
            await engine.close()
        }
        let again = try await store.reopen().engine
        let bucket = try again.bucket("bucket")
        #expect(bucket.policy?.bytes == [1, 2, 3])
        #expect(bucket.created == created)
        #expect(bucket.settings.versioning == .enabled)
        let stored = try BucketMetadata(decoding: await again.readInternal("buckets/bucket/.metadata.bin"))
        #expect(stored[.policy] == [1, 2, 3])
        #expect(stored.changed(.policy) == bucket.policy?.changed)
        try await again.set(.policy, to: nil, ofBucket: "bucket")
        #expect(try again.bucket("bucket").policy == nil)
        await #expect(throws: EngineError.bucketNotFound) {
            try await again.set(.policy, to: [1], ofBucket: "other")
        }
        await again.close()
    }

    @Test func settingsThatCannotBeReadAreNotWrittenOver() async throws {
        let store = TemporaryStore(driveCount: 4)
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            try await engine.writeInternal("buckets/bucket/.metadata.bin", [9, 9, 9, 9, 9])
            await engine.close()
        }
        let engine = try await store.reopen().engine
        #expect(try engine.bucket("bucket").settings.areUnknown)
        await #expect(throws: EngineError.self) { try await engine.set(.policy, to: [1], ofBucket: "bucket") }
        #expect(try await engine.readInternal("buckets/bucket/.metadata.bin") == [9, 9, 9, 9, 9])
        try await engine.put("bucket", "key", [1])
        for deletion in [Deletion.byBucket, .version(.zero), .marker(.new)] {
            await #expect(throws: EngineError.self) {
                try await engine.delete(bucket: "bucket", key: "key", deletion)
            }
        }
        #expect(try await engine.get("bucket", "key") == [1])
        try await engine.removeInternal("buckets/bucket/.metadata.bin")
        await engine.rereadUnknownBuckets()
        #expect(try !engine.bucket("bucket").settings.areUnknown)
        _ = try await engine.delete(bucket: "bucket", key: "key", .byBucket)
        await engine.close()
    }

    /// Releases before 2020 had a file for each setting.
    @Test func aLoosePolicyOfAnOldReleaseIsInForce() async throws {
        let store = TemporaryStore(driveCount: 4)
        do {
            let engine = try await store.open().engine
            try await engine.makeBucket("bucket")
            try await engine.removeInternal("buckets/bucket/.metadata.bin")
            try await engine.writeInternal("buckets/bucket/policy.json", [4, 5])
            await engine.close()
        }
        do {
            let engine = try await store.reopen().engine
            #expect(try engine.bucket("bucket").policy?.bytes == [4, 5])
            try await engine.set(.policy, to: nil, ofBucket: "bucket")
            #expect(try engine.bucket("bucket").policy == nil)
            await engine.close()
        }
        let engine = try await store.reopen().engine
        #expect(try engine.bucket("bucket").policy == nil)
        await engine.close()
    }

    @Test func manyChangesAtOnceLeaveOneOfThem() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        await withTaskGroup(of: Void.self) { group in
            for byte in UInt8(1)...20 {
                group.addTask {
                    do { try await engine.set(.policy, to: [byte], ofBucket: "bucket") } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        let shown = try #require(try engine.bucket("bucket").policy)
        let stored = try BucketMetadata(decoding: await engine.readInternal("buckets/bucket/.metadata.bin"))
        #expect(stored[.policy] == shown.bytes)
        await engine.close()
    }
}
