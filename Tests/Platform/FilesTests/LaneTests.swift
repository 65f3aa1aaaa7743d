import Base
import Files
import Foundation
import Glibc
import Testing

/// Lets threads wait for a test.
final class Gate: Sendable {
    private let semaphore: DispatchSemaphore = .init(value: 0)

    func open(_ count: Int = 1) { for _ in 0..<count { semaphore.signal() } }
    func pass() { semaphore.wait() }
}

@Suite struct LaneTests {
    @Test func aHungLaneHoldsNobodyElse() async throws {
        let hung = ThreadLane(name: "hung", threadCount: 1, waitingMax: 1)
        let other = ThreadLane(name: "other", threadCount: 1, waitingMax: 1)
        let gate = Gate()
        async let stuck: Void? = hung.run { gate.pass() }
        #expect(await other.run { 42 } == 42)
        gate.open()
        #expect(await stuck != nil)
    }

    @Test func aFullLaneAnswersAtOnce() async throws {
        let lane = ThreadLane(name: "full", threadCount: 1, waitingMax: 2)
        let gate = Gate()
        let started = Gate()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await lane.run {
                    started.open()
                    gate.pass()
                } != nil
            }
            started.pass()
            // The thread is taken and two may wait: of three more, one is refused.
            for _ in 0..<3 { group.addTask { await lane.run {} != nil } }
            let refused = await group.next()
            #expect(refused == false)
            gate.open()
            for await isServed in group { #expect(isServed) }
        }
    }

    @Test("A cancelled call that no thread has taken lets go of what it holds", .timeLimit(.minutes(10)))
    func cancelledWhileWaiting() async throws {
        final class Held: Sendable {}
        let lane = ThreadLane(name: "hung", threadCount: 1, waitingMax: 8)
        let (gate, started) = (Gate(), Gate())
        let running = Task.immediate {
            await lane.run {
                started.open()
                gate.pass()
                return 1
            }
        }
        started.pass()
        var held: Held? = Held()
        weak let memory = held
        let waiting = Task.immediate { [held] in await lane.run { _ = held } }
        held = nil
        waiting.cancel()
        #expect(await waiting.value == nil)
        while memory != nil { await Task.yield() }
        // Whom a thread has taken is waited for.
        running.cancel()
        gate.open()
        #expect(await running.value == 1)
        #expect(await lane.run { 2 } == 2)
    }

    @Test func everythingThatWaitedIsServedInOrder() async throws {
        let lane = ThreadLane(name: "order", threadCount: 1, waitingMax: 2000)
        let order = Locked<[Int]>([])
        for number in 0..<1000 { _ = await lane.run { order.withLock { $0.append(number) } } }
        #expect(order.withLock { $0 } == Array(0..<1000))
    }
}

@Suite struct GroupCommitterTests {
    @Test func manyWaitersShareFewSyncs() async throws {
        let count = Locked(0)
        let gate = Gate()
        let committer = GroupCommitter(name: "group") { _ throws(FileError) in
            count.withLock { $0 += 1 }
            gate.pass()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<32 { group.addTask { try await committer.sync(.applied) } }
            gate.open(64)
            try await group.waitForAll()
        }
        let syncs = count.withLock { $0 }
        #expect((1...32).contains(syncs))
        // Those who came during the first sync shared the second: on a machine that starts no task late,
        // there are two or three.
        #expect(syncs <= 16)
    }

    @Test func aFailureIsEverybodysAndForEver() async throws {
        let calls = Locked(0)
        let committer = GroupCommitter(name: "failing") { _ throws(FileError) in
            if calls.withLock({
                $0 += 1
                return $0
            }) == 2 {
                throw FileError(EIO, in: "syncfs")
            }
        }
        try await committer.sync(.applied)
        for _ in 0..<3 {
            await #expect(throws: FileError(EIO, in: "")) { try await committer.sync(.applied) }
        }
        #expect(committer.hasFailed)
        #expect(calls.withLock { $0 } == 2)
    }

    @Test func drivesOfOneFileSystemShareACommitter() throws {
        let registry = CommitterRegistry()
        let first = try registry.committer(root: "/tmp")
        #expect(try registry.committer(root: "/tmp") === first)
        #expect(try registry.committer(root: "/proc") !== first)
    }
}
