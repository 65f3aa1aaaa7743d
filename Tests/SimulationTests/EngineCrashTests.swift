import Files
import Foundation
import Testing

/// How many times as many cuts and seeds as usual are tried: `MARTLET_SIMULATION_FACTOR`, 1 if it is not set.
enum Thoroughness {
    static let factor = max(
        1,
        ProcessInfo.processInfo.environment["MARTLET_SIMULATION_FACTOR"].flatMap { Int($0) } ?? 1
    )
}

@Suite struct EngineCrashTests {
    @Test("after a crash what was acknowledged is whole and nothing else is visible", arguments: CrashRow.all)
    func crashes(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.cutsMax = 32 * Thoroughness.factor
        #expect(try walk.violations() == [])
    }

    @Test(
        "so it is on a set of twelve drives",
        arguments: [
            "put new large", "overwrite inline with large", "delete large", "upload a part again",
            "complete over a large object", "abort", "make a bucket", "remove a bucket",
        ]
    )
    func crashesOfWideSets(_ name: String) throws {
        var walk = CrashWalk(row: try #require(CrashRow.all.first { $0.name == name }))
        walk.driveCount = 12
        walk.cutsMax = 6 * Thoroughness.factor
        #expect(try walk.violations() == [])
    }

    @Test("so it is when a drive fails on the way and comes back", arguments: CrashRow.all)
    func crashesWithAFailingDrive(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.failsOneDrive = true
        walk.cutsMax = 12 * Thoroughness.factor
        #expect(try walk.violations() == [])
    }

    @Test("so it is when the power goes again during recovery", arguments: CrashRow.all)
    func crashesDuringRecovery(_ row: CrashRow) throws {
        var walk = CrashWalk(row: row)
        walk.cutsTwice = true
        walk.cutsMax = 12 * Thoroughness.factor
        #expect(try walk.violations() == [])
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
        arguments: 0..<90 * Thoroughness.factor
    )
    func storms(_ seed: Int) throws {
        var storm = Storm(seed: UInt64(seed))
        storm.trouble = Storm.Trouble.allCases[seed % 3]
        #expect(try storm.violations() == [])
    }
}
