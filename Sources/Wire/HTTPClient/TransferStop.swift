import Base
import CCurl

/// Ends a transfer from another thread.
final class TransferStop: Sendable {
    private struct State {
        var isStopped = false
        /// The transfer's, while it runs.
        var multi: UnsafeMutableRawPointer?
    }

    private let state = Locked(State())

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            // Under the lock, so that the handle is not freed meanwhile. Waking cannot fail on a good handle.
            if let multi = state.multi { curl_multi_wakeup(multi) }
        }
    }

    /// `nil` before the handle is freed.
    func wakes(_ multi: UnsafeMutableRawPointer?) { state.withLock { $0.multi = multi } }
}
