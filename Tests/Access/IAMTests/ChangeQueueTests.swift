import Base
import Telemetry
import Testing

@testable import IAM

@Suite struct ChangeQueueTests {
    /// A gate that one task waits at.
    private final class Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation
        init() { (stream, continuation) = AsyncStream.makeStream() }
        func open() { continuation.finish() }
        func wait() async { for await _ in stream {} }
    }

    private func waiting(_ count: Int, in queue: ChangeQueue) async {
        while queue.waitingCount < count { await Task.yield() }
    }

    @Test func changesAreMadeInTheOrderTheyWereAskedFor() async {
        let (queue, gate, order) = (ChangeQueue(), Gate(), Locked<[Int]>([]))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.run { await gate.wait() } }
            while !queue.isHeld { await Task.yield() }
            for number in 0..<20 {
                group.addTask { await queue.run { order.withLock { $0.append(number) } } }
                await waiting(number + 1, in: queue)
            }
            gate.open()
        }
        #expect(order.withLock { $0 } == Array(0..<20))
    }

    @Test func whoeverIsCancelledLeavesTheQueueAndNobodyElse() async {
        let (queue, gate) = (ChangeQueue(), Gate())
        let holder = Task { await queue.run { await gate.wait() } }
        while !queue.isHeld { await Task.yield() }
        let cancelled = Task { await queue.run { 1 } }
        await waiting(1, in: queue)
        let patient = Task { await queue.run { 2 } }
        await waiting(2, in: queue)
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        gate.open()
        #expect(await patient.value == 2)
        #expect(await holder.value != nil)
        #expect(await queue.run { 3 } == 3)
    }

    @Test func whoeverComesCancelledDoesNotEnter() async {
        let queue = ChangeQueue()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await queue.run { 1 }
        }
        #expect(await task.value == nil)
        #expect(await queue.run { 2 } == 2)
    }

    @Test func aChangeOfACancelledTaskIsNotMade() async throws {
        let storage = MemoryStorage(MinIOFiles.all)
        let iam = try await makeIAM(storage)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await iam.removeUser("fxuser")
        }
        await #expect(throws: IAMError.cancelled) { try await task.value }
        #expect(storage.files == MinIOFiles.all)
    }

    @Test func concurrentChangesAllTakePlace() async throws {
        let storage = MemoryStorage(MinIOFiles.all)
        let iam = try await makeIAM(storage)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await iam.addUser("user\(number)", secret: Secret("12345678"))
                    try await iam.addMembers(["user\(number)"], toGroup: "all")
                }
            }
            try await group.waitForAll()
        }
        #expect(try iam.group("all").members.count == 50)
        #expect(try await makeIAM(storage).group("all").members.count == 50)
    }
}
