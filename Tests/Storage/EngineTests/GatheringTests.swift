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
    @Test("Nobody asked is nobody waited for", .timeLimit(.minutes(10)))
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

    @Test("A drive that lets one question wait in vain lets no other wait", .timeLimit(.minutes(10)))
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

    @Test("Where no answer is needed, one that is slow gets the grace period", .timeLimit(.minutes(10)))
    func enoughFromTheStart() async throws {
        let store = TemporaryStore(driveCount: 4)
        let slots = Array(try await store.open().engine.pools[0].sets[0].slots.prefix(1))
        let gate = Gate()
        let results = await ask(
            slots,
            within: Patience(grace: .milliseconds(1), limit: .seconds(3600)),
            deadlines: Deadlines(time: SystemTime())
        ) { (_: [DriveResult<Void>?]) in
            .enough
        } _: { _, _ in
            await gate.pass()
        }
        #expect(results.successCount() == 0)
        #expect(slots[0].isSilent)
        gate.open()
    }

    @Test(
        "A drive that alone runs out of entries holds a listing up no longer than that",
        .timeLimit(.minutes(10))
    )
    func slowPage() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .milliseconds(20), limit: .seconds(3600))
        }.engine
        try await engine.makeBucket("bucket")
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try #require(slot.online)
        for key in ["a", "c", "e"] { try await engine.put("bucket", key, [1]) }
        slot.detach()
        for key in ["b", "d"] { try await engine.put("bucket", key, [1]) }
        await engine.settle()
        let (gate, calls) = (Gate(), Locked(0))
        // Its first page ends at "c", the others' at "b" and "d": at "d" it is the only one without entries.
        slot.attach(
            HookedDrive(
                drive,
                beforeList: {
                    let count = calls.withLock { calls in
                        calls += 1
                        return calls
                    }
                    if count > 1 { await gate.pass() }
                }
            )
        )
        var folder = MergedFolder(sets: engine.allSets, volume: "bucket", directory: "", limit: 2)
        var keys: [String] = []
        while let entry = try await folder.next() { keys.append(entry.key) }
        #expect(keys == ["a", "b", "c", "d", "e"])
        #expect(calls.withLock { $0 } == 2)
        gate.open()
    }

    @Test(
        "A rotten shard that comes first does not end the wait for a sound one",
        .timeLimit(.minutes(10)),
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
