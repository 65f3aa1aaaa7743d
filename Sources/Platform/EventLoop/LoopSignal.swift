/// Something one task of a loop waits for and another raises. A signal raised before the wait is kept.
///
/// Confined to its loop's thread; `@unchecked Sendable` so that tasks of that loop may capture it.
package final class LoopSignal: @unchecked Sendable {
    private let loop: EventLoop
    private var continuation: UnsafeContinuation<Wakeup, Never>?
    private var isRaised = false
    private lazy var timer = LoopTimer { [unowned self] in finish(.timedOut) }

    package init(on loop: EventLoop) { self.loop = loop }

    /// Suspends until ``raise()``; the signal is lowered again on return. One task at a time.
    package func wait(until deadline: MonotonicTime) async -> Wakeup {
        precondition(loop.isCurrent && continuation == nil)
        if isRaised {
            isRaised = false
            return .ready
        }
        return await withUnsafeContinuation { continuation in
            self.continuation = continuation
            loop.set(timer, to: deadline)
        }
    }

    package func raise() {
        assert(loop.isCurrent)
        guard continuation != nil else {
            isRaised = true
            return
        }
        loop.remove(timer)
        finish(.ready)
    }

    private func finish(_ wakeup: Wakeup) {
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: wakeup)
    }
}
