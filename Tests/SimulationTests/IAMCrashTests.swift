import Files
import Testing

@Suite struct IAMCrashTests {
    @Test("after a crash a change of who may do what has happened or has not", arguments: IAMCrashRow.all)
    func crashes(_ row: IAMCrashRow) throws {
        var walk = IAMCrashWalk(row: row)
        walk.cutsMax = (row.isJournalled ? 8 : 2) * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test("so it is when a drive fails on the way and comes back", arguments: IAMCrashRow.all)
    func crashesWithAFailingDrive(_ row: IAMCrashRow) throws {
        var walk = IAMCrashWalk(row: row)
        walk.failsOneDrive = true
        walk.cutsMax = (row.isJournalled ? 3 : 1) * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test(
        "so it is when the power goes again while the change is finished",
        arguments: IAMCrashRow.all.filter(\.isJournalled)
    )
    func crashesDuringTheStart(_ row: IAMCrashRow) throws {
        var walk = IAMCrashWalk(row: row)
        walk.cutsTwice = true
        walk.cutsMax = 4 * Thoroughness.factor
        let violations = try walk.violations()
        #expect(violations == [])
    }

    @Test(
        "each sync is needed",
        arguments: [(.applied, "disable a user"), (.applied, "remove a group")]
            as [(SyncPoint, String)]
    )
    func forgottenSyncs(_ point: SyncPoint, _ name: String) throws {
        var walk = IAMCrashWalk(row: try #require(IAMCrashRow.all.first { $0.name == name }))
        walk.forgotten = [point]
        walk.violationsMax = 1
        #expect(try !walk.violations().isEmpty, "without the sync \(point) nothing breaks")
    }
}
