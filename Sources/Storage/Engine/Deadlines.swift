import Base

/// Calls back whoever has waited long enough, to the nearest tick.
///
/// One task ticks while anybody waits, so that a wait which ends in time, as nearly all do, costs a dictionary
/// entry and not a timer.
final class Deadlines: Sendable {
    private struct Entry {
        let at: Duration
        let action: @Sendable () -> Void
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var nextNumber: UInt64 = 0
        var isTicking = false
    }

    private static let tick = Duration.milliseconds(20)
    private let time: any TimeSource
    private let state = Locked(State())

    init(time: any TimeSource) { self.time = time }

    /// - Returns: what ``cancel(_:)`` takes.
    func after(_ patience: Duration, _ action: @escaping @Sendable () -> Void) -> UInt64 {
        let at = time.elapsed + patience
        let (number, mustTick) = state.withLock { state in
            state.nextNumber += 1
            state.entries[state.nextNumber] = Entry(at: at, action: action)
            defer { state.isTicking = true }
            return (state.nextNumber, !state.isTicking)
        }
        if mustTick { TaskExecution.start { await self.tickWhileNeeded() } }
        return number
    }

    func cancel(_ number: UInt64) {
        state.withLock { $0.entries[number] = nil }
    }

    private func tickWhileNeeded() async {
        while true {
            await time.sleep(for: Self.tick)
            let now = time.elapsed
            let (due, isDone) = state.withLock { state in
                let due = state.entries.filter { $0.value.at <= now }
                for number in due.keys { state.entries[number] = nil }
                if state.entries.isEmpty { state.isTicking = false }
                return (due.values.map(\.action), state.entries.isEmpty)
            }
            for action in due { action() }
            if isDone { return }
        }
    }
}
