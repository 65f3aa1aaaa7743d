/// Where one HTTP/1.1 connection stands between requests and responses.
///
/// Pure: no sockets, no clocks. The connection feeds events in and carries out the action it gets back, so
/// every order of events can be tested without a network.
///
///     idle ──head──▶ exchanging ──both ends──▶ idle
///      │                 │
///      └──── drain ──────┴──last end──▶ closed
package struct KeepAliveState: ~Copyable {
    package enum Action: Equatable, Sendable {
        case none
        /// Read the next request; arm the idle timer.
        case readNext
        case close
    }

    private enum State {
        case idle
        case exchanging(requestOpen: Bool, responseOpen: Bool)
        case closed
    }

    private var state = State.idle
    /// The present exchange is the last: `Connection: close`, or the server is draining.
    package private(set) var isClosing = false

    package init() {}

    /// No exchange is running and another may come.
    package var isIdle: Bool {
        guard case .idle = state else { return false }
        return true
    }

    package mutating func requestHead(isKeepAlive: Bool) {
        guard case .idle = state else { preconditionFailure("the next head is read after both ends") }
        isClosing = isClosing || !isKeepAlive
        state = .exchanging(requestOpen: true, responseOpen: true)
    }

    package mutating func requestEnd() -> Action { finish(request: true) }
    package mutating func responseEnd() -> Action { finish(response: true) }

    /// No further exchange after the present one.
    package mutating func drain() -> Action {
        isClosing = true
        guard case .idle = state else { return .none }
        state = .closed
        return .close
    }

    private mutating func finish(request: Bool = false, response: Bool = false) -> Action {
        guard case .exchanging(let requestOpen, let responseOpen) = state else { return .none }
        let isRequestOpen = requestOpen && !request
        let isResponseOpen = responseOpen && !response
        guard !isRequestOpen, !isResponseOpen else {
            state = .exchanging(requestOpen: isRequestOpen, responseOpen: isResponseOpen)
            return .none
        }
        state = isClosing ? .closed : .idle
        return isClosing ? .close : .readNext
    }
}
