import Base
import Checksums
import Engine
import Files
import StorageTestSupport
import TestSupport

/// Several clients who change the same few keys at once, in an order that the seed decides, until the power goes.
///
/// Each write has a tag of its own. Which tags a key may have afterwards follows from when the writes began and when
/// they were known to have happened: never one after which another write began that was known to have happened too.
struct Storm {
    /// `k` and `k/x`: one is a folder in the other's.
    static let keys = ["k", "k/x", "d/y"]

    let seed: UInt64
    var driveCount = 4
    var trouble = Trouble.none
    /// How far each look at the clock moves it.
    var tick = Duration.microseconds(1)

    /// What happens to one drive.
    enum Trouble: CaseIterable {
        case none
        /// From some call on it answers EIO to everything; after the cut it is back.
        case fails
        /// From some moment on it does not answer for a while.
        case hangs
    }

    /// One write of a key, or the absence at the start.
    private struct Write: Sendable {
        let key: String
        /// The ETag; `nil` for a delete.
        let tag: String?
        let digest: [UInt8]?
        let began: Int
        /// When somebody first knew of it: its client by its answer, or a reader by seeing it.
        var known: Int?
    }

    /// What happened, in an order that all clients agree on.
    private final class History: Sendable {
        private struct State {
            var clock = 0
            var writes: [Write] = Storm.keys.map { Write(key: $0, tag: nil, digest: nil, began: 0, known: 0) }
            var endedUploads: Set<String> = []
            var violations: [String] = []
        }

        private let state = Locked(State())

        func now() -> Int {
            state.withLock { state in
                state.clock += 1
                return state.clock
            }
        }

        /// - Returns: the number of the write.
        func begin(_ key: String, tag: String?, digest: [UInt8]?) -> Int {
            let now = now()
            return state.withLock { state in
                state.writes.append(Write(key: key, tag: tag, digest: digest, began: now))
                return state.writes.count - 1
            }
        }

        func end(_ number: Int) {
            let now = now()
            state.withLock { $0.writes[number].known = $0.writes[number].known ?? now }
        }

        func endUpload(_ id: String) { state.withLock { _ = $0.endedUploads.insert(id) } }

        func complain(_ text: String) { state.withLock { $0.violations.append(text) } }

        var violations: [String] { state.withLock { $0.violations } }
        var endedUploads: Set<String> { state.withLock { $0.endedUploads } }

        /// Notes what a read that began at `began` found, and whether it may have.
        func observe(_ key: String, tag: String?, digest: [UInt8]?, began: Int) {
            let now = now()
            state.withLock { state in
                let matches = state.writes.indices.filter { index in
                    let write = state.writes[index]
                    return write.key == key && write.tag == tag && write.digest == digest
                }
                let possible = matches.filter { index in
                    guard let known = state.writes[index].known else { return true }
                    return !state.writes.contains { other in
                        other.key == key && other.began > known && (other.known.map { $0 < began } ?? false)
                    }
                }
                if possible.isEmpty {
                    state.violations.append(
                        "\(key) is \(tag ?? "absent"), "
                            + (matches.isEmpty ? "which nobody wrote" : "which was replaced before")
                    )
                }
                // Absence may be one of several deletes: which one was seen is not known.
                if possible.count == 1, state.writes[possible[0]].known == nil {
                    state.writes[possible[0]].known = now
                }
            }
        }
    }

    /// - Returns: what was found broken.
    func violations() throws -> [String] {
        let base = try prepared()
        let history = History()
        var random = SeededGenerator(seed: seed &* 77 &+ 1)
        let cut = Int.random(in: 0..<900, using: &random)
        try blow(on: base, history, cut: cut, failsAt: Int.random(in: 0..<150, using: &random))
        do {
            try check(base.crashed(seed: random.next() % 5), history)
        } catch { history.complain("\(error)") }
        return history.violations.map { "storm \(seed), \(trouble), cut after call \(cut): \($0)" }
    }

    /// All that is on the drives after the storm without a cut, and the number of calls.
    func trace() throws -> [String] {
        let base = try prepared()
        try blow(on: base, History(), cut: .max / 2, failsAt: 100)
        let files = base.disks.enumerated().flatMap { index, disk in
            disk.contents().map { "\(index) \($0.key) \(HighwayHash256.hash($0.value))" }
        }
        return files.sorted() + ["\(base.power.callCount) calls"]
    }

    private func blow(on base: SimulatedStore, _ history: History, cut: Int, failsAt: Int) throws {
        let seed = seed
        let troubled = Int(seed / 3 % UInt64(driveCount))
        let trouble = trouble
        try base.simulate(seed: seed) {
            let running = try await base.open()
            _ = try await running.engine.recover()
            if trouble == .fails { base.disks[troubled].crash(afterCalls: failsAt) }
            base.power.cut(afterCalls: cut)
            await withTaskGroup(of: Void.self) { group in
                if trouble == .hangs {
                    group.addTask { await Self.hang(running.lanes[troubled], base.time, seed) }
                }
                for client in 0..<4 as Range<UInt64> {
                    group.addTask {
                        await Self.work(running.engine, base.power, history, client, seed &* 10 &+ client)
                    }
                }
            }
            await running.close()
        }
    }

