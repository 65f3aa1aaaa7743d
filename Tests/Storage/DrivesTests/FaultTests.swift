import Base
import Bytes
import Drives
import Files
import Glibc
import TestSupport
import Testing
import XLMeta

@Suite struct FaultTests {
    private let path = ObjectPath(volume: "bucket", name: "key")

    private func make() async throws -> (LocalDrive<SimulatedFiles>, SimulatedFiles) {
        let files = SimulatedFiles(time: SimulatedTime())
        let drive = try await TestDrive.formatted(files)
        try await drive.makeVolume("bucket")
        return (drive, files)
    }

    private func put(_ drive: any Drive, _ number: UInt64) async throws {
        let object = Sample.object(data: Sample.id(number), seconds: Int64(number))
        try await drive.put(Sample.id(number), path, object, inline: [1])
    }

    @Test("a failed sync takes the drive out for good", arguments: [1, 2])
    func failedSync(_ syncNumber: Int) async throws {
        let (drive, files) = try await make()
        if syncNumber == 1 { files.add(SimulatedFault(call: "syncAll", code: EIO, count: 1)) }
        if syncNumber == 2 { files.add(SimulatedFault(call: "rename", path: ".meta", code: EIO, count: 0)) }
        if syncNumber == 2 {
            try await put(drive, 1)
            files.add(SimulatedFault(call: "syncAll", code: EIO, count: 1))
        }
        await #expect(throws: DriveError.failed(call: "syncAll", code: EIO)) { try await put(drive, 2) }
        #expect(!drive.isOnline)
        await #expect(throws: DriveError.self) { _ = try await drive.readXLMeta(path) }
        await #expect(throws: DriveError.self) { try await put(drive, 3) }
        let again = try await TestDrive.opened(files)
        #expect(again.isOnline)
        #expect(try await again.openTransactions().map(\.id).contains(Sample.id(2)))
    }

    @Test func aFullDriveStaysIn() async throws {
        let (drive, files) = try await make()
        files.add(SimulatedFault(call: "write", code: ENOSPC, count: 1))
        await #expect(throws: DriveError.full) { try await put(drive, 1) }
        #expect(drive.isOnline)
        try await drive.revert(Sample.id(1))
        try await put(drive, 2)
        #expect(leftovers(files.contents()).filter { $0.contains(Sample.id(1).description) } == [])
    }

    @Test("every call of a put may find the drive full", arguments: [0, 1, 2, 3, 4, 5])
    func fullAnywhere(_ skipped: Int) async throws {
        let (drive, files) = try await make()
        try await put(drive, 1)
        try await drive.finish(Sample.id(1))
        let before = visible(files.contents())
        for call in ["create", "write", "mkdir", "link", "rename"] {
            files.add(SimulatedFault(call: call, code: ENOSPC, count: 1))
            let id = Sample.id(UInt64(100 + skipped))
            do {
                try await drive.put(id, path, Sample.object(data: Sample.id(7), seconds: 9), shard: 1)
                Issue.record("\(call) was not needed")
            } catch { #expect(error as? DriveError == .full) }
            files.removeFaults()
            try await drive.revert(id)
            #expect(visible(files.contents()) == before)
            #expect(drive.isOnline)
        }
    }

    @Test func afterAnErrorTheDriveHasToShowThatItIsTheSame() async throws {
        let (drive, files) = try await make()
        try await put(drive, 1)
        files.add(SimulatedFault(call: "open", path: "xl.meta", code: EIO, count: 1))
        await #expect(throws: DriveError.failed(call: "open", code: EIO)) {
            _ = try await drive.readXLMeta(path)
        }
        #expect(drive.isOnline)
        try await put(drive, 2)
        files.add(SimulatedFault(call: "open", path: "xl.meta", code: EIO, count: 1))
        await #expect(throws: DriveError.self) { _ = try await drive.readXLMeta(path) }
        try files.flipBit(3, of: ".minio.sys/format.json")
        await #expect(throws: DriveError.self) { try await put(drive, 3) }
        #expect(!drive.isOnline)
    }

