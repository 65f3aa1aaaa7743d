import Base
import Bytes
import Cryptography
import Engine
import ObjectOperations
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import TestSupport
import Testing
import Topology
import XLMeta

/// A bucket `bucket` with object lock, on four simulated drives with a clock of their own.
private struct Locking: Sendable {
    let engine: Engine
    let time: SimulatedTime

    /// - Returns: the version's id for clients.
    @discardableResult
    func put(_ key: String, _ fields: [String] = []) async throws -> String {
        let answer = try await engine.perform(
            PutObject.self,
            request("PUT", "/bucket/\(key)", ["Content-Length: 4"] + fields),
            body: Array("body".utf8)
        )
        return try #require(answer.headers.first { $0.name == S3Header.versionID }).value
    }

    func code(_ call: () async throws -> Void) async -> S3Error.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? S3Error)?.code
        }
    }

    func deletion(_ key: String, _ version: String? = nil, _ fields: [String] = []) async -> S3Error.Code? {
        await code {
            let query = version.map { "?versionId=\($0)" } ?? ""
            _ = try await engine.perform(
                DeleteObject.self,
                request("DELETE", "/bucket/\(key)\(query)", fields)
            )
        }
    }

    func retain(_ key: String, _ body: [UInt8], _ fields: [String] = []) async -> S3Error.Code? {
        await code {
            _ = try await engine.perform(
                PutObjectRetention.self,
                request("PUT", "/bucket/\(key)?retention", Self.described(body) + fields),
                body: body
            )
        }
    }

    private static func described(_ body: [UInt8]) -> [String] {
        ["Content-Length: \(body.count)", "Content-MD5: \(Base64.standard.encode(MD5.hash(body)))"]
    }

    func hold(_ key: String, _ hold: LegalHold) async -> S3Error.Code? {
        await code {
            _ = try await engine.perform(
                PutObjectLegalHold.self,
                request("PUT", "/bucket/\(key)?legal-hold", Self.described(hold.xml)),
                body: hold.xml
            )
        }
    }

    func configure(_ configuration: ObjectLockConfiguration) async throws {
        try await engine.set(.shared(.objectLock), to: configuration.xml, ofBucket: "bucket")
    }

    func `in`(_ duration: Duration) -> Timestamp { engine.now + duration }
}

@Suite struct ObjectLockTests {
    private static let bypass = ["x-amz-bypass-governance-retention: true"]

