import AdminEncryption
import Base
import Engine
import Files
import IAM
import StorageTestSupport
import Telemetry
import TestSupport

@testable import Server

/// Cuts the power at file calls of a change of users, groups, policies or credentials that is made on a real engine, and
/// looks at who can do what afterwards.
///
///     base ─▶ load ─▶ change ─ ─ ✂ ─ ─▶ platters ─▶ recovery ─▶ load ─▶ look ─▶ stop ─▶ start ─▶ load, look, use
///                       └ look at what is in memory       └ ✂ ┘ (a second cut)
struct IAMCrashWalk {
    let row: IAMCrashRow
    var driveCount = 4
    /// Syncs that do nothing during the change.
    var forgotten: Set<SyncPoint> = []
    /// One drive answers EIO from some call of the change on, and is back after the cut.
    var failsOneDrive = false
    /// The power goes once more, during recovery and loading.
    var cutsTwice = false
    /// Calls after which it is tried; a sample if there are more.
    var cutsMax = Int.max
    /// Ends the walk.
    var violationsMax = 4

    /// What is there at one moment, in memory and on the drives.
    private struct Sight: Equatable, Sendable {
        let view: IAMView
        let files: IAMFiles

        /// - Parameter storage: on which `iam` was loaded.
        init(_ iam: IAM, _ storage: WatchedIAMStorage<EngineIAMStorage>) async throws {
            (view, files) = (try await IAMView(iam), storage.files)
        }

        func difference(to other: Sight) -> String {
            view.difference(to: other.view) + "; " + files.difference(to: other.files)
        }
    }

    private struct Ending: Sendable {
        let store: SimulatedStore
        let isAcknowledged: Bool
        let isCut: Bool
        let failure: String
        let failedDrive: Int?
        /// What could be seen in memory when the change had ended, one way or the other.
        let inMemory: IAMView
        let callCount: Int
    }

    /// - Returns: what was found broken: which call, which seed, what.
    func violations() throws -> [String] {
        let (base, old) = try Self.bases.value(for: "\(driveCount)") { try makeBase() }
        let (new, callCount) = try Self.cleanRuns.value(for: "\(driveCount) \(row.name)") {
            try cleanRun(base, old)
        }
        var violations: [String] = []
        var random = SeededGenerator(seed: 7)
        var cuts = Array(0...callCount)
        if cuts.count > cutsMax { cuts = cuts.shuffled(using: &random).prefix(cutsMax).sorted() }
        for (index, cut) in cuts.enumerated() {
            let ending = try run(base, cutAfter: cut)
            // One of the plain cases, and one that loses and keeps this and that.
            for (number, seed) in [UInt64(cut) & 1, random.next()].enumerated() {
                do {
                    try check(ending, seed, old, new, goesOn: number == 0 && index % 3 == 0)
                } catch {
                    violations.append(
                        "\(row.name), \(driveCount) drives, cut after call \(cut) of \(callCount), seed \(seed), "
                            + (ending.isAcknowledged ? "acknowledged " : "")
                            + "\(ending.failure)"
                            + (ending.failedDrive.map { ", drive \($0) failed" } ?? "") + ": \(error)"
                    )
                    if violations.count >= violationsMax { return violations }
                }
            }
        }
        return violations
    }

    // Before the cut.

    /// The same store for every row.
    private static let bases = Memory<(SimulatedStore, Sight)>()
    /// What each row's change leads to, and how many calls that takes.
    private static let cleanRuns = Memory<(Sight, Int)>()