    @Test func aFailedSyncWhileStreamingTakesTheDriveOut() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        var configuration = DriveConfiguration()
        configuration.streamedSyncSize = 3000
        configuration.tidyDelay = nil
        let drive = try await LocalDrive.open(
            DriveFolder(files: files, endpoint: "streamed"),
            id: TestDrive.driveID,
            lane: SimulatedLane(),
            committer: SimulatedCommitter(files),
            time: SimulatedTime(),
            randomness: SystemRandomness(),
            configuration: configuration
        )
        let file = StagedFile(transaction: Sample.id(1), partNumber: 1)
        let size = Int64(Sample.bytes(1).count)
        files.add(SimulatedFault(call: "sync", code: EIO, count: 1))
        try await drive.stage(Sample.frames(1), to: file, at: 0)
        await #expect(throws: DriveError.failed(call: "sync", code: EIO)) {
            try await drive.stage(Sample.frames(1), to: file, at: size)
        }
        #expect(!drive.isOnline)
    }

    @Test func aBusyDriveTakesTheSameCallLater() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane(waitingMax: 1)
        let drive = try await TestDrive.opened(files, lane: lane)
        try await drive.makeVolume("bucket")
        let file = StagedFile(transaction: Sample.id(1), partNumber: 1)
        let object = Sample.object(data: Sample.id(9), seconds: 1)
        let put = Transaction(
            id: Sample.id(1),
            path: path,
            change: .put(object, inlineData: nil, stagedParts: true)
        )
        try await drive.stage(Sample.frames(1), to: file, at: 0)
        lane.hang()
        let stuck = Task { try await drive.volumes() }
        while !lane.isWaitedFor { await Task.yield() }
        await #expect(throws: DriveError.busy) {
            try await drive.stage(Sample.frames(1), to: file, at: Int64(Sample.bytes(1).count))
        }
        await #expect(throws: DriveError.busy) { try await drive.commit(put) }
        lane.release()
        _ = try await stuck.value
        try await drive.stage(Sample.frames(1), to: file, at: Int64(Sample.bytes(1).count))
        try await drive.commit(put)
        #expect(files.openCount == 0)
    }

    @Test func aFailedCommitLeavesNothingBehind() async throws {
        let (drive, files) = try await make()
        let removal = Transaction(id: Sample.id(1), path: path, change: .remove(versionID: .zero))
        await #expect(throws: DriveError.notFound) { try await drive.commit(removal) }
        #expect(leftovers(files.contents()) == [])
        try await drive.stage(
            Sample.frames(1),
            to: StagedFile(transaction: Sample.id(2), partNumber: 1),
            at: 0
        )
        await drive.close()
        #expect(leftovers(files.contents()) == [])
        #expect(files.openCount == 0)
    }

    @Test func aHungDriveIsPaidForOnce() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let time = SimulatedTime()
        let lane = SimulatedLane()
        let drive = try await TestDrive.opened(files, lane: lane, time: time)
        try await drive.makeVolume("bucket")
        try await put(drive, 1)
        lane.hang()
        let stuck = Task { try await drive.readXLMeta(path) }
        while !lane.isWaitedFor { await Task.yield() }
        #expect(drive.isOnline)
        time.advance(by: .seconds(31))
        #expect(!drive.isOnline)
        await #expect(throws: DriveError.offline("does not answer")) { _ = try await drive.readXLMeta(path) }
        lane.release()
        #expect(try await stuck.value.isEmpty == false)
        #expect(drive.isOnline)
        #expect(try await drive.readXLMeta(path).isEmpty == false)
    }

    @Test("a sync may take long, but not for ever")
    func slowSync() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let time = SimulatedTime()
        let committer = HeldCommitter(files)
        var configuration = DriveConfiguration()
        configuration.tidyDelay = nil
        let drive = try await LocalDrive.open(
            DriveFolder(files: files, endpoint: "slow"),
            id: TestDrive.driveID,
            lane: SimulatedLane(),
            committer: committer,
            time: time,
            randomness: SystemRandomness(),
            configuration: configuration
        )
        try await drive.makeVolume("bucket")
        committer.hold()
        let stuck = Task { try await put(drive, 1) }
        while !committer.isWaitedFor { await Task.yield() }
        time.advance(by: .seconds(119))
        #expect(drive.isOnline)
        await #expect(throws: DriveError.notFound) { _ = try await drive.readXLMeta(path) }
        time.advance(by: .seconds(2))
        #expect(!drive.isOnline)
        await #expect(throws: DriveError.offline("does not answer")) { _ = try await drive.readXLMeta(path) }
        committer.release()
        try await stuck.value
        #expect(drive.isOnline)
        #expect(try await drive.readXLMeta(path).isEmpty == false)
    }

    @Test("commits that wait for a drive hold no more than their share", arguments: [40, 41])
    func fullCommits(_ size: Int) async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane()
        var configuration = DriveConfiguration()
        configuration.tidyDelay = nil
        configuration.committingSizeMax = 100
        let drive = try await LocalDrive.open(
            DriveFolder(files: files, endpoint: "full"),
            id: TestDrive.driveID,
            lane: lane,
            committer: SimulatedCommitter(files),
            time: SimulatedTime(),
            randomness: SystemRandomness(),
            configuration: configuration
        )
        try await drive.makeVolume("bucket")
        func put(_ number: UInt64, _ size: Int) async throws {
            let path = ObjectPath(volume: "bucket", name: "key-\(number)")
            let object = Sample.object(data: Sample.id(number), seconds: 1)
            try await drive.put(Sample.id(number), path, object, inline: [UInt8](repeating: 1, count: size))
        }
        lane.hang()
        let first = Task.immediate { try await put(1, 60) }
        let second = Task.immediate { try await put(2, size) }
        if size > 40 {
            await #expect(throws: DriveError.busy) { try await second.value }
            try await drive.revert(Sample.id(2))
        }
        lane.release()
        try await first.value
        if size == 40 { try await second.value }
        try await put(3, 200)
    }

    @Test func aFullLaneIsBusy() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane(waitingMax: 1)
        let drive = try await TestDrive.opened(files, lane: lane)
        lane.hang()
        let stuck = Task { try await drive.volumes() }
        while !lane.isWaitedFor { await Task.yield() }
        await #expect(throws: DriveError.busy) { _ = try await drive.volumes() }
        lane.release()
        #expect(try await stuck.value == [])
    }

    @Test("a drive whose own folders are gone does not take that for an object's absence")
    func lostTemporaryFolder() async throws {
        let (drive, files) = try await make()
        try await put(drive, 1)
        try await drive.finish(Sample.id(1))
        for name in files.contents().keys where name.hasPrefix(".minio.sys/tmp/") {
            try files.removeFile(name)
        }
        try files.removeDirectory(".minio.sys/tmp/.trash")
        try files.removeDirectory(".minio.sys/tmp")
        let removal = Transaction(id: Sample.id(2), path: path, change: .remove(versionID: .zero))
        await #expect {
            try await drive.commit(removal)
        } throws: { error in
            guard case .failed(_, ENOENT)? = error as? DriveError else { return false }
            return true
        }
        #expect(try await drive.readXLMeta(path).isEmpty == false)
    }

    @Test func rottenStagedShardsAreTorn() async throws {
        let (drive, files) = try await make()
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(9), seconds: 1), shard: 1)
        try files.flipBit(8 * 700, of: "bucket/key/\(Sample.id(9))/part.1")
        let again = try await TestDrive.opened(files)
        #expect(try await again.openTransactions().map(\.state) == [.torn])
        await #expect(throws: DriveError.self) { try await again.resume(Sample.id(1)) }
        try await again.revert(Sample.id(1))
        await #expect(throws: DriveError.notFound) { _ = try await again.readXLMeta(path) }
    }

    @Test(
        "metadata that rots while its transaction is open is not taken for a later one's, whatever the key ends in",
        arguments: ["key", "key\u{600}"]
    )
    func rottenMetadataIsTorn(name: String) async throws {
        let (drive, files) = try await make()
        let path = ObjectPath(volume: "bucket", name: name)
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(8), seconds: 1), shard: 1)
        try await drive.finish(Sample.id(1))
        let before = try await drive.readXLMeta(path)
        try await drive.put(Sample.id(2), path, Sample.object(data: Sample.id(9), seconds: 2), shard: 2)
        try files.flipBit(0, of: "bucket/\(name)/xl.meta")
        let again = try await TestDrive.opened(files)
        #expect(try await again.openTransactions().map(\.state) == [.torn])
        try await again.revert(Sample.id(2))
        #expect(try await again.readXLMeta(path) == before)
    }

    @Test func aStaleIntentBelowALaterCommitIsLetGo() async throws {
        let (drive, files) = try await make()
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(8), seconds: 1), shard: 1)
        try await drive.finish(Sample.id(1))
        try await drive.put(Sample.id(2), path, Sample.object(data: Sample.id(9), seconds: 2), shard: 2)
        // A reader keeps the second from being finished until the third is committed.
        try await put(drive, 3)
        let again = try await TestDrive.opened(files)
        #expect(try await again.openTransactions().map(\.id) == [Sample.id(3)])
        try await again.finish(Sample.id(3))
        await again.close()
        #expect(Set(visible(files.contents()).keys) == [".minio.sys/format.json", "bucket/key/xl.meta"])
        #expect(leftovers(files.contents()) == [])
    }

    @Test func whatOtherServersLeftInTmpGoes() async throws {
        let (drive, files) = try await make()
        await drive.close()
        try files.makeDirectory(".minio.sys/tmp/\(Sample.id(5))")
        files.close(try files.create(".minio.sys/tmp/\(Sample.id(5))/xl.meta"))
        files.close(try files.create(".minio.sys/tmp/.trash/x"))
        files.close(try files.create(".minio.sys/tmp/\(Sample.id(6)).intent"))
        let again = try await TestDrive.opened(files)
        #expect(try await again.openTransactions() == [])
        await again.close()
        #expect(leftovers(files.contents()) == [])
    }
}

