import Base
import Bytes
import Drives
import Files
import Foundation
import Testing

@testable import Engine

/// Lets threads wait for a test.
private final class HungGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }
    func pass() { semaphore.wait() }
}

/// What a drive that hangs must not keep from the others.
@Suite struct HungDriveTests {
    @Test("Shards that wait for a drive that hangs give their memory back", .timeLimit(.minutes(10)))
    func memoryOfWaitingShards() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .milliseconds(20), limit: .seconds(60))
        }.engine
        try await engine.makeBucket("bucket")
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try #require(slot.online)
        let lane = ThreadLane(name: "hung", threadCount: 1, waitingMax: 64)
        let (started, end) = (HungGate(), HungGate())
        let hung = Task.immediate {
            await lane.run {
                started.open()
                end.pass()
            }
        }
        defer { end.open() }
        started.pass()
        slot.attach(HookedDrive(drive, stagingLane: lane))
        let bytes = sample(3 << 20)
        try await engine.put("bucket", "key", bytes)
        while engine.memory.usage.used > 0 { await Task.yield() }
        #expect(try await engine.get("bucket", "key") == bytes)
        end.open()
        #expect(await hung.value != nil)
    }
}
