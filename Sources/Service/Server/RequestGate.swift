internal import Base

/// Lets so many requests run at once; the next ones wait in line, first come first served, up to a deadline.
///
///     enter ─▶ running < max ─▶ true
///        └───▶ line ─▶ leave of another ─▶ true
///                └───▶ deadline ─▶ false
final class RequestGate: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var runningMax: Int
        var running = 0
        var line: [Waiter] = []
        var nextNumber: UInt64 = 0
    }

    private let patience: Duration
    private let time: any TimeSource
    private let state: Locked<State>

    init(runningMax: Int, patience: Duration, time: any TimeSource) {
        precondition(runningMax > 0)
        state = Locked(State(runningMax: runningMax))
        self.patience = patience
        self.time = time
    }

    /// - Returns: whether the request may run; it must ``leave()`` then, and only then.
    func enter() async -> Bool {
        let isFree = state.withLock { state in
            guard state.running < state.runningMax else { return false }
            state.running += 1
            return true
        }
        if isFree { return true }
        var timer: Task<Void, Never>?
        let isAdmitted = await withCheckedContinuation { continuation in
            let number = state.withLock { state -> UInt64? in
                guard state.running >= state.runningMax else {
                    state.running += 1
                    return nil
                }
                state.nextNumber += 1
                state.line.append(Waiter(number: state.nextNumber, continuation: continuation))
                return state.nextNumber
            }
            guard let number else { return continuation.resume(returning: true) }
            // Only whoever stands in line can give up: a timer begun before might end first, and be missed.
            timer = Task {
                await time.sleep(for: patience)
                giveUp(number)
            }
        }
        timer?.cancel()
        return isAdmitted
    }

    func leave() {
        let next = state.withLock { state -> Waiter? in
            if state.running <= state.runningMax, !state.line.isEmpty { return state.line.removeFirst() }
            state.running -= 1
            return nil
        }
        // Whoever waited longest takes the place over.
        next?.continuation.resume(returning: true)
    }

    /// Whoever stands in line and fits in now enters; with fewer places those that run go on, and are not replaced
    /// until they are few enough.
    func setRunningMax(_ runningMax: Int) {
        precondition(runningMax > 0)
        let admitted = state.withLock { state -> [Waiter] in
            state.runningMax = runningMax
            let admitted = Array(state.line.prefix(max(0, runningMax - state.running)))
            state.line.removeFirst(admitted.count)
            state.running += admitted.count
            return admitted
        }
        for waiter in admitted { waiter.continuation.resume(returning: true) }
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.line.firstIndex(where: { $0.number == number }) else { return nil }
            return state.line.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }
}
