import Base
import CFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A bounded queue and a few threads that serve it in order of arrival, as few of them as keep up with it: see
/// ``WorkQueue``.
package final class ThreadLane: Lane {
    private let queue: WorkQueue

    /// - Parameter name: of the threads, at most 15 bytes are kept.
    /// - Parameter waitingMax: calls that may wait while every thread is busy.
    package init(name: String, threadCount: Int, waitingMax: Int) {
        precondition(threadCount > 0 && waitingMax > 0)
        queue = WorkQueue(waitingMax: waitingMax, threadCount: threadCount)
        for _ in 0..<threadCount {
            startThread(name: name) { [queue] in
                while let work = queue.next() { work() }
            }
        }
        if threadCount > 1 { startThread(name: name) { [queue] in queue.watch() } }
    }

    /// Calls that wait are still served; then the threads end.
    deinit { queue.close() }

    package func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        let call = LaneCall<Answer>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard call.wait(body, continuation) else { return continuation.resume(returning: nil) }
                let isAccepted = queue.add { call.serve() }
                if !isAccepted { call.giveUp() }
            }
        } onCancel: {
            call.giveUp()
        }
    }
}

/// One call on its way to a thread. Given up it stays in the queue as an empty shell.
private final class LaneCall<Answer: Sendable>: Sendable {
    private struct Waiting {
        let body: @Sendable () -> Answer
        let continuation: CheckedContinuation<Answer?, Never>
    }

    private enum State {
        case new
        case waiting(Waiting)
        case over
    }

    private let state = Locked(State.new)

    /// - Returns: false when the call was given up before.
    func wait(
        _ body: @escaping @Sendable () -> Answer,
        _ continuation: CheckedContinuation<Answer?, Never>
    ) -> Bool {
        state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(Waiting(body: body, continuation: continuation))
            return true
        }
    }

    func serve() {
        guard let waiting = take() else { return }
        waiting.continuation.resume(returning: waiting.body())
    }

    func giveUp() { take()?.continuation.resume(returning: nil) }

    private func take() -> Waiting? {
        state.withLock { state in
            defer { state = .over }
            guard case .waiting(let waiting) = state else { return nil }
            return waiting
        }
    }
}

/// Starts a detached thread of that name.
func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    let result = pthread_create(&thread, nil, runThread, start.toOpaque())
    precondition(result == 0, "pthread_create: \(result)")
    pthread_detach(thread)
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let pointer else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(pointer).takeRetainedValue()
    cfiles_name_thread(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
    start.body()
    return nil
}
