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
        var running = 0
        var line: [Waiter] = []
        var nextNumber: UInt64 = 0
    }

    private let runningMax: Int
    private let patience: Duration
    private let time: any TimeSource
    private let state = Locked(State())

    init(runningMax: Int, patience: Duration, time: any TimeSource) {
        precondition(runningMax > 0)
        self.runningMax = runningMax
        self.patience = patience
        self.time = time
    }

    /// - Returns: whether the request may run; it must ``leave()`` then, and only then.
    func enter() async -> Bool {
        let isFree = state.withLock { state in
            guard state.running < runningMax else { return false }
            state.running += 1
            return true
        }
        if isFree { return true }
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let timer = Task {
            await time.sleep(for: patience)
            self.giveUp(number)
        }
        let isAdmitted = await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.running >= runningMax else {
                    state.running += 1
                    return true
                }
                state.line.append(Waiter(number: number, continuation: continuation))
                return false
            }
            if isFree { continuation.resume(returning: true) }
        }
        timer.cancel()
        return isAdmitted
    }

    func leave() {
        let next = state.withLock { state -> Waiter? in
            guard state.line.isEmpty else { return state.line.removeFirst() }
            state.running -= 1
            return nil
        }
        // Whoever waited longest takes the place over.
        next?.continuation.resume(returning: true)
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.line.firstIndex(where: { $0.number == number }) else { return nil }
            return state.line.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }
}
