import Base
import Drives
import Files
import Foundation
import TestSupport
import Testing
import XLMeta

/// One change of a drive, from a settled state to another.
struct CrashScenario: Sendable, CustomTestStringConvertible {
    static let path = ObjectPath(volume: "bucket", name: "folder/key")
    static let upload = ObjectPath(volume: ".minio.sys", name: "multipart/0123/0001x5")
    static let subject = Sample.id(1000)
    static let data = Sample.id(90)

    let name: String
    let prepare: @Sendable (any Drive) async throws -> Void
    /// Up to and with the commit of the transaction ``subject``.
    let change: @Sendable (any Drive) async throws -> Void

    var testDescription: String { name }

    static let all: [CrashScenario] = [
        CrashScenario(name: "put new inline") { _ in
        } change: {
            try await $0.put(subject, path, Sample.object(data: data, seconds: 9), inline: [1, 2, 3])
        },
        CrashScenario(name: "put new large") { _ in
        } change: {
            try await $0.put(subject, path, Sample.object(data: data, seconds: 9), shard: 3)
        },
        CrashScenario(name: "overwrite inline") {
            try await $0.put(Sample.id(1), path, Sample.object(data: Sample.id(80), seconds: 1), inline: [7])
            try await $0.finish(Sample.id(1))
        } change: {
            try await $0.put(subject, path, Sample.object(data: data, seconds: 9), inline: [1, 2, 3])
        },
        CrashScenario(name: "overwrite large") {
            try await $0.put(Sample.id(1), path, Sample.object(data: Sample.id(80), seconds: 1), shard: 1)
            try await $0.finish(Sample.id(1))
        } change: {
            try await $0.put(subject, path, Sample.object(data: data, seconds: 9), shard: 3)
        },
        CrashScenario(name: "heal a data directory") {
            try await $0.put(Sample.id(1), path, Sample.object(data: data, seconds: 1), shard: 1)
            try await $0.finish(Sample.id(1))
        } change: {
            try await $0.put(subject, path, Sample.object(data: data, seconds: 9), shard: 3)
        },
        CrashScenario(name: "remove the last version") {
            try await $0.put(Sample.id(1), path, Sample.object(data: Sample.id(80), seconds: 1), shard: 1)
            try await $0.finish(Sample.id(1))
        } change: {
            try await $0.commit(Transaction(id: subject, path: path, change: .remove(versionID: .zero)))
        },
        CrashScenario(name: "remove one of two versions") {
            for number in [1, 2] as [UInt64] {
                let object = Sample.object(
                    version: Sample.id(50 + number),
                    data: Sample.id(80 + number),
                    seconds: Int64(number)
                )
                try await $0.put(Sample.id(number), path, object, shard: UInt8(number))
                try await $0.finish(Sample.id(number))
            }
        } change: {
            try await $0.commit(
                Transaction(id: subject, path: path, change: .remove(versionID: Sample.id(51)))
            )
        },
        CrashScenario(name: "put a delete marker") {
            try await $0.put(Sample.id(1), path, Sample.object(data: Sample.id(80), seconds: 1), shard: 1)
            try await $0.finish(Sample.id(1))
        } change: {
            let marker = XLDeleteMarker(
                versionID: Sample.id(60),
                modificationTime: Timestamp(seconds: 1_700_000_100)
            )
            try await $0.commit(Transaction(id: subject, path: path, change: .putDeleteMarker(marker)))
        },
        CrashScenario(name: "put a part") {
            try await startUpload($0)
        } change: {
            try await $0.putPart(subject, upload, 1, data: data, shard: 3)
        },
        CrashScenario(name: "put a part again") {
            try await startUpload($0)
            try await $0.putPart(Sample.id(2), upload, 1, data: data, shard: 1)
            try await $0.finish(Sample.id(2))
        } change: {
            try await $0.putPart(subject, upload, 1, data: data, shard: 3)
        },
        CrashScenario(name: "complete an upload over an object") {
            try await $0.put(Sample.id(1), path, Sample.object(data: Sample.id(80), seconds: 1), shard: 1)
            try await $0.finish(Sample.id(1))
            try await startUpload($0)
            for number in 1...3 {
                try await $0.putPart(
                    Sample.id(UInt64(10 + number)),
                    upload,
                    number,
                    data: data,
                    shard: UInt8(number)
                )
                try await $0.finish(Sample.id(UInt64(10 + number)))
            }
        } change: {
            let object = Sample.object(data: data, seconds: 9, partNumbers: [1, 3])
            try await $0.commit(
                Transaction(id: subject, path: path, change: .complete(object, upload: upload))
            )
        },
    ]

