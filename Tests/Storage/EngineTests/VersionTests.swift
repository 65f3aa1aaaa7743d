import Base
import Bytes
import Engine
import Foundation
import Testing
import Topology
import XLMeta

@Suite struct VersionTests {
    private static func opened() async throws -> (TemporaryStore, Engine) {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        return (store, engine)
    }

    private func versions(
        _ engine: Engine,
        _ configure: (inout ListRequest) -> Void = { _ in }
    ) async throws -> [ListPage.Entry] {
        var request = ListRequest()
        request.scope = .versions(after: nil)
        configure(&request)
        return try await engine.list(bucket: "bucket", request).entries
    }

    private func ids(_ entries: [ListPage.Entry]) -> [Base.UUID] {
        entries.compactMap { if case .object(let version, _) = $0 { version.id } else { nil } }
    }

    @Test("every version is read by its id, whatever lies on top")
    func reading() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        var written: [(id: Base.UUID, bytes: [UInt8])] = []
        for (index, size) in [10, 300_000, 0, 20, 400_000].enumerated() {
            let bytes = sample(size, seed: UInt64(index))
            written.append((try await engine.put("bucket", "key", bytes, as: .new).id, bytes))
        }
        for (id, bytes) in written { #expect(try await engine.get("bucket", "key", id: id) == bytes) }
        #expect(try await ids(versions(engine)) == written.map(\.id).reversed())
    }

