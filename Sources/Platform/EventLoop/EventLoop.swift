import Base
package import Posix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One thread that waits for descriptors and timers and runs the tasks that prefer it.
///
///     ┌▶ take jobs from other threads ─▶ run jobs ─▶ epoll_wait ─▶ mark ready, fire timers ─┐
///     └──────────────────────────────────────────────────────────────────────────────────────┘
///
/// A `Task(executorPreference: loop)` starts here and comes back here after every suspension, whichever
/// thread resumes it. Nothing on this thread may block. Jobs of this thread are a local append; others
/// go through a queue and, when the loop sleeps, one eventfd write.
///
/// The loop runs until ``stop()``. It retains itself while its thread runs.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        /// The thread is in `epoll_wait`, or about to be, and needs a wake-up.
        var isAsleep = false
        var isStopping = false
    }

    private let inbox = Locked(Inbox())
    private let wakeUp: WakeUp
    private let threadNumber = Atomic<UInt>(0)
    private var thread = pthread_t()

    // What follows belongs to the loop's thread alone.
    private var epoll: Epoll
    private var ready: [UnownedJob] = []
    private var timers = TimerHeap()

    /// The token of the wake-up; every other token is a ``Readiness`` pointer.
    private static let wakeUpToken: UInt64 = 0

    /// Starts the thread.
    package init() throws(Errno) {
        epoll = try Epoll()
        wakeUp = try WakeUp()
        try epoll.add(wakeUp.number, [.readable, .edges], token: Self.wakeUpToken)
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw Errno(code: result, call: "pthread_create")
        }
    }

    /// Whether the caller runs on this loop's thread.
    package var isCurrent: Bool { threadNumber.load(ordering: .relaxed) == UInt(pthread_self()) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            ready.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { wakeUp.signal() }
    }

    /// Suspends for `duration`; returns early when the task is cancelled. Only for tasks of this loop.
    package func sleep(for duration: Duration) async {
        let alarm = LoopSignal(on: self)
        await withTaskCancellationHandler {
            _ = await alarm.wait(until: MonotonicTime.now + duration)
        } onCancel: {
            Task(executorPreference: self) { alarm.raise() }
        }
    }

    /// Ends the thread once its queue is empty, and waits for that. Call it from another thread, after
    /// every task that prefers this loop has finished: a task that comes later never runs.
    package func stop() {
        precondition(!isCurrent, "a loop cannot wait for its own end")
        let wasStopping = inbox.withLock { inbox in
            defer { inbox.isStopping = true }
            return inbox.isStopping
        }
        guard !wasStopping else { return }
        wakeUp.signal()
        pthread_join(thread, nil)
    }

    // MARK: on the loop's thread

    func watch(_ readiness: Readiness, descriptor: CInt, for interest: Epoll.Interest) throws(Errno) {
        assert(isCurrent)
        let token = UInt64(UInt(bitPattern: Unmanaged.passUnretained(readiness).toOpaque()))
        try epoll.add(descriptor, interest.union([.peerClosed, .edges]), token: token)
    }

    func unwatch(descriptor: CInt) {
        assert(isCurrent)
        do {
            try epoll.remove(descriptor)
        } catch {
            preconditionFailure("an open, watched descriptor can be removed: \(error)")
        }
    }

    func set(_ timer: LoopTimer, to deadline: MonotonicTime) {
        assert(isCurrent)
        timers.set(timer, to: deadline)
    }

    func remove(_ timer: LoopTimer) {
        assert(isCurrent)
        timers.remove(timer)
    }

    private func run() {
        threadNumber.store(UInt(pthread_self()), ordering: .relaxed)
        var batch: [UnownedJob] = []
        while true {
            if collect() { return }
            swap(&batch, &ready)
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            batch.removeAll(keepingCapacity: true)
            poll()
            fireTimers()
        }
    }

    /// Moves the inbox to `ready`. Returns whether the loop has been told to stop and has no job left.
    private func collect() -> Bool {
        inbox.withLock { inbox in
            inbox.isAsleep = false
            if !inbox.jobs.isEmpty {
                ready.append(contentsOf: inbox.jobs)
                inbox.jobs.removeAll(keepingCapacity: true)
            }
            return inbox.isStopping && ready.isEmpty
        }
    }

    private func poll() {
        var timeout = timers.next.map { max($0 - .now, .zero) }
        let mayStay =
            ready.isEmpty
            && inbox.withLock { inbox in
                inbox.isAsleep = inbox.jobs.isEmpty && !inbox.isStopping
                return inbox.isAsleep
            }
        if !mayStay { timeout = .zero }
        do {
            // No task runs between the kernel's answer and the last event, so every token's object is
            // alive: it leaves the queue before it goes.
            try epoll.wait(timeout: timeout) { event in
                guard let pointer = UnsafeRawPointer(bitPattern: UInt(event.token)) else {
                    wakeUp.reset()
                    return
                }
                Unmanaged<Readiness>.fromOpaque(pointer).takeUnretainedValue().changed(event.ready)
            }
        } catch {
            preconditionFailure("waiting on an epoll descriptor of our own cannot fail: \(error)")
        }
    }

    private func fireTimers() {
        guard let next = timers.next else { return }
        let now = MonotonicTime.now
        guard next <= now else { return }
        while let timer = timers.popExpired(at: now) { timer.fire() }
    }
}
