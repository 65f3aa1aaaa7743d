import Base
import Bytes
import Drives
import ErasureCode
import Foundation
import Testing
import XLMeta

@testable import Engine

/// When a question to several drives ends.
@Suite struct GatheringTests {
    @Test("Nobody asked is nobody waited for", .timeLimit(.minutes(1)))
    func nobody() async {
        let results: [DriveResult<Void>?] = await ask(
            [],
            within: Patience(grace: .seconds(3600), limit: .seconds(3600)),
            deadlines: Deadlines(time: SystemTime())
        ) { _ in
            .askOn
        } _: { _, _ in
        }
        #expect(results.isEmpty)
    }

    @Test("A drive that lets one question wait in vain lets no other wait", .timeLimit(.minutes(1)))
    func silentDrive() async throws {
        let store = TemporaryStore(driveCount: 4)
        let slots = try await store.open().engine.pools[0].sets[0].slots
        let deadlines = Deadlines(time: SystemTime())
        let gate = Gate()
        let late = Locked(0)
        @Sendable func answerCount(grace: Duration, hangs: Bool) async -> Int {
            let patience = Patience(grace: grace, limit: .seconds(3600))
            return await ask(slots, within: patience, deadlines: deadlines) { results in
                results.successCount() >= 3 ? .enough : .askOn
            } late: { _, _ in
                late.withLock { $0 += 1 }
            } _: { slot, _ in
                if hangs, slot.position == 2 { await gate.pass() }
            }.successCount()
        }
        #expect(await answerCount(grace: .milliseconds(1), hangs: true) == 3)
        #expect(slots.map(\.isSilent) == [false, false, true, false])
        #expect(await answerCount(grace: .seconds(3600), hangs: true) == 3)
        gate.open()
        while late.withLock({ $0 }) < 2 { await Task.yield() }
        #expect(slots.allSatisfy { !$0.isSilent })
        #expect(await answerCount(grace: .seconds(3600), hangs: false) == 4)
    }

    @Test(
        "A rotten shard that comes first does not end the wait for a sound one",
        .timeLimit(.minutes(1)),
        arguments: [(300_000, 1), (300_000, 0), (2_500_000, 1)]
    )
    func rottenShardFirst(size: Int, rottenIndex: Int) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let bytes = sample(size)
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        let slots = engine.pools[0].sets[0].slots
        // One data shard and the first parity shard rot; the last shard's drive waits for the rotten parity.
        let rotten = [rottenIndex, 2]
        let parityRead = Gate()
        for slot in slots {
            let drive = try #require(slot.online)
            let file = try XLMetaFile(parsing: await drive.readXLMeta(.init(volume: "bucket", name: "key")))
            guard case .object(let object)? = try file.entry(.zero)?.version() else {
                Issue.record("no version on \(slot.endpoint)")
                return
            }
            let index = object.erasure.shardNumber - 1
            if rotten.contains(index) {
                try flipLastByte("\(slot.endpoint)/bucket/key/\(object.dataDirectory)/part.1")
            }
            if index == 2 { slot.attach(HookedDrive(drive, afterRead: { parityRead.open() })) }
            if index == 3 {
                slot.attach(HookedDrive(drive, beforeRead: { await parityRead.pass() }))
            }
        }
        #expect(try await engine.get("bucket", "key") == bytes)
    }

    private func flipLastByte(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: path))
    }
}