    private func with(
        _ lock: ObjectLockConfiguration? = ObjectLockConfiguration(),
        _ body: @escaping @Sendable (Locking) async throws -> Void
    ) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            let versioning = VersioningConfiguration(.enabled).xml
            var documents: [BucketDocument: [UInt8]] = [.shared(.versioning): versioning]
            if let lock { documents[.shared(.objectLock)] = lock.xml }
            try await running.engine.makeBucket("bucket", with: documents)
            try await body(Locking(engine: running.engine, time: store.time))
            await running.close()
        }
    }

    @Test func aRetainedVersionIsKeptUntilItsDate() throws {
        try with { lock in
            for (mode, bypassed) in [
                (RetentionMode.governance, nil), (.compliance, S3Error.Code.accessDenied),
            ] {
                let key = mode.rawValue
                let version = try await lock.put(key)
                #expect(await lock.retain(key, Retention(mode, until: lock.in(.seconds(60))).xml) == nil)
                #expect(await lock.deletion(key, version) == .accessDenied)
                await lock.time.sleep(for: .seconds(59))
                #expect(await lock.deletion(key, version) == .accessDenied)
                if bypassed != nil { #expect(await lock.deletion(key, version, Self.bypass) == bypassed) }
                await lock.time.sleep(for: .seconds(2))
                #expect(await lock.deletion(key, version) == nil)
            }
        }
    }

    @Test func whoBypassesGovernanceMayDelete() throws {
        try with { lock in
            let version = try await lock.put("key")
            #expect(await lock.retain("key", Retention(.governance, until: lock.in(.seconds(60))).xml) == nil)
            #expect(
                await lock.deletion("key", version, ["x-amz-bypass-governance-retention: false"])
                    == .accessDenied
            )
            #expect(await lock.deletion("key", version, Self.bypass) == nil)
        }
    }

    @Test func aMarkerOverALockedVersionIsPutAndTakenAway() throws {
        try with { lock in
            let version = try await lock.put("key")
            #expect(await lock.hold("key", .on) == nil)
            #expect(await lock.deletion("key") == nil)
            let page = try await lock.engine.list(
                bucket: "bucket",
                {
                    var request = ListRequest()
                    request.scope = .versions(after: nil)
                    return request
                }()
            )
            guard case .object(let marker, true)? = page.entries.first else {
                Issue.record("no marker")
                return
            }
            #expect(marker.isDeleteMarker)
            #expect(await lock.deletion("key", version) == .accessDenied)
            #expect(await lock.deletion("key", "\(marker.id)") == nil)
            #expect(try await lock.engine.version(bucket: "bucket", key: "key").id == VersionID(version).id)
        }
    }

    @Test func aLegalHoldOutlastsEverythingUntilItIsTakenOff() throws {
        try with { lock in
            let version = try await lock.put("key", ["x-amz-object-lock-legal-hold: ON"])
            await lock.time.sleep(for: .seconds(100_000))
            #expect(await lock.deletion("key", version, Self.bypass) == .accessDenied)
            #expect(await lock.hold("key", .off) == nil)
            #expect(await lock.deletion("key", version) == nil)
        }
    }

    @Test func newVersionsGetTheBucketsRetentionFromWhenTheyAreVisible() throws {
        let configuration = ObjectLockConfiguration(.init(.compliance, .days(2)))
        try with(configuration) { lock in
            try await lock.put("key")
            let version = try await lock.engine.version(bucket: "bucket", key: "key")
            #expect(version.metadata(UserMetadataKey.objectLockMode) == "COMPLIANCE")
            #expect(
                version.metadata(UserMetadataKey.objectLockRetainUntil)
                    == (version.modified + .seconds(172_800)).iso8601Milliseconds
            )
            // What the request says comes first.
            let until = lock.in(.seconds(60)).iso8601Milliseconds
            try await lock.put(
                "key",
                ["x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: \(until)"]
            )
            let own = try await lock.engine.version(bucket: "bucket", key: "key")
            #expect(own.metadata(UserMetadataKey.objectLockMode) == "GOVERNANCE")
            #expect(own.metadata(UserMetadataKey.objectLockRetainUntil) == until)
            // A hold is no retention.
            try await lock.put("key", ["x-amz-object-lock-legal-hold: ON"])
            let held = try await lock.engine.version(bucket: "bucket", key: "key")
            #expect(held.metadata(UserMetadataKey.objectLockMode) == "COMPLIANCE")
            #expect(held.metadata(UserMetadataKey.objectLockLegalHold) == "ON")
            try await lock.configure(ObjectLockConfiguration())
            try await lock.put("key")
            let free = try await lock.engine.version(bucket: "bucket", key: "key")
            #expect(free.metadata(UserMetadataKey.objectLockMode) == nil)
        }
    }

    @Test func aCopyHasLocksOfItsOwn() throws {
        try with { lock in
            try await lock.put("source", ["x-amz-object-lock-legal-hold: ON"])
            let until = lock.in(.seconds(60)).iso8601Milliseconds
            let fields = [
                "x-amz-copy-source: bucket/source", "x-amz-object-lock-mode: COMPLIANCE",
                "x-amz-object-lock-retain-until-date: \(until)",
            ]
            _ = try await lock.engine.perform(CopyObject.self, request("PUT", "/bucket/copy", fields))
            let copy = try await lock.engine.version(bucket: "bucket", key: "copy")
            #expect(copy.metadata(UserMetadataKey.objectLockLegalHold) == nil)
            #expect(copy.metadata(UserMetadataKey.objectLockMode) == "COMPLIANCE")
            #expect(await lock.deletion("copy", "\(copy.id)", Self.bypass) == .accessDenied)
        }
    }

    /// Object lock may be turned on between a request's look at its bucket and its commit.
    @Test func nothingTakesThePlaceOfANullVersionOnceThereAreLocks() throws {
        try with(nil) { lock in
            let engine = lock.engine
            func stage(_ text: String) async throws -> StagedBody {
                var body = BytesInMemory(Array(text.utf8))
                return try await engine.stage(
                    &body,
                    size: Int64(text.utf8.count),
                    bucket: "bucket",
                    key: "key",
                    storageClass: .standard
                )
            }
            func commit(_ staged: StagedBody) async throws -> ObjectVersion {
                let metadata = ObjectMetadata(user: [("etag", "e")])
                return try await engine.commit(staged, as: .byBucket, metadata: metadata)
            }
            func set(_ status: VersioningConfiguration.Status) async throws {
                let text = VersioningConfiguration(status).xml
                try await engine.set(.shared(.versioning), to: text, ofBucket: "bucket")
            }
            try await set(.suspended)
            #expect(try await commit(stage("old")).id == .zero)
            let late = try await stage("new")
            try await set(.enabled)
            try await lock.configure(ObjectLockConfiguration())
            #expect(await lock.hold("key", .on) == nil)
            #expect(try await commit(late).id != .zero)
            let outcome = try await engine.delete(bucket: "bucket", key: "key", .byBucket)
            #expect(outcome.markerID != .zero)
            let kept = try await engine.version(bucket: "bucket", key: "key", id: .zero)
            #expect(kept.size == 3)
            #expect(await lock.deletion("key", "null", Self.bypass) == .accessDenied)
        }
    }

    @Test func batchesAskForEachVersion() throws {
        try with { lock in
            let held = try await lock.put("held", ["x-amz-object-lock-legal-hold: ON"])
            let free = try await lock.put("free")
            let body = Array(
                "<Delete><Object><Key>held</Key><VersionId>\(held)</VersionId></Object><Object><Key>free</Key><VersionId>\(free)</VersionId></Object></Delete>"
                    .utf8
            )
            let fields =
                ["Content-Length: \(body.count)", "Content-MD5: \(Base64.standard.encode(MD5.hash(body)))"]
                + Self.bypass
            let answer = try await lock.engine.perform(
                DeleteObjects.self,
                request("POST", "/bucket?delete", fields),
                body: body
            )
            guard case .bytes(let xml) = answer.body else {
                Issue.record("no document")
                return
            }
            let text = String(decoding: xml, as: UTF8.self)
            #expect(text.contains("<Deleted><Key>free</Key>"))
            #expect(text.contains("<Error><Key>held</Key>"))
            #expect(text.contains("<Code>AccessDenied</Code>"))
        }
    }

    @Test func withoutLocksInTheBucketNothingIsLocked() throws {
        try with(nil) { lock in
            #expect(
                await lock.code { try await lock.put("key", ["x-amz-object-lock-legal-hold: ON"]) }
                    == .invalidRequest
            )
            try await lock.put("key")
            #expect(await lock.hold("key", .on) == .invalidRequest)
            let retention = Retention(.governance, until: lock.in(.seconds(60)))
            #expect(await lock.retain("key", retention.xml) == .invalidRequest)
        }
    }

    @Test func aDateThatHasPassedIsRefused() throws {
        try with { lock in
            try await lock.put("key")
            let over = Retention(.governance, until: lock.engine.now)
            #expect(await lock.retain("key", over.xml) == .invalidArgument)
            #expect(
                await lock.retain("missing", Retention(.governance, until: lock.in(.seconds(9))).xml)
                    == .noSuchKey
            )
        }
    }
}
