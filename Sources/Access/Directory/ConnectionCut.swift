import Base
import CLDAP

/// Ends a connection from another thread.
///
/// libldap's own time limits are not enough: a TLS handshake and half a message have none.
final class ConnectionCut: Sendable {
    private struct State {
        var isCut = false
        /// The connection's, while it is open.
        var descriptor: Int32?
    }

    private let state = Locked(State())

    var isCut: Bool { state.withLock { $0.isCut } }

    /// Any number of times, before, while and after there is a connection.
    func cut() {
        state.withLock { state in
            state.isCut = true
            // Under the lock, so that the number is not another file's by now. A connection that is broken already is
            // no failure.
            if let descriptor = state.descriptor { _ = cldap_cut(descriptor) }
        }
    }

    /// `nil` before the descriptor is closed.
    func ends(_ descriptor: Int32?) {
        state.withLock { state in
            state.descriptor = descriptor
            if state.isCut, let descriptor { _ = cldap_cut(descriptor) }
        }
    }
}
