import Base
import Engine
import Files
import Foundation
import StorageTestSupport
import TestSupport
import Testing

/// How much is tried: `MARTLET_SIMULATION_FACTOR` times as many cuts and seeds as usual, of the storms those from
/// `MARTLET_SIMULATION_SEED` on, of the rows those with one of the words of `MARTLET_SIMULATION_ROWS` (`a|b`) in their name.
enum Thoroughness {
    static let factor = max(1, number("MARTLET_SIMULATION_FACTOR") ?? 1)

    static func seeds(_ count: Int) -> Range<Int> {
        let first = number("MARTLET_SIMULATION_SEED") ?? 0
        return first..<first + count * factor
    }

    static func includes(_ row: CrashRow) -> Bool {
        guard let words = ProcessInfo.processInfo.environment["MARTLET_SIMULATION_ROWS"] else { return true }
        return words.split(separator: "|").contains { row.name.contains($0) }
    }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}

@Suite struct EngineCrashTests {
    @Test(
        "after a crash what was acknowledged is whole and nothing else is visible",
        arguments: CrashRow.chosen
    )
    func crashes(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.cutsMax = 10 * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test(
        "so it is on a set of twelve drives",
        arguments: [
            "put new large", "overwrite inline with large", "delete large", "upload a part again",
            "complete over a large object", "abort", "make a bucket", "remove a bucket",
            "put in place of the null version", "complete where versions are kept", "tag a large object",
            "set a large document again", "remove a bucket with documents",
            "expire all versions but the newest",
            "end what was uploaded for too long",
        ]
    )
    func crashesOfWideSets(_ name: String) throws {
        var walk = CrashWalk(row: try #require(CrashRow.all.first { $0.name == name }))
        walk.driveCount = 12
        walk.cutsMax = 3 * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test("so it is when a drive fails on the way and comes back", arguments: CrashRow.chosen)
    func crashesWithAFailingDrive(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.failsOneDrive = true
        walk.cutsMax = 3 * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test("so it is when the power goes again during recovery", arguments: CrashRow.chosen)
    func crashesDuringRecovery(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.cutsTwice = true
        walk.cutsMax = 3 * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test(
        "each sync is needed",
        arguments: [
            (.prepared, "put new inline"), (.prepared, "put new large"),
            (.prepared, "overwrite large with inline"),
            (.prepared, "delete large"), (.prepared, "complete over a large object"),
            (.applied, "put new inline"), (.applied, "overwrite large with large"),
            (.applied, "delete inline"),
            (.applied, "upload a part"), (.applied, "abort"),
            (.volume, "make a bucket"), (.volume, "remove a bucket"),
            (.prepared, "put in place of the null version"), (.prepared, "complete where versions are kept"),
            (.applied, "tag a large object"), (.applied, "give an object a list"),
            (.applied, "delete where versions are kept"), (.applied, "remove the null version below"),
            (.applied, "expire the newest version"), (.applied, "end what was uploaded for too long"),
            (.prepared, "set a large document again"), (.applied, "unset one of two documents"),
            (.volume, "make a bucket that locks, of somebody else"),
        ] as [(SyncPoint, String)]
    )
    func forgottenSyncs(_ point: SyncPoint, _ name: String) throws {
        var walk = CrashWalk(row: try #require(CrashRow.all.first { $0.name == name }))
        walk.forgotten = [point]
        walk.violationsMax = 1
        #expect(try !walk.violations().isEmpty, "without the sync \(point) nothing breaks")
    }

    @Test("a run follows from its seed")
    func replays() throws {
        let first = try Storm(seed: 3).trace()
        let second = try Storm(seed: 3).trace()
        #expect(first == second)
        #expect(try Storm(seed: 4).trace() != first)
    }

    @Test(
        "writers and readers who meet see one order, also after a crash",
        arguments: Thoroughness.seeds(90)
    )
    func storms(_ seed: Int) throws {
        var storm = Storm(seed: UInt64(seed))
        storm.trouble = Storm.Trouble.allCases[seed % 3]
        // A clock may stand still.
        if seed % 2 == 0 { storm.tick = .zero }
        let violations = try storm.violations()
        #expect(violations == [])
    }

    @Test("two writes of one moment are not mixed when a drive has missed the second")
    func clockThatStandsStill() throws {
        let keys = (1...8).map { "key \($0)" }
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket(CrashRow.bucket)
            for key in keys { try await running.engine.put(CrashRow.bucket, key, 600, seed: 1) }
            await running.engine.settle()
            store.disks[0].crash(afterCalls: 0)
            for key in keys {
                _ = try await running.engine.delete(bucket: CrashRow.bucket, key: key, .version(.zero))
                try await running.engine.put(CrashRow.bucket, key, 600, seed: 2)
            }
            await running.close()
        }
        let later = store.restarted()
        let view = try later.simulate(seed: 2) {
            let running = try await later.open()
            _ = try await running.engine.recover()
            for key in keys {
                #expect(try await running.engine.bytes(CrashRow.bucket, key) == sample(600, seed: 2))
            }
            return try await StoreView(running.engine, keys: keys)
        }
        #expect(view.buckets[CrashRow.bucket]?.objects.count == keys.count)
    }
}
