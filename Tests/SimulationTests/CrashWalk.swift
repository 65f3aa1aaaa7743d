import Base
import Engine
import Files
import StorageTestSupport
import TestSupport

/// Cuts the power after one file call after the other of a change, and looks at what is there afterwards.
///
///     base ─▶ change ─ ─ ✂ ─ ─▶ platters ─▶ recovery ─▶ look, look again ─▶ stop ─▶ inspect ─▶ start ─▶ look, use
///      │                           ▲            └ ✂ ┘ (a second cut)
///      └─ one for each call        └─ one for each seed: what unsynced writes and renames have become
struct CrashWalk {
    let row: CrashRow
    var driveCount = 4
    /// Syncs that do nothing during the change.
    var forgotten: Set<SyncPoint> = []
    /// One drive answers EIO from some call of the change on, and is back after the cut.
    var failsOneDrive = false
    /// The power goes once more, during recovery.
    var cutsTwice = false
    /// Calls after which it is tried; a sample if there are more.
    var cutsMax = Int.max
    var seedCount: UInt64 = 2
    /// Ends the walk.
    var violationsMax = 4

    private struct Prepared: Sendable {
        let store: SimulatedStore
        let context: String
        let old: StoreView
    }

    private struct Ending: Sendable {
        let store: SimulatedStore
        /// Of the row's changes.
        let acknowledgedCount: Int
        let isCut: Bool
        let failure: String
        let failedDrive: Int?
        /// File calls of the change on all drives.
        let callCount: Int
    }

    /// - Returns: what was found broken: which call, which seed, what.
    func violations() throws -> [String] {
        let base = try prepare()
        let (views, callCount) = try views(base)
        let halfway = try halfwayViews(base)
        var violations: [String] = []
        var random = SeededGenerator(seed: 7)
        var cuts = Array(0...callCount)
        if cuts.count > cutsMax { cuts = cuts.shuffled(using: &random).prefix(cutsMax).sorted() }
        for cut in cuts {
            let ending = try run(base, changeCount: row.changes.count, cutAfter: cut)
            for number in 0..<seedCount {
                // Of the plain cases each is tried at every other call.
                let seed = number == 0 ? UInt64(cut) & 1 : random.next()
                do {
                    try check(ending, seed, views, halfway, looksTwice: number == 0)
                } catch {
                    violations.append(
                        "\(row.name), \(driveCount) drives, cut after call \(cut), seed \(seed), "
                            + "\(ending.acknowledgedCount) acknowledged \(ending.failure)"
                            + (ending.failedDrive.map { ", drive \($0) failed" } ?? "") + ": \(error)"
                    )
                    if violations.count >= violationsMax { return violations }
                }
            }
        }
        return violations
    }

    // Before the cut.

