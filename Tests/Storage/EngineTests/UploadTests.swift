import Base
import Bytes
import Drives
import Testing
import Topology

@testable import Engine

@Suite struct UploadTests {
    private let metadata = ObjectMetadata(user: [(name: "etag", value: "x-2")])

    private func putPart(
        _ engine: Engine,
        _ upload: Upload,
        _ number: Int,
        _ bytes: [UInt8]
    ) async throws -> UploadedPart {
        var body = BytesInMemory(bytes)
        let staged = try await engine.stagePart(
            &body,
            size: Int64(bytes.count),
            number: number,
            bucket: "bucket",
            key: "key",
            uploadID: upload.id
        )
        return try await engine.commitPart(staged, etag: "e\(number)")
    }

    @Test func partsBecomeOneObject() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let upload = try await engine.makeUpload(
            bucket: "bucket",
            key: "key",
            metadata: metadata,
            storageClass: .standard
        )
        let bytes = [sample(1_500_000, seed: 1), sample(10, seed: 2)]
        _ = try await putPart(engine, upload, 7, bytes[1])
        _ = try await putPart(engine, upload, 2, bytes[0])
        let listed = try await engine.parts(
            bucket: "bucket",
            key: "key",
            uploadID: upload.id,
            after: 0,
            limit: 1
        )
        #expect(listed.parts.map(\.number) == [2])
        #expect(listed.isTruncated)
        let object = try await engine.complete(
            bucket: "bucket",
            key: "key",
            uploadID: upload.id,
            parts: [(number: 2, etag: "e2"), (number: 7, etag: "e7")],
            as: .null,
            metadata: metadata
        )
        #expect(object.parts.map(\.number) == [2, 7])
        #expect(try await engine.get("bucket", "key") == bytes[0] + bytes[1])
        #expect(
            try await engine.get("bucket", "key", 1_499_999..<1_500_001) == [bytes[0].last, bytes[1].first]
        )
        await #expect(throws: EngineError.uploadNotFound) {
            try await engine.abort(bucket: "bucket", key: "key", uploadID: upload.id)
        }
    }

    @Test func onlyUploadsOlderThanTheLimitAreStale() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let upload = try await engine.makeUpload(
            bucket: "bucket",
            key: "key",
            metadata: metadata,
            storageClass: .standard
        )
        _ = try await putPart(engine, upload, 1, sample(100_000))
        #expect(try await engine.removeStaleUploads(begunBefore: upload.initiated) == 0)
        #expect(try await engine.upload(bucket: "bucket", key: "key", id: upload.id).id == upload.id)
        #expect(try await engine.removeStaleUploads(begunBefore: upload.initiated + .nanoseconds(1)) == 1)
        await #expect(throws: EngineError.uploadNotFound) {
            try await engine.upload(bucket: "bucket", key: "key", id: upload.id)
        }
    }

    @Test("An upload has ended while any drive still lets go of it", .timeLimit(.minutes(10)))
    func endedForEverybody() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .milliseconds(20), limit: .seconds(3600))
        }.engine
        try await engine.makeBucket("bucket")
        let upload = try await engine.makeUpload(
            bucket: "bucket",
            key: "key",
            metadata: metadata,
            storageClass: .standard
        )
        _ = try await putPart(engine, upload, 1, sample(100_000))
        await engine.settle()
        let (commit, finish) = (Gate(), Gate())
        for slot in engine.pools[0].sets[0].slots {
            let drive = try #require(slot.online)
            slot.attach(
                slot.position == 3
                    ? HookedDrive(drive, beforeCommit: { await commit.pass() })
                    : HookedDrive(drive, beforeFinish: { await finish.pass() })
            )
        }
        _ = try await engine.complete(
            bucket: "bucket",
            key: "key",
            uploadID: upload.id,
            parts: [(number: 1, etag: "e1")],
            as: .null,
            metadata: metadata
        )
        let name = try #require(UploadName(bucket: "bucket", name: "key", uploadID: upload.id))
        commit.open()
        // The late drive finishes for itself and is done; the others are not.
        let drive = try #require(engine.pools[0].sets[0].slots[3].online)
        while try await holds(drive, name.path) { await Task.yield() }
        while engine.endedUploads.holdCount(of: name.path) > 1 { await Task.yield() }
        await #expect(throws: EngineError.uploadNotFound) {
            try await engine.abort(bucket: "bucket", key: "key", uploadID: upload.id)
        }
        finish.open()
        while engine.endedUploads.contains(name.path) { await Task.yield() }
        await #expect(throws: EngineError.uploadNotFound) {
            try await engine.abort(bucket: "bucket", key: "key", uploadID: upload.id)
        }
    }

    private func holds(_ drive: any Drive, _ path: ObjectPath) async throws -> Bool {
        do throws(DriveError) {
            _ = try await drive.readXLMeta(path)
            return true
        } catch {
            guard error == .notFound else { throw error }
            return false
        }
    }
}
