import Base

/// Notices that a drive hangs: calls of one kind are under way, and for a while none has come back.
final class CallMonitor: Sendable {
    private struct State {
        var outstanding = 0
        /// When the last call came back, or when one was made while none was under way.
        var progress = Duration.zero
    }

    private let patience: Duration
    private let time: any TimeSource
    private let state = Locked(State())

    init(patience: Duration, time: any TimeSource) {
        self.patience = patience
        self.time = time
    }

    var isHung: Bool {
        let now = time.elapsed
        return state.withLock { $0.outstanding > 0 && now - $0.progress > patience }
    }

    func began() {
        let now = time.elapsed
        state.withLock { state in
            if state.outstanding == 0 { state.progress = now }
            state.outstanding += 1
        }
    }

    /// - Parameter cameBack: whether the drive had to do with it; one that it never saw is no sign of life.
    func ended(cameBack: Bool = true) {
        let now = time.elapsed
        state.withLock { state in
            state.outstanding -= 1
            if cameBack { state.progress = now }
        }
    }
}