    private func prepare() throws -> Prepared {
        let store = try SimulatedStore.formatted(driveCount: driveCount).restarted()
        let row = row
        let context = try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket(CrashRow.bucket)
            try await running.engine.put(CrashRow.bucket, "witness", 600, seed: 100)
            try await running.engine.put(CrashRow.bucket, "dir/witness", CrashRow.large, seed: 101)
            let context = try await row.prepare(running.engine)
            await running.close()
            return context
        }
        for disk in store.disks { try disk.syncAll(.applied) }
        let next = store.restarted()
        let old = try look(next.restarted())
        return Prepared(store: next, context: context, old: old)
    }

    private func look(_ store: SimulatedStore) throws -> StoreView {
        try store.simulate(seed: 2) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            return try await StoreView(running.engine, keys: CrashRow.keys)
        }
    }

    /// What is there before the first change and after each when nothing goes wrong, and how many calls that takes.
    private func views(_ base: Prepared) throws -> ([StoreView], Int) {
        var views = [base.old]
        var callCount = 0
        for count in 1...row.changes.count {
            let ending = try run(base, changeCount: count, cutAfter: nil)
            guard ending.acknowledgedCount == count else {
                throw Violation("the change fails by itself: \(ending.failure)")
            }
            callCount = ending.callCount
            let new = try look(ending.store.restarted())
            guard new != views[count - 1] else { throw Violation("the change changes nothing") }
            views.append(new)
        }
        for (key, size) in row.sizes {
            let found = views.last?.buckets[CrashRow.bucket]?.objects[key]?.size
            guard found == size.map({ Int64($0) }) else {
                throw Violation("\(key) has \(String(describing: found))")
            }
        }
        return (views, callCount)
    }

    /// What is there when a change that is not one commit stops on its way.
    private func halfwayViews(_ base: Prepared) throws -> [StoreView] {
        try row.halfway.map { change in
            let (store, context) = (base.store.copy(), base.context)
            try store.simulate(seed: 5) {
                let running = try await store.open()
                _ = try await running.engine.recover()
                try await change(running.engine, context)
                await running.close()
            }
            return try look(store.restarted())
        }
    }

    private func run(_ base: Prepared, changeCount: Int, cutAfter cut: Int?) throws -> Ending {
        let store = base.store.copy()
        let (row, context) = (row, base.context)
        let scheduleSeed = UInt64(cut ?? 0) &* 31 &+ 5
        let forgotten = forgotten
        var random = SeededGenerator(seed: scheduleSeed)
        let failedDrive = failsOneDrive && cut != nil ? Int.random(in: 0..<driveCount, using: &random) : nil
        let failsAt = Int.random(in: 0..<30, using: &random)
        let (acknowledgedCount, failure, callCount) = try store.simulate(seed: scheduleSeed) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            for disk in store.disks { disk.forget(forgotten) }
            if let failedDrive { store.disks[failedDrive].crash(afterCalls: failsAt) }
            let callsBefore = store.power.callCount
            if let cut { store.power.cut(afterCalls: cut) }
            var acknowledgedCount = 0
            var failure = ""
            do {
                for change in row.changes.prefix(changeCount) {
                    try await change(running.engine, context)
                    acknowledgedCount += 1
                }
            } catch { failure = "\(error)" }
            await running.close()
            return (acknowledgedCount, failure, store.power.callCount - callsBefore)
        }
        return Ending(
            store: store,
            acknowledgedCount: acknowledgedCount,
            isCut: store.power.isCut,
            failure: failure,
            failedDrive: failedDrive,
            callCount: callCount
        )
    }

    // After it.

    /// - Parameter looksTwice: whether it is looked at again, and after one more start.
    private func check(
        _ ending: Ending,
        _ seed: UInt64,
        _ views: [StoreView],
        _ halfway: [StoreView],
        looksTwice: Bool
    ) throws {
        let isComplete = ending.acknowledgedCount == row.changes.count
        guard isComplete || ending.isCut else { throw Violation("it fails without a cut") }
        var store = ending.store.crashed(seed: seed)
        if cutsTwice { store = try cutDuringRecovery(store, seed).crashed(seed: seed &* 13 &+ 2) }
        let seen = try recover(store, seed, looksTwice: looksTwice)
        let expected =
            views.dropFirst(ending.acknowledgedCount).prefix(2) + (isComplete ? [] : halfway)
        guard expected.contains(seen) else {
            throw Violation(
                "neither old nor new: " + expected.map { seen.difference(to: $0) }.joined(separator: " | ")
            )
        }
        let inspections = try store.disks.map { try DriveInspection($0) }
        try checkBuckets(seen, inspections)
        if isComplete { try checkCopies(seen, inspections) }
        if looksTwice { try checkRestart(store.restarted(), seen) }
    }

    private func cutDuringRecovery(_ store: SimulatedStore, _ seed: UInt64) throws -> SimulatedStore {
        var random = SeededGenerator(seed: seed &+ 99)
        store.power.cut(afterCalls: Int.random(in: 0..<60 * driveCount, using: &random))
        try store.simulate(seed: seed) {
            // Whatever fails here fails because the power is gone.
            do {
                let running = try await store.open()
                _ = try await running.engine.recover()
                await running.close()
            } catch { guard store.power.isCut else { throw error } }
        }
        return store
    }

    private func recover(_ store: SimulatedStore, _ seed: UInt64, looksTwice: Bool) throws -> StoreView {
        try store.simulate(seed: seed &+ 3) {
            let running = try await store.open()
            let report = try await running.engine.recover()
            guard report.openCount == 0 else { throw Violation("left open: \(report)") }
            let seen = try await StoreView(running.engine, keys: CrashRow.keys)
            let again = looksTwice ? try await StoreView(running.engine, keys: CrashRow.keys) : seen
            guard again == seen else { throw Violation("the second look: \(again.difference(to: seen))") }
            await running.close()
            return seen
        }
    }

    /// A bucket is on all drives, or on none.
    private func checkBuckets(_ view: StoreView, _ inspections: [DriveInspection]) throws {
        let names = Set(view.buckets.keys)
        for (index, inspection) in inspections.enumerated() where inspection.buckets != names {
            throw Violation(
                "drive \(index) has the buckets \(inspection.buckets.sorted()), not \(names.sorted())"
            )
        }
        for inspection in inspections {
            for path in inspection.copies.keys where path.hasPrefix(".minio.sys/buckets/") {
                let name = path.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""
                if !names.contains(name) {
                    throw Violation("settings of a bucket that is not there: \(path)")
                }
            }
        }
    }

    /// What was acknowledged is on so many drives that it survives as many losses as it should.
    private func checkCopies(_ view: StoreView, _ inspections: [DriveInspection]) throws {
        let k = driveCount - (driveCount == 4 ? 2 : 4)
        let required = max(k, driveCount - k + 1)
        for (bucket, contents) in view.buckets {
            for (key, object) in contents.objects {
                let count = inspections.count {
                    $0.copies["\(bucket)/\(key)"]?.contains(object.dataDirectory) == true
                }
                guard count >= required else { throw Violation("only \(count) drives have \(key)") }
            }
        }
    }

    /// After one more start everything is as it was, and can be used.
    private func checkRestart(_ store: SimulatedStore, _ seen: StoreView) throws {
        try store.simulate(seed: 4) {
            let running = try await store.open()
            let engine = running.engine
            let report = try await engine.recover()
            guard report.completedCount + report.revertedCount + report.openCount == 0 else {
                throw Violation("not settled once and for all: \(report)")
            }
            let again = try await StoreView(engine, keys: CrashRow.keys)
            guard again == seen else { throw Violation("after a restart: \(again.difference(to: seen))") }
            for (id, upload) in seen.buckets[CrashRow.bucket]?.uploads ?? [:] where !upload.parts.isEmpty {
                try await Self.complete(engine, id, upload)
            }
            try await engine.put(CrashRow.bucket, CrashRow.key, 900, seed: 50)
            guard try await engine.bytes(CrashRow.bucket, CrashRow.key) == sample(900, seed: 50) else {
                throw Violation("what was put afterwards is not what is read")
            }
            await running.close()
        }
    }

    private static func complete(_ engine: Engine, _ id: String, _ upload: StoreView.PendingUpload)
        async throws
    {
        var parts: [(number: Int, etag: String)] = []
        var bytes: [UInt8] = []
        for part in upload.parts {
            let fields = part.split(separator: " ")
            guard let number = Int(fields[0]), let seed = UInt64(fields[1]), let size = Int(fields[2]) else {
                throw Violation("an odd part: \(part)")
            }
            parts.append((number, String(fields[1])))
            bytes += sample(size, seed: seed)
        }
        try await engine.complete(CrashRow.key, id, parts)
        guard try await engine.bytes(CrashRow.bucket, CrashRow.key) == bytes else {
            throw Violation("a completed upload does not have the bytes of its parts")
        }
    }
}
