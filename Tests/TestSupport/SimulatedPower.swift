import Base

/// What all simulated drives of one machine hang on: it counts their calls together, and when it is cut every
/// call of every drive fails and changes nothing any more.
package final class SimulatedPower: Sendable {
    private struct State {
        var callCount = 0
        var cutAt: Int?
    }

    private let state = Locked(State())

    package init() {}

    /// Calls made so far on all drives together; those that came after the cut are counted too.
    package var callCount: Int { state.withLock { $0.callCount } }

    package var isCut: Bool { state.withLock { state in state.cutAt.map { state.callCount > $0 } ?? false } }

    /// From the call after the next `count` on nothing works.
    package func cut(afterCalls count: Int) { state.withLock { $0.cutAt = $0.callCount + count } }

    /// Counts a call.
    /// - Returns: whether there is power for it.
    func draw() -> Bool {
        state.withLock { state in
            state.callCount += 1
            return state.cutAt.map { state.callCount <= $0 } ?? true
        }
    }
}
