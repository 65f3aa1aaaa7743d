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

    @Test("A completion sees the parts whose commits came late", arguments: [1, 2] as [UInt8])
    func latePart(agreed: UInt8) async throws {
        let files = SimulatedFiles(time: SimulatedTime())
        _ = try await TestDrive.formatted(files)
        let lane = SimulatedLane()
        let drive = try await TestDrive.opened(files, lane: lane)
        try await drive.makeVolume("bucket")
        let upload = ObjectPath(volume: ".minio.sys", name: "multipart/0123/0001x5")
        let data = Sample.id(90)
        try await drive.put(
            Sample.id(1),
            upload,
            Sample.object(data: data, seconds: 1, partNumbers: []),
            inline: []
        )
        try await drive.putPart(Sample.id(2), upload, 2, data: data, shard: 5)
        for shard in [1, 2] as [UInt8] {
            let file = StagedFile(transaction: Sample.id(10 + UInt64(shard)), partNumber: 1)
            try await drive.stage(Sample.frames(shard), to: file, at: 0)
        }
        lane.hang()
        let parts = ([1, 2] as [UInt8]).map { shard in
            Task.immediate {
                try await drive.commit(
                    Transaction(
                        id: Sample.id(10 + UInt64(shard)),
                        path: upload,
                        change: .putPart(number: 1, dataDirectory: data, metadata: [shard, 1, 2, 3])
                    )
                )
            }
        }
        let completion = Task.immediate {
            let object = Sample.object(data: data, seconds: 5, partNumbers: [1, 2])
            let records = Sample.records([1: agreed, 2: 5])
            let change = Transaction.Change.complete(object, upload: upload, records: records)
            try await drive.commit(Transaction(id: Sample.id(30), path: self.path, change: change))
        }
        lane.release()
        for part in parts { try await part.value }
        try await completion.value
        let place = "bucket/key/\(data)/part.1"
        #expect(files.contents()[place] == (agreed == 2 ? Sample.bytes(2) : nil))
        #expect(files.contents()["bucket/key/\(data)/part.2"] == Sample.bytes(5))
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