    private static func startUpload(_ drive: any Drive) async throws {
        try await drive.put(
            Sample.id(5),
            upload,
            Sample.object(data: data, seconds: 1, partNumbers: []),
            inline: []
        )
        try await drive.finish(Sample.id(5))
    }

    /// The drive before the change, settled.
    func base() async throws -> SimulatedFiles {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        try await drive.makeVolume("bucket")
        try await prepare(drive)
        await drive.close()
        try files.syncAll(.applied)
        return files.copy()
    }

    /// Other objects of the same drive, each put and finished: their intents are spare now, and not all of their
    /// ends are durable.
    static func warmUp(_ drive: any Drive) async throws {
        for id in warmUps {
            let place = ObjectPath(volume: "bucket", name: "warm/\(id)")
            try await drive.put(id, place, Sample.object(data: Sample.id(85), seconds: 2), inline: [4])
            // The second is not finished before the third is prepared: two files become spare.
            if id != warmUps[1] { try await drive.finish(id) }
        }
        try await drive.finish(warmUps[1])
    }

    static let warmUps = [UInt64](31...33).map(Sample.id)

    /// What is there after the change when nothing goes wrong.
    func changed(_ base: SimulatedFiles) async throws -> SimulatedFiles {
        let files = base.copy()
        let drive = try await TestDrive.opened(files)
        try await change(drive)
        try await drive.finish(Self.subject)
        await drive.close()
        return files
    }
}

/// How far a run got before its crash.
private enum Progress {
    case broken
    /// The commit was acknowledged.
    case committed
    /// The finish was acknowledged.
    case finished
    /// The revert was acknowledged.
    case reverted
}

private enum Ending: CaseIterable {
    case finish
    case revert
}

/// What a check of a drive after a crash found wrong.
private struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// What must be found after a crash. An open transaction may be ended either way, with the state to match.
private struct Expectation {
    /// Every visible file when the transaction is not open.
    var ifNotOpen: [String: [UInt8]]
    var mustBeApplied = false
    var mustBeWhole = false
    var mustNotBeOpen = false
    init(ifNotOpen: [String: [UInt8]], mustBeWhole: Bool = false) {
        self.ifNotOpen = ifNotOpen
        self.mustBeWhole = mustBeWhole
    }

    init(_ progress: Progress, _ ending: Ending, old: [String: [UInt8]], new: [String: [UInt8]]) {
        switch progress {
        case .broken: ifNotOpen = old
        case .reverted: (ifNotOpen, mustNotBeOpen) = (old, true)
        case .finished: (ifNotOpen, mustBeApplied) = (new, true)
        // A revert that was under way may have got to any point.
        case .committed: (ifNotOpen, mustBeApplied) = ending == .finish ? (new, true) : (old, false)
        }
    }
}

@Suite struct CrashTests {
    /// Crashes of every call. Two in each quick run; `MARTLET_CRASH_SEEDS` asks for more.
    private static let seedCount =
        ProcessInfo.processInfo.environment["MARTLET_CRASH_SEEDS"].flatMap { UInt64($0) } ?? 2

