package import Base

/// A clock that moves only when it is told to, or when it is looked at.
package final class SimulatedTime: TimeSource {
    private struct Sleeper {
        let number: UInt64
        let end: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var elapsed = Duration.zero
        var sleepers: [Sleeper] = []
        /// Sleeps that were cancelled before they were noted.
        var cancelled: Set<UInt64> = []
        var nextNumber: UInt64 = 0
    }

    private let start: Timestamp
    private let tick: Duration
    private let state = Locked(State())

    /// - Parameter tick: how far each look at the wall clock moves it, for a run in which no two moments are the same.
    package init(start: Timestamp = Timestamp(seconds: 1_750_000_000), tick: Duration = .zero) {
        self.start = start
        self.tick = tick
    }

    package var now: Timestamp {
        if tick > .zero { advance(by: tick) }
        return start + elapsed
    }
    package var elapsed: Duration { state.withLock { $0.elapsed } }

    package func sleep(for duration: Duration) async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    if state.cancelled.remove(number) != nil || duration <= .zero { return false }
                    state.sleepers.append(
                        Sleeper(number: number, end: state.elapsed + duration, continuation: continuation)
                    )
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            wake(number)
        }
    }

    private func wake(_ number: UInt64) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume()
    }

    package func advance(by duration: Duration) { advance(to: elapsed + duration) }

    /// Goes to the moment when the next sleeper wakes.
    /// - Returns: false when nobody sleeps.
    package func advanceToNextSleeper() -> Bool {
        guard let next = state.withLock({ $0.sleepers.map(\.end).min() }) else { return false }
        advance(to: next)
        return true
    }

    private func advance(to end: Duration) {
        let due = state.withLock { state in
            state.elapsed = max(state.elapsed, end)
            let due = state.sleepers.filter { $0.end <= state.elapsed }
            state.sleepers.removeAll { $0.end <= state.elapsed }
            return due.sorted { ($0.end, $0.number) < ($1.end, $1.number) }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}
