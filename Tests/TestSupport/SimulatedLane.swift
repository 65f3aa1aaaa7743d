import Base
import Files

/// A lane without threads: calls are made where they are awaited, in an order that the executor chooses.
package final class SimulatedLane: Lane {
    private struct State {
        var isHanging = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let waitingMax: Int
    private let state = Locked(State())

    package init(waitingMax: Int = 1024) { self.waitingMax = waitingMax }

    /// From now on no call comes back, until ``release()``.
    package func hang() { state.withLock { $0.isHanging = true } }

    /// Whether a call hangs.
    package var isWaitedFor: Bool { state.withLock { !$0.waiting.isEmpty } }

    package func release() {
        let waiting = state.withLock { state in
            state.isHanging = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    package func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        if state.withLock({ $0.waiting.count >= waitingMax }) { return nil }
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                if state.isHanging { state.waiting.append(continuation) }
                return state.isHanging
            }
            if !waits { continuation.resume() }
        }
        await Task.yield()
        return body()
    }
}