@Suite struct DriveFolderTests {
    @Test func aMissingFolderIsNotAFreshOne() throws {
        #expect(throws: DriveFolderError.missing(path: "/nonexistent/drive")) {
            _ = try DriveFolder<PosixFiles>.open("/nonexistent/drive")
        }
        let cleaner = try FolderCleaner()
        #expect(try DriveFolder<PosixFiles>.open(cleaner.path).content == .unformatted(hasFiles: false))
        #expect(try cleaner.contents().isEmpty)
    }

    @Test func aFolderWithOtherThingsSaysSo() throws {
        let cleaner = try FolderCleaner()
        let files = try PosixFiles(root: cleaner.path)
        try files.makeDirectory("lost+found")
        #expect(try DriveFolder<PosixFiles>.open(cleaner.path).content == .unformatted(hasFiles: false))
        try files.makeDirectory("photos")
        #expect(try DriveFolder<PosixFiles>.open(cleaner.path).content == .unformatted(hasFiles: true))
    }

    @Test("a second opener is told who has the drive", arguments: [false, true])
    func locks(_ isFormatted: Bool) throws {
        let cleaner = try FolderCleaner()
        if isFormatted {
            let files = try PosixFiles(root: cleaner.path)
            try files.makeDirectory(".minio.sys")
            let handle = try files.create(".minio.sys/format.json")
            files.close(handle)
        }
        let first = try DriveFolder<PosixFiles>.open(cleaner.path)
        #expect(throws: DriveFolderError.locked(path: cleaner.path, pid: getpid())) {
            _ = try DriveFolder<PosixFiles>.open(cleaner.path)
        }
        withExtendedLifetime(first) {}
    }

    @Test func theLockGoesWithTheDrive() async throws {
        let cleaner = try FolderCleaner()
        func start(_ folder: DriveFolder<PosixFiles>) async throws {
            let drive = try await LocalDrive.format(
                folder,
                TestDrive.format,
                id: TestDrive.driveID,
                lane: ThreadLane(name: "lock", threadCount: 1, waitingMax: 4),
                committer: CommitterRegistry().committer(root: cleaner.path),
                time: SystemTime(),
                randomness: SystemRandomness()
            )
            #expect(throws: DriveFolderError.locked(path: cleaner.path, pid: getpid())) {
                _ = try DriveFolder<PosixFiles>.open(cleaner.path)
            }
            await drive.close()
        }
        try await start(DriveFolder<PosixFiles>.open(cleaner.path))
        #expect(try DriveFolder<PosixFiles>.open(cleaner.path).content == .formatted(TestDrive.format))
    }
}

