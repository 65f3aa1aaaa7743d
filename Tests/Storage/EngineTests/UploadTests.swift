import Base
import Bytes
import Engine
import Testing
import Topology

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
}
