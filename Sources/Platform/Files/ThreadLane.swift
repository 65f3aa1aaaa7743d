import Base
import CFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A bounded queue and a few threads that serve it in order of arrival.
package final class ThreadLane: Lane {
    private let queue: WorkQueue

    /// - Parameter name: of the threads, at most 15 bytes are kept.
    /// - Parameter waitingMax: calls that may wait while every thread is busy.
    package init(name: String, threadCount: Int, waitingMax: Int) {
        precondition(threadCount > 0 && waitingMax > 0)
        queue = WorkQueue(waitingMax: waitingMax)
        for _ in 0..<threadCount {
            startThread(name: name) { [queue] in
                while let work = queue.next() { work() }
            }
        }
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

/// What the threads of a lane take from. Waiting threads sleep on a condition.
private final class WorkQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let waitingMax: Int
    private var works: [@Sendable () -> Void] = []
    private var head = 0
    private var isClosed = false

    init(waitingMax: Int) {
        self.waitingMax = waitingMax
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    func add(_ work: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard works.count - head < waitingMax, !isClosed else { return false }
        works.append(work)
        pthread_cond_signal(condition)
        return true
    }

    /// Waits for work; `nil` when there will never be any.
    func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == works.count {
            if isClosed { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let work = works[head]
        head += 1
        if head == works.count {
            works.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 256 {
            works.removeFirst(head)
            head = 0
        }
        return work
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
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
