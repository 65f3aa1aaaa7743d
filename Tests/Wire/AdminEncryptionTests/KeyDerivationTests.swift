import AdminEncryption
import Base
import Foundation
import Testing

/// Lets threads wait for a test, and a test for threads.
private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open(_ count: Int = 1) { for _ in 0..<count { semaphore.signal() } }
    func pass() { semaphore.wait() }
}

@Suite(.timeLimit(.minutes(10))) struct KeyDerivationTests {
    @Test("no more than allowed run at once, and all run", arguments: [1, 2, 3])
    func concurrency(concurrentMax: Int) async throws {
        let derivation = KeyDerivation(concurrentMax: concurrentMax, waitingMax: 100)
        let running = Locked((arrived: 0, now: 0, max: 0))
        let allInside = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await derivation.run {
                        let arrived = running.withLock {
                            $0 = ($0.arrived + 1, $0.now + 1, max($0.max, $0.now + 1))
                            return $0.arrived
                        }
                        // As many as allowed have to be inside before the first may leave.
                        if arrived == concurrentMax { allInside.open(concurrentMax) }
                        if arrived <= concurrentMax { allInside.pass() }
                        running.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.withLock { $0.max } == concurrentMax)
        #expect(running.withLock { $0.now } == 0)
        #expect(running.withLock { $0.arrived } == 20)
    }

    @Test func theOneTooManyIsRefusedAtOnce() async throws {
        let derivation = KeyDerivation(concurrentMax: 1, waitingMax: 1)
        let (inside, leave) = (Gate(), Gate())
        let running = Task.immediate {
            try await derivation.run {
                inside.open()
                leave.pass()
            }
        }
        inside.pass()
        let waiting = Task.immediate { try await derivation.run {} }
        await #expect(throws: AdminEncryptionError.tooManyDerivations) { try await derivation.run {} }
        leave.open()
        try await running.value
        try await waiting.value
    }

    @Test func whoIsCancelledWhileWaitingDoesNotRun() async throws {
        let derivation = KeyDerivation(concurrentMax: 1, waitingMax: 8)
        let (inside, leave) = (Gate(), Gate())
        let hasRun = Locked(false)
        let running = Task.immediate {
            try await derivation.run {
                inside.open()
                leave.pass()
                return 7
            }
        }
        inside.pass()
        let waiting = Task.immediate { try await derivation.run { hasRun.withLock { $0 = true } } }
        waiting.cancel()
        await #expect(throws: AdminEncryptionError.cancelled) { try await waiting.value }
        // What has begun is waited for.
        running.cancel()
        leave.open()
        #expect(try await running.value == 7)
        #expect(try await derivation.run { 8 } == 8)
        #expect(!hasRun.withLock { $0 })
    }

    @Test func whoWaitsIsServedInOrder() async throws {
        let derivation = KeyDerivation(concurrentMax: 1, waitingMax: 8)
        let (inside, leave) = (Gate(), Gate())
        let order = Locked<[Int]>([])
        let running = Task.immediate {
            try await derivation.run {
                inside.open()
                leave.pass()
            }
        }
        inside.pass()
        let waiting = (0..<8).map { number in
            Task.immediate { try await derivation.run { order.withLock { $0.append(number) } } }
        }
        leave.open()
        try await running.value
        for task in waiting { try await task.value }
        #expect(order.withLock { $0 } == Array(0..<8))
    }
}