    private func makeBase() throws -> (SimulatedStore, Sight) {
        let store = try SimulatedStore.formatted(driveCount: driveCount).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            let storage = EngineIAMStorage(engine: running.engine)
            let iam = Self.iam(on: storage, now: IAMCrashRow.before, seed: 1)
            _ = try await iam.load()
            try await IAMCrashRow.prepare(iam, storage)
            await running.close()
        }
        for disk in store.disks { try disk.syncAll(.applied) }
        let base = store.restarted()
        return (base, try look(base.restarted()))
    }

    /// Its clock stands still and its random numbers are the seed's, so that a change writes the same bytes each time.
    private static func iam(on storage: some IAMStorage, now: Timestamp, seed: UInt64) -> IAM {
        IAM(
            root: Credential(accessKey: "rootuser", secret: Secret("root-secret"), identity: .anonymous),
            storage: storage,
            decryption: NoDecryption(),
            time: SimulatedTime(start: now),
            randomness: SeededRandomness(seed: seed)
        )
    }

    /// Recovers and loads as the server does.
    private static func start(
        _ running: RunningStore,
        seed: UInt64
    ) async throws -> (IAM, WatchedIAMStorage<EngineIAMStorage>, LoadReport) {
        _ = try await running.engine.recover()
        let storage = WatchedIAMStorage(EngineIAMStorage(engine: running.engine))
        let iam = iam(on: storage, now: IAMCrashRow.after, seed: seed)
        let report = try await iam.load()
        return (iam, storage, report)
    }

    private func look(_ store: SimulatedStore) throws -> Sight {
        try store.simulate(seed: 2) {
            let running = try await store.open()
            let (iam, storage, report) = try await Self.start(running, seed: 2)
            guard report.unreadable.isEmpty else { throw Violation("\(report)") }
            let sight = try await Sight(iam, storage)
            await running.close()
            return sight
        }
    }

    /// What is there when nothing goes wrong, and how many calls that takes.
    private func cleanRun(_ base: SimulatedStore, _ old: Sight) throws -> (Sight, Int) {
        let ending = try run(base, cutAfter: nil)
        guard ending.isAcknowledged else { throw Violation("the change fails by itself: \(ending.failure)") }
        let new = try look(ending.store.restarted())
        guard new != old else { throw Violation("the change changes nothing") }
        guard ending.inMemory == new.view else {
            throw Violation("a new start sees something else: \(new.view.difference(to: ending.inMemory))")
        }
        return (new, ending.callCount)
    }

    private func run(_ base: SimulatedStore, cutAfter cut: Int?) throws -> Ending {
        let store = base.copy()
        let (row, forgotten) = (row, forgotten)
        let scheduleSeed = UInt64(cut ?? 0) &* 31 &+ 5
        var random = SeededGenerator(seed: scheduleSeed)
        let failedDrive = failsOneDrive && cut != nil ? Int.random(in: 0..<driveCount, using: &random) : nil
        let failsAt = Int.random(in: 0..<60, using: &random)
        return try store.simulate(seed: scheduleSeed) {
            let running = try await store.open()
            let (iam, _, _) = try await Self.start(running, seed: 7)
            for disk in store.disks { disk.forget(forgotten) }
            if let failedDrive { store.disks[failedDrive].crash(afterCalls: failsAt) }
            let callsBefore = store.power.callCount
            if let cut { store.power.cut(afterCalls: cut) }
            var failure = ""
            do { try await row.change(iam) } catch { failure = "\(error)" }
            let inMemory = try await IAMView(iam)
            await running.close()
            return Ending(
                store: store,
                isAcknowledged: failure.isEmpty,
                isCut: store.power.isCut,
                failure: failure,
                failedDrive: failedDrive,
                inMemory: inMemory,
                callCount: store.power.callCount - callsBefore
            )
        }
    }

    // After it.

    /// - Parameter goesOn: whether it is started once more and changed then.
    private func check(_ ending: Ending, _ seed: UInt64, _ old: Sight, _ new: Sight, goesOn: Bool) throws {
        guard ending.isAcknowledged || ending.isCut else { throw Violation("it fails without a cut") }
        guard ending.inMemory == old.view || ending.inMemory == new.view else {
            throw Violation(
                "neither old nor new in memory: \(ending.inMemory.difference(to: old.view)) | "
                    + ending.inMemory.difference(to: new.view)
            )
        }
        if ending.isAcknowledged, ending.inMemory != new.view {
            throw Violation("acknowledged, not in force")
        }
        var store = ending.store.crashed(seed: seed)
        if cutsTwice { store = try cutDuringStart(store, seed).crashed(seed: seed &* 13 &+ 2) }
        let seen = try look(store)
        guard seen == old || seen == new else {
            throw Violation("neither old nor new: \(seen.difference(to: old)) | \(seen.difference(to: new))")
        }
        if seen != new {
            if ending.isAcknowledged { throw Violation("acknowledged and lost") }
            if ending.inMemory == new.view { throw Violation("seen and lost") }
        }
        guard !seen.files.hasJournal else { throw Violation("the journal is left") }
        if goesOn { try checkRestart(store.restarted(), seen) }
    }

    private func cutDuringStart(_ store: SimulatedStore, _ seed: UInt64) throws -> SimulatedStore {
        var random = SeededGenerator(seed: seed &+ 99)
        store.power.cut(afterCalls: Int.random(in: 0..<200 * driveCount, using: &random))
        try store.simulate(seed: seed) {
            // Whatever fails here fails because the power is gone.
            do {
                let running = try await store.open()
                _ = try await Self.start(running, seed: 3)
                await running.close()
            } catch { guard store.power.isCut else { throw error } }
        }
        return store
    }

    /// After one more start everything is as it was, and can be changed.
    private func checkRestart(_ store: SimulatedStore, _ seen: Sight) throws {
        try store.simulate(seed: 4) {
            let running = try await store.open()
            let (iam, storage, report) = try await Self.start(running, seed: 4)
            guard !report.finishedChange else { throw Violation("not finished once and for all") }
            let again = try await Sight(iam, storage)
            guard again == seen else { throw Violation("after a restart: \(again.difference(to: seen))") }
            try await iam.addUser("afterwards", secret: Secret("afterwards-secret"))
            let secret = try iam.credential(accessKey: "afterwards", sessionToken: nil).secret
            guard secret == Secret("afterwards-secret") else {
                throw Violation("a new user has another secret")
            }
            await running.close()
        }
    }
}

private struct NoDecryption: IAMDecryption {
    func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8] { throw .notAuthentic }
}

/// Values that take long to make and are the same each time. Two tests may make one at once.
private final class Memory<Value: Sendable>: Sendable {
    private let values = Locked<[String: Value]>([:])

    func value(for name: String, _ make: () throws -> Value) rethrows -> Value {
        if let value = values.withLock({ $0[name] }) { return value }
        let value = try make()
        values.withLock { $0[name] = value }
        return value
    }
}
