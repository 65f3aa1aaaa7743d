package import Posix

/// Why a wait for a descriptor ended.
package enum Wakeup: Equatable, Sendable {
    /// Something changed: try the call again.
    case ready
    case timedOut
    /// ``Readiness/interrupt()`` was called, now or earlier.
    case interrupted
}

/// What a loop knows about one non-blocking descriptor, and who waits for it.
///
/// The kernel tells each change once. So the flags mean "worth trying": the owner tries its call, clears
/// the flag when the call would block, and waits only then. One task may wait for each direction.
///
/// Confined to its loop's thread; `@unchecked Sendable` so that a task of that loop may capture it.
/// Call ``close()`` before the descriptor is closed and before the last reference goes.
package final class Readiness: @unchecked Sendable {
    private typealias Waiter = (continuation: UnsafeContinuation<Wakeup, Never>, deadline: MonotonicTime)

    package let loop: EventLoop
    private let descriptor: CInt
    private var isWatched = true
    package private(set) var isInterrupted = false
    /// The peer has ended its direction: there will be no further change to tell of its end.
    package private(set) var isPeerClosed = false
    /// The direction is worth trying. True at first.
    package private(set) var isReadable = true
    package private(set) var isWritable = true
    private var reader: Waiter?
    private var writer: Waiter?
    private lazy var timer = LoopTimer { [unowned self] in expire() }

    /// Begins to watch `descriptor`, which stays the caller's.
    ///
    /// - Parameter interest: a listener or signal descriptor is only readable.
    package init(
        _ descriptor: CInt,
        on loop: EventLoop,
        for interest: Epoll.Interest = [.readable, .writable]
    ) throws(Errno) {
        self.loop = loop
        self.descriptor = descriptor
        try loop.watch(self, descriptor: descriptor, for: interest)
    }

    deinit { precondition(!isWatched, "the loop still watches a descriptor whose owner went away") }

    /// Stops watching; whoever waits is interrupted. The descriptor may be closed after this.
    package func close() {
        guard isWatched else { return }
        interrupt()
        isWatched = false
        loop.remove(timer)
        loop.unwatch(descriptor: descriptor)
    }

    /// The call answered that it would block, or took all there was.
    package func clearReadable() { isReadable = false }
    package func clearWritable() { isWritable = false }

    /// Returns at once if the descriptor became readable since it was cleared.
    package func readable(until deadline: MonotonicTime) async -> Wakeup {
        if isInterrupted { return .interrupted }
        if isReadable { return .ready }
        precondition(reader == nil, "one task at a time waits for a direction")
        return await withUnsafeContinuation { continuation in
            reader = (continuation, deadline)
            rearm()
        }
    }

    /// Returns at once if the descriptor became writable since it was cleared.
    package func writable(until deadline: MonotonicTime) async -> Wakeup {
        if isInterrupted { return .interrupted }
        if isWritable { return .ready }
        precondition(writer == nil, "one task at a time waits for a direction")
        return await withUnsafeContinuation { continuation in
            writer = (continuation, deadline)
            rearm()
        }
    }

    /// Ends the present waits and all later ones.
    package func interrupt() {
        guard !isInterrupted else { return }
        isInterrupted = true
        resumeReader(.interrupted)
        resumeWriter(.interrupted)
    }

    /// Ends a present wait for reading; later ones are not affected.
    package func interruptReader() { resumeReader(.interrupted) }

    func changed(_ ready: Epoll.Interest) {
        let isBroken = !ready.isDisjoint(with: .broken)
        if ready.contains(.peerClosed) || isBroken { isPeerClosed = true }
        if ready.contains(.readable) || isPeerClosed {
            isReadable = true
            resumeReader(.ready)
        }
        if ready.contains(.writable) || isBroken {
            isWritable = true
            resumeWriter(.ready)
        }
    }

    private func rearm() {
        loop.set(timer, to: min(reader?.deadline ?? .never, writer?.deadline ?? .never))
    }

    private func expire() {
        let now = MonotonicTime.now
        if let reader, reader.deadline <= now { resumeReader(.timedOut) }
        if let writer, writer.deadline <= now { resumeWriter(.timedOut) }
        rearm()
    }

    private func resumeReader(_ wakeup: Wakeup) {
        let waiter = reader
        reader = nil
        waiter?.continuation.resume(returning: wakeup)
    }

    private func resumeWriter(_ wakeup: Wakeup) {
        let waiter = writer
        writer = nil
        waiter?.continuation.resume(returning: wakeup)
    }
}
