import Base
import Drives
import TestSupport
import Testing

/// In which order a drive that wakes does what it was told while it hung.
@Suite struct TurnTests {
    private let path = ObjectPath(volume: "bucket", name: "key")

    private func removal(_ id: Base.UUID) -> Transaction {
        Transaction(id: id, path: path, change: .remove(versionID: .zero))
    }

    private func put(_ id: Base.UUID) -> Transaction {
        let object = Sample.object(data: Sample.id(9), seconds: 9)
        return Transaction(
            id: id,
            path: path,
            change: .put(object, inlineData: [9], stagedParts: false)
        )
    }

    @Test("Two changes that were taken back while the drive hung leave what was there before both")
    func takenBackInTurn() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane()
        let drive = try await TestDrive.opened(files, lane: lane)
        try await drive.makeVolume("bucket")
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(8), seconds: 1), inline: [1])
        try await drive.finish(Sample.id(1))
        let before = visible(files.contents())

        let (first, second) = (removal(Sample.id(2)), put(Sample.id(3)))
        lane.hang()
        // Each runs until it has to wait, so they stand in line in this order.
        let firstCommit = Task.immediate { try await drive.commit(first) }
        let firstRevert = Task.immediate { try await drive.revert(first.id) }
        let secondCommit = Task.immediate { try await drive.commit(second) }
        let secondRevert = Task.immediate { try await drive.revert(second.id) }
        #expect(lane.isWaitedFor)
        lane.release()
        _ = await (firstCommit.result, secondCommit.result)
        try await firstRevert.value
        try await secondRevert.value
        #expect(visible(files.contents()) == before)
        #expect(leftovers(files.contents()).filter { !$0.contains(Sample.id(1).description) } == [])
    }

    @Test("A change that is taken back before its turn is not made at all")
    func doomedInLine() async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane()
        let drive = try await TestDrive.opened(files, lane: lane)
        try await drive.makeVolume("bucket")
        lane.hang()
        let held = Task.immediate { try await drive.commit(self.put(Sample.id(1))) }
        let waiting = Task.immediate { try await drive.commit(self.put(Sample.id(2))) }
        let revert = Task.immediate { try await drive.revert(Sample.id(2)) }
        lane.release()
        try await held.value
        await #expect(throws: DriveError.reverted) { try await waiting.value }
        try await revert.value
        #expect(leftovers(files.contents()).filter { $0.contains(Sample.id(2).description) } == [])
        try await drive.finish(Sample.id(1))
        #expect(try await drive.readXLMeta(path).isEmpty == false)
    }
}
