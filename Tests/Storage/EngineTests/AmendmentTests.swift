import Base
import Drives
import Testing
import XLMeta

@testable import Engine

@Suite struct AmendmentTests {
    /// The object that a drive has.
    private func stored(_ engine: Engine, position: Int) async throws -> XLObject {
        let drive = try #require(engine.pools[0].sets[0].slots[position].online)
        let file = try XLMetaFile(parsing: await drive.readXLMeta(ObjectPath(volume: "bucket", name: "key")))
        guard case .object(let object)? = try file.latest?.version() else { throw EngineError.objectNotFound }
        return object
    }

    /// Gives the object metadata that only another server could have given it.
    private func store(
        _ engine: Engine,
        _ change: (inout XLObject) -> Void
    ) async throws {
        for slot in engine.pools[0].sets[0].slots {
            var object = try await stored(engine, position: slot.position)
            change(&object)
            let id = Base.UUID(high: 7, low: UInt64(slot.position))
            let drive = try #require(slot.online)
            let path = ObjectPath(volume: "bucket", name: "key")
            try await drive.commit(Transaction(id: id, path: path, change: .amend(object)))
            try await drive.finish(id)
        }
    }

    @Test("what an amendment does not touch stays byte by byte, also where it is no text")
    func bytesStay() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", [1])
        let latin: [UInt8] = [0x41, 0xe9, 0x42]
        try await self.store(engine) { object in
            object.userMetadata?["X-Amz-Meta-Name"] = latin
            object.userMetadata?["X-Amz-Meta-Gone"] = latin
            object.userMetadata?["X-Amz-Meta-New"] = latin
            object.internalMetadata?["x-minio-internal-odd"] = [0xff, 0x00]
        }
        let amended = try await engine.amend(bucket: "bucket", key: "key", id: nil) { metadata, _ in
            metadata.user.removeAll { $0.name == "X-Amz-Meta-Gone" || $0.name == "X-Amz-Meta-New" }
            metadata.user += [("x-amz-tagging", "a=b"), ("X-Amz-Meta-New", "new")]
            metadata.system.append(("x-minio-internal-added", [0xfe]))
        }
        #expect(amended.metadata("x-amz-tagging") == "a=b")
        for position in 0..<4 {
            let object = try await stored(engine, position: position)
            #expect(object.userMetadata?["X-Amz-Meta-Name"] == latin)
            #expect(object.userMetadata?["X-Amz-Meta-Gone"] == nil)
            #expect(object.userMetadata?["X-Amz-Meta-New"] == Array("new".utf8))
            #expect(object.userMetadata?["x-amz-tagging"] == Array("a=b".utf8))
            #expect(object.userMetadata?["content-type"] == Array("text/plain".utf8))
            #expect(object.internalMetadata?["x-minio-internal-odd"] == [0xff, 0x00])
            #expect(object.internalMetadata?["x-minio-internal-added"] == [0xfe])
        }
    }

    @Test("an amendment that changes nothing leaves all bytes")
    func nothing() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", [1])
        try await self.store(engine) { $0.userMetadata?["X-Amz-Meta-Name"] = [0xe9] }
        let before = try await stored(engine, position: 0)
        _ = try await engine.amend(bucket: "bucket", key: "key", id: nil) { _, _ in }
        #expect(try await stored(engine, position: 0) == before)
    }

    @Test("a key that another server stored in two cases has one value afterwards")
    func cases() async throws {
        var object = XLObject(
            versionID: .zero,
            dataDirectory: .zero,
            erasure: XLErasure(
                dataShardCount: 1,
                parityShardCount: 1,
                blockSize: 1 << 20,
                shardNumber: 1,
                distribution: [1, 2]
            ),
            parts: [],
            modificationTime: .epoch
        )
        // What is read may hold what setting would not make.
        let shown = ObjectMetadata(user: [("A", "1"), ("a", "2"), ("b", "3")])
        object.userMetadata = ["A": "1", "b": "3"]
        object.changeMetadata(from: shown, to: ObjectMetadata(user: [("a", "4"), ("b", "3")]))
        #expect(object.userMetadata?.entries.count == 2)
        #expect(object.userMetadata?["a"] == Array("4".utf8))
        #expect(object.userMetadata?["b"] == Array("3".utf8))
    }
}