    @Test("after a crash anywhere the drive has the old state or the new one", arguments: CrashScenario.all)
    private func crashes(_ scenario: CrashScenario) async throws {
        for ending in Ending.allCases {
            let violations = try await violations(of: scenario, ending, forgetting: [])
            #expect(violations == [])
        }
    }

    @Test(
        "so it has when intents of ended transactions are written over",
        arguments: CrashScenario.all.filter {
            ["overwrite inline", "overwrite large", "put a part"].contains($0.name)
        }
    )
    private func crashesOfWarmDrives(_ scenario: CrashScenario) async throws {
        for ending in Ending.allCases {
            let violations = try await violations(of: scenario, ending, forgetting: [], isWarm: true)
            #expect(violations == [])
        }
    }

    @Test func anIntentIsWrittenOverThatOfAnEndedTransaction() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        try await drive.makeVolume("bucket")
        try await CrashScenario.warmUp(drive)
        let spares = leftovers(files.contents()).filter { $0.hasSuffix(".intent") }
        #expect(spares.count == 2)
        files.add(SimulatedFault(call: "create", path: ".intent", code: 5))
        try await CrashScenario.all[0].change(drive)
        #expect(leftovers(files.contents()).filter { $0.hasPrefix(".minio.sys/tmp/.trash") }.count == 1)
        await drive.close()
        #expect(leftovers(files.contents()).map { $0.contains(CrashScenario.subject.description) } == [true])
    }

    @Test("each sync is needed", arguments: [SyncPoint.prepared, .applied])
    func forgottenSyncs(_ point: SyncPoint) async throws {
        let scenario = try #require(CrashScenario.all.first { $0.name == "overwrite large" })
        for ending in Ending.allCases {
            // What a crash keeps is chance, so one that shows the gap is looked for among many.
            let found = try await violations(of: scenario, ending, forgetting: [point], seedCount: 12)
            if !found.isEmpty { return }
        }
        Issue.record("without the sync \(point) no test fails")
    }

    @Test("a bucket that was made is there after a crash", arguments: [true, false])
    func volumes(_ isSynced: Bool) async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        if !isSynced { files.forget([.volume]) }
        try await drive.makeVolume("bucket")
        let after = try await TestDrive.opened(files.crashed(seed: 0))
        #expect(try await after.volumes().map(\.name) == (isSynced ? ["bucket"] : []))
    }

    @Test("an upload that was removed stays away", arguments: [true, false])
    func removedUploads(_ isSynced: Bool) async throws {
        let scenario = try #require(CrashScenario.all.first { $0.name == "put a part again" })
        let files = try await scenario.base()
        let drive = try await TestDrive.opened(files)
        if !isSynced { files.forget([.applied]) }
        try await drive.removeUpload(CrashScenario.upload)
        let crashed = files.crashed(seed: 0)
        let after = try await TestDrive.opened(crashed)
        await after.close()
        #expect(visible(crashed.contents()).keys.contains { $0.contains("multipart") } == !isSynced)
    }

    @Test("a bucket that was removed stays away", arguments: [true, false])
    func removedVolumes(_ isSynced: Bool) async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        try await drive.makeVolume("bucket")
        if !isSynced { files.forget([.volume]) }
        try await drive.removeVolume("bucket")
        let after = try await TestDrive.opened(files.crashed(seed: 0))
        #expect(try await after.volumes().map(\.name) == (isSynced ? [] : ["bucket"]))
    }

    @Test("format.json is the old or the new one", arguments: [false, true])
    func formats(_ isForgotten: Bool) async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        if isForgotten { files.forget([.format]) }
        try files.syncAll(.applied)
        let new = [UInt8](repeating: 5, count: 300)
        try await drive.writeFormat(new)
        var found: Set<[UInt8]> = []
        for seed in 0..<64 as Range<UInt64> {
            let folder = try DriveFolder(files: files.crashed(seed: seed), endpoint: "")
            if case .formatted(let bytes) = folder.content { found.insert(bytes) }
        }
        #expect((found == [new]) == !isForgotten)
    }

    @Test func formatJSONIsWholeAfterACrashAnywhere() async throws {
        let base = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(base)
        try base.syncAll(.applied)
        let new = [UInt8](repeating: 5, count: 300)
        for crashAt in 0... {
            let files = base.copy()
            let drive = try await TestDrive.opened(files)
            files.crash(afterCalls: crashAt)
            // It fails where the power goes.
            let isWritten = (try? await drive.writeFormat(new)) != nil
            for seed in 0..<16 as Range<UInt64> {
                let folder = try DriveFolder(files: files.crashed(seed: seed), endpoint: "")
                let isOld = folder.content == .formatted(TestDrive.format)
                #expect(
                    folder.content == .formatted(new) || (isOld && !isWritten),
                    "call \(crashAt), seed \(seed)"
                )
            }
            if !files.isDown { return }
        }
    }

    // The walk over all crashes.

    private func violations(
        of scenario: CrashScenario,
        _ ending: Ending,
        forgetting points: Set<SyncPoint>,
        seedCount: UInt64 = CrashTests.seedCount,
        isWarm: Bool = false
    ) async throws -> [String] {
        let cold = try await scenario.base()
        let base = isWarm ? try await warmed(cold) : cold
        let old = visible(base.contents())
        let new = visible(try await scenario.changed(base).contents())
        #expect(old != new, "the change changes something")
        var violations: [String] = []
        for crashAt in 0... {
            let files = isWarm ? cold.copy() : base.copy()
            var warm: LocalDrive<SimulatedFiles>?
            if isWarm {
                warm = try await TestDrive.opened(files)
                if let warm { try await CrashScenario.warmUp(warm) }
            }
            files.forget(points)
            files.crash(afterCalls: crashAt)
            let progress = await run(scenario, ending, on: files, warm)
            let expectation = Expectation(progress, ending, old: old, new: new)
            // Without a seed only the process was killed: what it wrote is there, but not yet durable.
            let seeds = (0..<seedCount).map { $0 &+ UInt64(crashAt) &* seedCount }
            for seed in seeds + [nil] {
                let after = seed.map { files.crashed(seed: $0) } ?? files.copy()
                for recovery in Ending.allCases {
                    do {
                        try await check(after, expectation, recovery, seed: seed ?? 3, old: old, new: new)
                    } catch {
                        violations.append(
                            "call \(crashAt), seed \(seed, default: "none"), \(progress), \(recovery): \(error)"
                        )
                    }
                }
            }
            if !files.isDown || violations.count > 3 { return violations }
        }
        return violations
    }

    /// What is there when the warm-up has ended in every way.
    private func warmed(_ base: SimulatedFiles) async throws -> SimulatedFiles {
        let files = base.copy()
        let drive = try await TestDrive.opened(files)
        try await CrashScenario.warmUp(drive)
        await drive.close()
        try files.syncAll(.applied)
        return files
    }

    /// - Parameter drive: on these files, if it is open already.
    private func run(
        _ scenario: CrashScenario,
        _ ending: Ending,
        on files: SimulatedFiles,
        _ drive: LocalDrive<SimulatedFiles>?
    ) async -> Progress {
        var progress = Progress.broken
        // Whatever fails here fails because the power is gone; the check afterwards is the test.
        do {
            let opened = if let drive { drive } else { try await TestDrive.opened(files) }
            try await scenario.change(opened)
            progress = .committed
            switch ending {
            case .finish:
                try await opened.finish(CrashScenario.subject)
                progress = .finished
            case .revert:
                try await opened.revert(CrashScenario.subject)
                progress = .reverted
            }
            await opened.close()
        } catch {}
        return progress
    }

    /// Recovers three times: as it is, after a second crash in the middle, and with one right behind.
    private func check(
        _ files: SimulatedFiles,
        _ expectation: Expectation,
        _ recovery: Ending,
        seed: UInt64,
        old: [String: [UInt8]],
        new: [String: [UInt8]]
    ) async throws {
        let interrupted = files.copy()
        interrupted.crash(afterCalls: Int(seed &* 7 % 60))
        var later = expectation
        // It fails where the power goes.
        _ = try? await recover(interrupted, &later, recovery, old: old, new: new)
        let quick = files.copy()
        var settled = expectation
        let drive = try await recover(quick, &settled, recovery, old: old, new: new)
        if seed.isMultiple(of: 2) { await drive.close() }
        for next in Ending.allCases {
            let second = interrupted.crashed(seed: seed &+ 5)
            try await recoverWhole(second, later, next, old: old, new: new)
            try await recoverWhole(quick.crashed(seed: seed &+ 9), settled, next, old: old, new: new)
        }
        try await recoverWhole(files.copy(), expectation, recovery, old: old, new: new)
    }

    private func recoverWhole(
        _ files: SimulatedFiles,
        _ expectation: Expectation,
        _ recovery: Ending,
        old: [String: [UInt8]],
        new: [String: [UInt8]]
    ) async throws {
        var expectation = expectation
        let drive = try await recover(files, &expectation, recovery, old: old, new: new)
        await drive.close()
        let contents = files.contents()
        let found = visible(contents)
        guard found == expectation.ifNotOpen else {
            throw Violation(description: difference(found, expectation.ifNotOpen))
        }
        guard leftovers(contents).isEmpty else {
            throw Violation(description: "left: \(leftovers(contents))")
        }
        guard files.openCount == 0 else { throw Violation(description: "\(files.openCount) files are open") }
    }

    /// Opens the drive again and ends what is open in the given way. On return `expectation` says what is to
    /// be found now, also after a further crash, and also when this throws.
    @discardableResult
    private func recover(
        _ files: SimulatedFiles,
        _ expectation: inout Expectation,
        _ recovery: Ending,
        old: [String: [UInt8]],
        new: [String: [UInt8]]
    ) async throws -> LocalDrive<SimulatedFiles> {
        let drive = try await TestDrive.opened(files)
        var open = try await drive.openTransactions()
        for warm in open where CrashScenario.warmUps.contains(warm.id) {
            guard warm.state == .applied else { throw Violation(description: "\(warm) was finished") }
            try await drive.finish(warm.id)
        }
        open.removeAll { CrashScenario.warmUps.contains($0.id) }
        guard open.count <= 1 else { throw Violation(description: "\(open)") }
        guard let transaction = open.first else { return drive }
        guard transaction.id == CrashScenario.subject, !expectation.mustNotBeOpen else {
            throw Violation(description: "\(transaction) is open")
        }
        if expectation.mustBeApplied, transaction.state != .applied {
            throw Violation(description: "acknowledged, but \(transaction.state)")
        }
        if expectation.mustBeWhole, transaction.state == .torn { throw Violation(description: "torn") }
        if transaction.state == .torn || recovery == .revert {
            expectation = Expectation(ifNotOpen: old)
            try await drive.revert(transaction.id)
            expectation.mustNotBeOpen = true
        } else {
            expectation = Expectation(ifNotOpen: new, mustBeWhole: true)
            try await drive.resume(transaction.id)
            expectation.mustBeApplied = true
            try await drive.resume(transaction.id)
            try await drive.finish(transaction.id)
        }
        return drive
    }

    private func difference(_ found: [String: [UInt8]], _ expected: [String: [UInt8]]) -> String {
        let missing = expected.keys.filter { found[$0] == nil }.sorted()
        let surplus = found.keys.filter { expected[$0] == nil }.sorted()
        let changed = found.keys.filter { expected[$0] != nil && expected[$0] != found[$0] }.sorted()
        return "missing \(missing), surplus \(surplus), changed \(changed)"
    }
}
