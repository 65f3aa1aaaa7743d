import AdminService
import Base
import BucketOperations
import Configuration
import Engine
import Lifecycle
import MultipartOperations
import ObjectOperations
import S3Service
import Server
import ServiceTestSupport
import StorageTestSupport
import Telemetry
import TestSupport
import Testing
import XLMeta

/// A bucket `bucket` on four simulated drives whose clock only the test moves.
private struct Expiring: Sendable {
    let engine: Engine
    let time: SimulatedTime
    let log: TestLog

    func worker(guards: [any CommitGuard] = [], interval: Duration = .seconds(3600)) -> LifecycleWorker {
        LifecycleWorker(
            engine: engine,
            lifecycles: BucketLifecycles(),
            guards: guards,
            interval: interval,
            day: .calendar,
            time: time,
            logger: Logger(level: .debug, to: log)
        )
    }

    func put(_ key: String, _ fields: [String] = []) async throws {
        _ = try await engine.perform(
            PutObject.self,
            request("PUT", "/bucket/\(key)", ["Content-Length: 4"] + fields),
            body: Array("text".utf8),
            now: time.now
        )
    }

    func delete(_ key: String) async throws {
        _ = try await engine.perform(DeleteObject.self, request("DELETE", "/bucket/\(key)"), now: time.now)
    }

    func rules(_ inside: String) async throws {
        let body =
            "<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>\(inside)</Rule></LifecycleConfiguration>"
        _ = try await engine.perform(
            PutBucketLifecycleConfiguration.self,
            request("PUT", "/bucket?lifecycle", ["Content-Length: \(body.utf8.count)"]),
            body: Array(body.utf8)
        )
    }

    func versioning(_ status: String) async throws {
        let body = "<VersioningConfiguration><Status>\(status)</Status></VersioningConfiguration>"
        _ = try await engine.perform(
            PutBucketVersioning.self,
            request("PUT", "/bucket?versioning", ["Content-Length: \(body.utf8.count)"]),
            body: Array(body.utf8)
        )
    }

    /// `key` for an object, `key!` for a marker, newest first, with `*` where it is the null version.
    func versions() async throws -> [String] {
        var request = ListRequest()
        request.scope = .versions(after: nil)
        return try await engine.list(bucket: "bucket", request).entries.map { entry in
            guard case .object(let version, _) = entry else { return "?" }
            return version.key + (version.isDeleteMarker ? "!" : "") + (version.id == .zero ? "*" : "")
        }
    }

    /// Lets days pass, once no drive has anything left to do: what is under way would have taken all of them.
    func days(_ count: Int) async {
        await engine.settle()
        time.advance(by: .seconds(86_400 * count))
    }
}

/// Refuses every removal of one version.
private struct Refusing: CommitGuard {
    let id: UUID

    func review(_ proposal: inout ObjectMetadata?, over current: ObjectVersion?) throws(CommitRefusal) {
        if current?.id == id { throw .forbidden("kept") }
    }
}

/// Writes down that it was asked.
private struct Noting: CommitGuard {
    let name: String
    let order: Locked<[String]>

    init(_ name: String, in order: Locked<[String]>) { (self.name, self.order) = (name, order) }

    func review(_ proposal: inout ObjectMetadata?, over current: ObjectVersion?) throws(CommitRefusal) {
        order.withLock { $0.append(name) }
    }
}

/// Each look takes ten milliseconds; nobody sleeps, but it is written down.
private final class StepClock: TimeSource {
    private let looks = Locked(0)
    private let slept = Locked<[Duration]>([])
    private let onSleep: @Sendable () -> Void
    let now: Timestamp

    init(_ now: Timestamp, onSleep: @escaping @Sendable () -> Void = {}) {
        (self.now, self.onSleep) = (now, onSleep)
    }

    var rests: [Duration] { slept.withLock { $0 } }

    var elapsed: Duration {
        looks.withLock { looks in
            looks += 1
            return .milliseconds(10 * looks)
        }
    }

    func sleep(for duration: Duration) async {
        slept.withLock { $0.append(duration) }
        onSleep()
    }
}