@Suite struct SimulationTests {
    @Test("a seed gives the same run again", arguments: [1, 2, 3] as [UInt64])
    func replay(_ seed: UInt64) async throws {
        func run() throws -> ([String], Int) {
            let time = SimulatedTime()
            let executor = SimulationExecutor(seed: seed, time: time)
            let order = Locked<[String]>([])
            try executor.run {
                let files = SimulatedFiles(time: time)
                let drive = try await TestDrive.formatted(files)
                try await drive.makeVolume("bucket")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...6 as ClosedRange<UInt64> {
                        group.addTask {
                            await time.sleep(for: .seconds(Int64(number % 3)))
                            let path = ObjectPath(volume: "bucket", name: "key-\(number % 2)")
                            let object = Sample.object(data: Sample.id(number), seconds: Int64(number))
                            try await drive.put(Sample.id(number), path, object, inline: [1])
                            order.withLock { $0.append("\(number) at \(files.callCount)") }
                            try await drive.finish(Sample.id(number))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            return (order.withLock { $0 }, executor.jobCount)
        }
        let (first, firstCount) = try run()
        let (second, secondCount) = try run()
        #expect(first.count == 6)
        #expect(first == second)
        #expect(firstCount == secondCount)
    }
}

/// A committer that a test holds up.
private final class HeldCommitter: Committer {
    private let committer: SimulatedCommitter<SimulatedFiles>
    private let lane = SimulatedLane()

    init(_ files: SimulatedFiles) { committer = SimulatedCommitter(files) }

    func hold() { lane.hang() }
    func release() { lane.release() }
    var isWaitedFor: Bool { lane.isWaitedFor }

    func sync(_ point: SyncPoint) async throws(FileError) {
        _ = await lane.run {}
        try await committer.sync(point)
    }
}