    private func prepared() throws -> SimulatedStore {
        let store = try SimulatedStore.formatted(driveCount: driveCount).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket(CrashRow.bucket)
            await running.close()
        }
        for disk in store.disks { try disk.syncAll(.applied) }
        return store.restarted(tick: tick)
    }

    private static func hang(_ lane: SimulatedLane, _ time: SimulatedTime, _ seed: UInt64) async {
        var random = SeededGenerator(seed: seed &+ 1000)
        for _ in 0..<Int.random(in: 0..<400, using: &random) { await Task.yield() }
        lane.hang()
        await time.sleep(for: .milliseconds(Int.random(in: 1..<25_000, using: &random)))
        lane.release()
    }

    // A client.

    private static func work(
        _ engine: Engine,
        _ power: SimulatedPower,
        _ history: History,
        _ client: UInt64,
        _ seed: UInt64
    ) async {
        var random = SeededGenerator(seed: seed)
        for step in 0..<5 as Range<UInt64> {
            let key = keys[Int.random(in: 0..<keys.count, using: &random)]
            let tag = client * 100 + step + 1
            let choice = Int.random(in: 0..<10, using: &random)
            do {
                switch choice {
                case 0...2: try await put(engine, history, key, CrashRow.small, tag)
                case 3...4: try await put(engine, history, key, 9000, tag)
                case 5...6: try await delete(engine, history, key)
                case 7: try await upload(engine, history, key, tag, completes: step % 2 == 0)
                default: try await read(engine, history, key)
                }
            } catch {
                guard !power.isCut else { return }
                history.complain("client \(client), step \(step), choice \(choice) of \(key): \(error)")
            }
        }
    }

    private static func put(
        _ engine: Engine,
        _ history: History,
        _ key: String,
        _ size: Int,
        _ tag: UInt64
    ) async throws {
        let bytes = sample(size, seed: tag)
        let number = history.begin(key, tag: "\(tag)", digest: HighwayHash256.hash(bytes))
        try await engine.put(CrashRow.bucket, key, bytes, etag: "\(tag)")
        history.end(number)
    }

    private static func delete(_ engine: Engine, _ history: History, _ key: String) async throws {
        let number = history.begin(key, tag: nil, digest: nil)
        _ = try await engine.delete(bucket: CrashRow.bucket, key: key, .version(.zero))
        history.end(number)
    }

    /// Two parts at once, then the end of the upload.
    private static func upload(
        _ engine: Engine,
        _ history: History,
        _ key: String,
        _ tag: UInt64,
        completes: Bool
    ) async throws {
        let id = try await engine.makeUpload(key)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...2 {
                group.addTask { try await engine.putPart(key, id, number, 7000, seed: tag) }
            }
            try await group.waitForAll()
        }
        guard completes else {
            try await engine.abort(bucket: CrashRow.bucket, key: key, uploadID: id)
            return history.endUpload(id)
        }
        let part = sample(7000, seed: tag)
        let number = history.begin(key, tag: "\(tag)", digest: HighwayHash256.hash(part + part))
        try await engine.complete(key, id, [(1, "\(tag)"), (2, "\(tag)")], etag: "\(tag)")
        history.end(number)
        history.endUpload(id)
    }

    private static func read(_ engine: Engine, _ history: History, _ key: String) async throws {
        let began = history.now()
        do throws(EngineError) {
            let reader = try await engine.open(bucket: CrashRow.bucket, key: key)
            defer { reader.close() }
            var bytes: [UInt8] = []
            while let piece = try await reader.next() { bytes += piece.bytes }
            history.observe(key, tag: reader.version.etag, digest: HighwayHash256.hash(bytes), began: began)
        } catch {
            guard error == .objectNotFound else { throw error }
            history.observe(key, tag: nil, digest: nil, began: began)
        }
    }

    // Afterwards.

    private func check(_ store: SimulatedStore, _ history: History) throws {
        let seed = seed
        let seen = try store.simulate(seed: seed &+ 1) {
            let running = try await store.open()
            let report = try await running.engine.recover()
            guard report.openCount == 0 else { throw Violation("left open: \(report)") }
            let seen = try await StoreView(running.engine, keys: Self.keys)
            await running.close()
            return seen
        }
        guard let contents = seen.buckets[CrashRow.bucket] else { throw Violation("the bucket is gone") }
        for key in Self.keys {
            let object = contents.objects[key]
            let tag = object?.metadata.first { $0.hasPrefix("etag=") }.map {
                String($0.dropFirst("etag=".count))
            }
            history.observe(key, tag: tag, digest: object?.digest, began: history.now())
        }
        for id in contents.uploads.keys where history.endedUploads.contains(id) {
            throw Violation("an ended upload is back")
        }
        for (index, disk) in store.disks.enumerated() {
            do { _ = try DriveInspection(disk) } catch { throw Violation("drive \(index): \(error)") }
        }
        let again = store.restarted()
        let later = try again.simulate(seed: seed &+ 2) {
            let running = try await again.open()
            _ = try await running.engine.recover()
            return try await StoreView(running.engine, keys: Self.keys)
        }
        guard later == seen else { throw Violation("after a restart: \(later.difference(to: seen))") }
    }
}