private let days = "<Expiration><Days>1</Days></Expiration>"
private let noncurrent =
    "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>"

@Suite struct LifecycleWorkerTests {
    private func with(seed: UInt64 = 1, _ body: @escaping @Sendable (Expiring) async throws -> Void) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: seed) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket("bucket")
            try await body(Expiring(engine: running.engine, time: store.time, log: TestLog()))
            await running.close()
        }
    }

    @Test func whatIsOldIsGoneAndWhatIsYoungStays() throws {
        try with { store in
            try await store.rules("<Filter><Prefix>logs/</Prefix></Filter>" + days)
            try await store.put("logs/old")
            try await store.put("other/old")
            await store.days(1)
            try await store.put("logs/young")
            #expect(await store.worker().pass().isNotable == false)
            await store.days(1)
            let report = await store.worker().pass()
            #expect(report.expiredCount == 1)
            #expect(report.bucketCount == 1)
            // Only what the prefix covers is looked at.
            #expect(report.versionCount == 2)
            #expect(try await store.versions() == ["logs/young*", "other/old*"])
        }
    }

    @Test func nothingIsLookedAtWhereNobodyHasRules() throws {
        try with { store in
            try await store.put("old")
            await store.days(9)
            #expect(await store.worker().pass() == LifecycleReport())
        }
    }

    @Test func anExpiredObjectIsHiddenWhereVersionsAreKept() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules("<Filter/>" + days)
            try await store.put("key")
            await store.days(3)
            #expect(await store.worker().pass().expiredCount == 1)
            #expect(try await store.versions() == ["key!", "key"])
            // Once is enough.
            await store.days(3)
            #expect(await store.worker().pass().isNotable == false)
        }
    }

    @Test func aSuspendedBucketGetsANullMarker() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.put("key")
            try await store.versioning("Suspended")
            try await store.put("key")
            try await store.rules("<Filter/>" + days)
            await store.days(3)
            #expect(await store.worker().pass().expiredCount == 1)
            #expect(try await store.versions() == ["key!*", "key"])
        }
    }

    @Test func oldVersionsGoAndThenTheMarkerAboveThem() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules(
                "<Filter/>" + noncurrent
                    + "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
            )
            for _ in 0..<3 { try await store.put("gone") }
            try await store.delete("gone")
            try await store.put("kept")
            try await store.put("kept")
            await store.days(3)
            let first = await store.worker().pass()
            #expect(first.removedCount == 4)
            #expect(try await store.versions() == ["gone!", "kept"])
            #expect(await store.worker().pass().removedCount == 1)
            #expect(try await store.versions() == ["kept"])
        }
    }

    @Test func moreVersionsThanOneLeaseRemovesAllGo() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules("<Filter/>" + noncurrent)
            for _ in 0..<205 { try await store.put("key") }
            await store.days(3)
            #expect(await store.worker().pass().removedCount == 204)
            #expect(try await store.versions() == ["key"])
        }
    }

    @Test func lockedVersionsStay() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules("<Filter/>" + noncurrent)
            for _ in 0..<4 { try await store.put("key") }
            let ids = try await store.versionIDs()
            let later = Timestamp(nanoseconds: store.time.now.nanoseconds + 86_400_000_000_000 * 5)
            try await store.mark(ids[1], UserMetadataKey.objectLockMode, "GOVERNANCE")
            try await store.mark(ids[1], UserMetadataKey.objectLockRetainUntil, later.iso8601Milliseconds)
            try await store.mark(ids[2], UserMetadataKey.objectLockLegalHold, "ON")
            await store.days(3)
            let report = await store.worker().pass()
            #expect(report.removedCount == 1)
            #expect(try await store.versionIDs() == Array(ids[...2]))
            await store.days(3)
            #expect(await store.worker().pass().removedCount == 1)
            #expect(try await store.versionIDs() == [ids[0], ids[2]])
        }
    }

    @Test func whatAGuardRefusesStaysAndTheRestGoes() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules("<Filter/>" + noncurrent)
            for _ in 0..<4 { try await store.put("key") }
            let ids = try await store.versionIDs()
            await store.days(3)
            let report = await store.worker(guards: [Refusing(id: ids[2])]).pass()
            #expect(report.removedCount == 2)
            #expect(report.refusedCount == 1)
            #expect(try await store.versionIDs() == [ids[0], ids[2]])
        }
    }

    @Test func oldUploadsAreAbortedAndYoungOnesAreNot() throws {
        try with { store in
            try await store.rules(
                "<Filter><Prefix>a/</Prefix></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
            )
            for key in ["a/old", "b/old"] {
                _ = try await store.engine.perform(
                    CreateMultipartUpload.self,
                    request("POST", "/bucket/\(key)?uploads")
                )
            }
            await store.days(2)
            _ = try await store.engine.perform(
                CreateMultipartUpload.self,
                request("POST", "/bucket/a/young?uploads")
            )
            #expect(await store.worker().pass().abortedUploadCount == 1)
            let left = try await store.engine.uploads(
                bucket: "bucket",
                prefix: "",
                delimiter: nil,
                afterKey: nil,
                afterID: nil,
                limit: 10
            )
            #expect(left.uploads.map(\.key) == ["a/young", "b/old"])
        }
    }

    @Test(
        "a write that comes while it is decided waits until all of it is done",
        arguments: 0..<20 as Range<UInt64>
    )
    func theDecisionIsMadeUnderTheLease(seed: UInt64) throws {
        try with(seed: seed) { store in
            try await store.versioning("Enabled")
            for _ in 0..<4 { try await store.put("key") }
            let ids = try await store.versionIDs()
            // The newest goes between a look and the decision: the one before it is the newest now.
            _ = try await store.engine.delete(bucket: "bucket", key: "key", .version(ids[0]))
            let order = Locked<[String]>([])
            let write = Locked<Task<Bool, Never>?>(nil)
            let outcome = try await store.engine.expire(
                bucket: "bucket",
                key: "key",
                guards: [Noting("expiry", in: order)],
                leaseMax: .seconds(1)
            ) { _, versions in
                #expect(versions.map(\.id) == Array(ids[1...]))
                let task = TaskExecution.start {
                    do throws(EngineError) {
                        let guards = [Noting("write", in: order)]
                        _ = try await store.engine.delete(
                            bucket: "bucket",
                            key: "key",
                            .marker(.new),
                            guards: guards
                        )
                        return true
                    } catch {
                        return false
                    }
                }
                write.withLock { $0 = task }
                return versions.dropFirst().map { .version($0.id) }
            }
            #expect(await write.withLock { $0 }?.value == true)
            #expect(order.withLock { $0 } == ["expiry", "expiry", "write"])
            #expect(outcome.deletions == [.version(ids[2]), .version(ids[3])])
            #expect(try await store.versions() == ["key!", "key"])
        }
    }

    @Test func aLeaseEndsByTimeAndTheRestIsDecidedAnew() throws {
        try with { store in
            try await store.versioning("Enabled")
            for _ in 0..<4 { try await store.put("key") }
            let ids = try await store.versionIDs()
            for left in [3, 2, 1] {
                let outcome = try await store.engine.expire(
                    bucket: "bucket",
                    key: "key",
                    leaseMax: .zero
                ) { _, versions in versions.dropFirst().map { .version($0.id) } }
                #expect(outcome.deletions == [.version(ids[4 - left])])
                #expect(outcome.isCutShort == (left > 1))
            }
            #expect(try await store.versionIDs() == [ids[0]])
        }
    }

    @Test("the server's own worker asks the engine's clock too before it removes what was locked")
    func theServersWorkerHasTheLocksGuard() throws {
        try with { store in
            try await store.versioning("Enabled")
            try await store.rules("<Filter/>" + noncurrent)
            for _ in 0..<3 { try await store.put("key") }
            let ids = try await store.versionIDs()
            let later = Timestamp(nanoseconds: store.time.now.nanoseconds + 86_400_000_000_000 * 5)
            try await store.mark(ids[1], UserMetadataKey.objectLockMode, "COMPLIANCE")
            try await store.mark(ids[1], UserMetadataKey.objectLockRetainUntil, later.iso8601Milliseconds)
            // To this clock the retention has ended.
            let ahead = SimulatedTime(start: store.time.now)
            ahead.advance(by: .seconds(86_400 * 10))
            let worker = LifecycleWorker(
                of: store.engine,
                ServerSettings(),
                BucketLifecycles(),
                LifecycleProgress(ServerSettings()),
                time: ahead,
                logger: Logger(level: .debug, to: store.log)
            )
            let report = await worker.pass()
            #expect((report.removedCount, report.refusedCount) == (1, 1))
            #expect(try await store.versionIDs() == Array(ids[...1]))
        }
    }

    @Test(arguments: zip(ScannerSpeed.allCases, [0, 10, 20, 100, 1000]))
    func itRestsAsItsSpeedSays(speed: ScannerSpeed, milliseconds: Int) throws {
        try with { store in
            try await store.rules("<Filter/>" + days)
            try await store.put("key")
            await store.days(3)
            let time = StepClock(store.time.now)
            let progress = LifecycleProgress(ServerSettings())
            progress.setSpeed(speed)
            let worker = LifecycleWorker(
                engine: store.engine,
                lifecycles: BucketLifecycles(),
                progress: progress,
                interval: .seconds(3600),
                day: .calendar,
                time: time,
                logger: Logger(level: .debug, to: store.log)
            )
            #expect(await worker.pass().expiredCount == 1)
            // After the page, and after the key.
            #expect(time.rests == [.milliseconds(milliseconds), .milliseconds(milliseconds)])
        }
    }

    @Test func itCanBeSeenHowFarItIs() throws {
        try with { store in
            try await store.rules("<Filter/>" + days)
            try await store.put("key")
            await store.days(3)
            let progress = LifecycleProgress(ServerSettings())
            #expect(progress.facts.isEnabled)
            #expect(progress.facts.current == nil && progress.facts.last == nil)
            let during = Locked<[ExpiryFacts]>([])
            let time = StepClock(store.time.now) { during.withLock { $0.append(progress.facts) } }
            let worker = LifecycleWorker(
                engine: store.engine,
                lifecycles: BucketLifecycles(),
                progress: progress,
                interval: .seconds(3600),
                day: .calendar,
                time: time,
                logger: Logger(level: .debug, to: store.log)
            )
            _ = await worker.pass()
            let seen = during.withLock { $0 }.map(\.current)
            #expect(seen.map { $0?.bucket } == ["bucket", "bucket"])
            #expect(seen.map { $0?.expiredCount } == [0, 1])
            #expect(seen.allSatisfy { $0?.started == store.time.now && $0?.ended == nil })
            let last = try #require(progress.facts.last)
            #expect(progress.facts.current == nil)
            #expect((last.bucketCount, last.versionCount, last.expiredCount) == (1, 1, 1))
            #expect(last.ended == store.time.now && last.bucket == nil)
        }
    }

    @Test func theWorkerSleepsBetweenPassesAndStopsWhenTold() throws {
        try with { store in
            try await store.rules("<Filter/>" + days)
            try await store.put("key")
            let task = TaskExecution.start { await store.worker(interval: .seconds(86_400 * 2)).run() }
            while try await !store.versions().isEmpty {
                _ = store.time.advanceToNextSleeper()
                await Task.yield()
            }
            task.cancel()
            await task.value
            let lines = store.log.lines("objects were looked through for those that expire")
            #expect(lines.count { $0.contains("expired=1") } == 1)
        }
    }
}

extension Expiring {
    fileprivate func versionIDs() async throws -> [UUID] {
        var request = ListRequest()
        request.scope = .versions(after: nil)
        return try await engine.list(bucket: "bucket", request).entries.compactMap { entry in
            if case .object(let version, _) = entry { version.id } else { nil }
        }
    }

    fileprivate func mark(_ id: UUID, _ name: String, _ value: String) async throws {
        _ = try await engine.amend(bucket: "bucket", key: "key", id: id) {
            (metadata, _) throws(CommitRefusal) in metadata.user.append((name, value))
        }
    }
}
