import EventLoop

/// How long a wait for a peer may last.
enum Patience {
    case until(MonotonicTime)
    /// As long as the peer is fast enough.
    case rate(RateWindow)

    /// When a wait that begins now has to end.
    func deadline(from now: MonotonicTime) -> MonotonicTime {
        switch self {
        case .until(let deadline): deadline
        case .rate(let window): window.deadline(from: now)
        }
    }

    /// Counts bytes in the peer's favour.
    mutating func move(_ count: Int) {
        guard case .rate(var window) = self else { return }
        window.move(count)
        self = .rate(window)
    }

    /// Counts a wait that is over.
    ///
    /// - Returns: whether there is patience left.
    mutating func wait(from start: MonotonicTime, to end: MonotonicTime) -> Bool {
        switch self {
        case .until(let deadline): return end < deadline
        case .rate(var window):
            let isFastEnough = window.wait(end - start)
            self = .rate(window)
            return isFastEnough
        }
    }
}