    @Test("a version goes for good and shows the one below; its neighbours stay", arguments: [0, 1, 2])
    func removal(index: Int) async throws {
        let (store, engine) = try await Self.opened()
        var written: [Base.UUID] = []
        for seed in 1...3 {
            written.append(
                try await engine.put("bucket", "key", sample(400_000, seed: UInt64(seed)), as: .new).id
            )
        }
        let outcome = try await engine.delete(bucket: "bucket", key: "key", .version(written[index]))
        #expect(outcome.deletedVersion?.id == written[index])
        #expect(outcome.markerID == nil)
        await #expect(throws: EngineError.versionNotFound) {
            try await engine.version(bucket: "bucket", key: "key", id: written[index])
        }
        for (seed, id) in zip(1..., written) where id != written[index] {
            #expect(try await engine.get("bucket", "key", id: id) == sample(400_000, seed: UInt64(seed)))
        }
        let newest = index == 2 ? written[1] : written[2]
        #expect(try await engine.version(bucket: "bucket", key: "key").id == newest)
        let again = try await engine.delete(bucket: "bucket", key: "key", .version(written[index]))
        #expect(again.deletedVersion == nil)
        await engine.close()
        let parts = try FileManager.default.subpathsOfDirectory(atPath: "\(store.root)/d1/bucket")
            .filter { $0.hasSuffix("part.1") }
        #expect(parts.count == 2)
    }

    @Test("a marker hides the object; its removal shows it again")
    func markers() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        try await engine.put("bucket", "key", [1], as: .new)
        let outcome = try await engine.delete(bucket: "bucket", key: "key", .marker(.new))
        let marker = try #require(outcome.markerID)
        #expect(try await engine.version(bucket: "bucket", key: "key").isDeleteMarker)
        #expect(try await engine.keys("bucket") == [])
        #expect(try await versions(engine).count == 2)
        let removal = try await engine.delete(bucket: "bucket", key: "key", .version(marker))
        #expect(removal.deletedVersion?.isDeleteMarker == true)
        #expect(try await engine.get("bucket", "key") == [1])
    }

    @Test("a null marker takes the place of the null version and of no other")
    func nullMarkers() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        try await engine.put("bucket", "key", sample(400_000))
        let kept = try await engine.put("bucket", "key", [2], as: .new).id
        let outcome = try await engine.delete(bucket: "bucket", key: "key", .marker(.null))
        #expect(outcome.markerID == .zero)
        #expect(outcome.deletedVersion?.size == 400_000)
        #expect(try await ids(versions(engine)) == [.zero, kept])
        try await engine.put("bucket", "key", [3])
        #expect(try await ids(versions(engine)) == [.zero, kept])
        #expect(try await engine.get("bucket", "key") == [3])
    }

    @Test("versions come page by page, none twice and none left out", arguments: [1, 2, 3, 7])
    func paging(limit: Int) async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        for key in ["a", "a/b", "a/b", "c", "c", "c", "c", "d/e", "f"] {
            try await engine.put("bucket", key, [1], as: .new)
        }
        _ = try await engine.delete(bucket: "bucket", key: "f", .marker(.new))
        let all = try await versions(engine)
        #expect(all.count == 10)
        var paged: [Base.UUID] = []
        var request = ListRequest()
        request.limit = limit
        request.scope = .versions(after: nil)
        while true {
            let page = try await engine.list(bucket: "bucket", request)
            #expect(page.entries.count <= limit)
            paged += ids(page.entries)
            guard page.isTruncated else { break }
            request.after = page.last
            request.scope = .versions(after: page.lastVersion)
        }
        #expect(paged == ids(all))
    }

    @Test("a page goes on although the version it ended with is gone")
    func markerGone() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        for _ in 1...4 { try await engine.put("bucket", "key", [1], as: .new) }
        let all = try await ids(versions(engine))
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(all[0]))
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(all[1]))
        let rest = try await versions(engine) { request in
            request.after = "key"
            request.scope = .versions(after: all[1])
        }
        #expect(ids(rest) == Array(all[2...]))
    }

    @Test("a prefix under which only markers are left is folded as well")
    func foldedMarkers() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        try await engine.put("bucket", "a/b", [1], as: .new)
        _ = try await engine.delete(bucket: "bucket", key: "a/b", .marker(.new))
        let entries = try await versions(engine) { $0.delimiter = "/" }
        guard case .commonPrefix("a/")? = entries.first else {
            Issue.record("\(entries)")
            return
        }
        #expect(entries.count == 1)
    }

    @Test("other metadata leaves data, id and time as they are", arguments: [100, 300_000])
    func amending(size: Int) async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        let old = try await engine.put("bucket", "key", sample(size), as: .new)
        let top = try await engine.put("bucket", "key", [1], as: .new)
        let amended = try await engine.amend(bucket: "bucket", key: "key", id: old.id) { metadata, version in
            #expect(version.id == old.id)
            metadata.user.append((name: "x-amz-tagging", value: "a=b"))
        }
        #expect(amended.metadata("x-amz-tagging") == "a=b")
        let found = try await engine.version(bucket: "bucket", key: "key", id: old.id)
        #expect(found.metadata("x-amz-tagging") == "a=b")
        #expect(found.metadata("content-type") == "text/plain")
        #expect((found.modified, found.dataDirectory) == (old.modified, old.dataDirectory))
        #expect(try await engine.get("bucket", "key", id: old.id) == sample(size))
        #expect(try await ids(versions(engine)) == [top.id, old.id])
    }

    @Test("a refused amendment changes nothing; one of nothing says so")
    func amendmentsRefused() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        await #expect(throws: EngineError.objectNotFound) {
            try await engine.amend(bucket: "bucket", key: "key", id: nil) { _, _ in }
        }
        try await engine.put("bucket", "key", [1])
        await #expect(throws: EngineError.refused(.forbidden("no"))) {
            try await engine.amend(bucket: "bucket", key: "key", id: nil) { (_, _) throws(CommitRefusal) in
                throw .forbidden("no")
            }
        }
        #expect(try await engine.version(bucket: "bucket", key: "key").metadata.count == 2)
    }

    @Test("guards of a delete that names a version are shown that version")
    func guards() async throws {
        struct Only: CommitGuard {
            let id: Base.UUID?
            func review(
                _ proposal: inout ObjectMetadata?,
                over current: ObjectVersion?
            ) throws(CommitRefusal) {
                if current?.id != id { throw .forbidden("\(String(describing: current?.id))") }
            }
        }
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        let old = try await engine.put("bucket", "key", [1], as: .new).id
        let new = try await engine.put("bucket", "key", [2], as: .new).id
        await #expect(throws: EngineError.self) {
            try await engine.delete(bucket: "bucket", key: "key", .version(old), guards: [Only(id: new)])
        }
        _ = try await engine.delete(bucket: "bucket", key: "key", .version(old), guards: [Only(id: old)])
        let marker = try await engine.delete(
            bucket: "bucket",
            key: "key",
            .marker(.new),
            guards: [Only(id: new)]
        ).markerID
        _ = try await engine.delete(bucket: "bucket", key: "key", .marker(.new), guards: [Only(id: marker)])
        _ = try await engine.delete(bucket: "bucket", key: "none", .marker(.new), guards: [Only(id: nil)])
    }

    @Test("versioning counts as it is when the body has come, not when it began to")
    func versioningChangesMeanwhile() async throws {
        let (store, engine) = try await Self.opened()
        defer { withExtendedLifetime(store) {} }
        try await engine.put("bucket", "key", [1])
        var body = BytesInMemory([2])
        let staged = try await engine.stage(
            &body,
            size: 1,
            bucket: "bucket",
            key: "key",
            storageClass: .standard
        )
        let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        try await engine.set(.shared(.versioning), to: Array(enabled.utf8), ofBucket: "bucket")
        let version = try await engine.commit(staged, as: .byBucket, metadata: ObjectMetadata(user: []))
        #expect(version.id != .zero)
        #expect(try await engine.get("bucket", "key", id: .zero) == [1])
        let outcome = try await engine.delete(bucket: "bucket", key: "key", .byBucket)
        #expect(outcome.markerID.map { $0 != .zero } == true)
    }
}
