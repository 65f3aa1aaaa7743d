import Base

/// Leases within one process.
///
///     key ─▶ held: 3 × shared │ waiting: exclusive, shared, shared, exclusive …
///
/// A shared request that arrives behind a waiting exclusive one waits too, so that writers are not starved.
package final class LocalLocks: LockService {
    private struct Waiter {
        let mode: LockMode
        let continuation: CheckedContinuation<UInt64, Never>
    }

    private struct Queue {
        var sharedCount = 0
        var isExclusive = false
        var waiting: ArraySlice<Waiter> = []

        func admits(_ mode: LockMode) -> Bool {
            switch mode {
            case .shared: !isExclusive
            case .exclusive: !isExclusive && sharedCount == 0
            }
        }

        mutating func hold(_ mode: LockMode) {
            switch mode {
            case .shared: sharedCount += 1
            case .exclusive: isExclusive = true
            }
        }
    }

    private struct State {
        var queues: [LockKey: Queue] = [:]
        var nextToken: UInt64 = 0

        mutating func token() -> UInt64 {
            nextToken += 1
            return nextToken
        }
    }

    private let state = Locked(State())

    package init() {}

    /// Keys somebody holds or waits for; none is left when all is quiet.
    package var keyCount: Int { state.withLock { $0.queues.count } }

    package func acquire(_ key: LockKey, _ mode: LockMode) async -> Lease {
        let token = await withCheckedContinuation { continuation in
            let granted = state.withLock { state -> UInt64? in
                var queue = state.queues[key] ?? Queue()
                defer { state.queues[key] = queue }
                guard queue.waiting.isEmpty, queue.admits(mode) else {
                    queue.waiting.append(Waiter(mode: mode, continuation: continuation))
                    return nil
                }
                queue.hold(mode)
                return state.token()
            }
            if let granted { continuation.resume(returning: granted) }
        }
        return Lease(token: token) { [self] in release(key, mode) }
    }

    private func release(_ key: LockKey, _ mode: LockMode) {
        let granted = state.withLock { state -> [(Waiter, UInt64)] in
            guard var queue = state.queues[key] else { preconditionFailure("a lease was released twice") }
            switch mode {
            case .shared: queue.sharedCount -= 1
            case .exclusive: queue.isExclusive = false
            }
            var granted: [(Waiter, UInt64)] = []
            while let next = queue.waiting.first, queue.admits(next.mode) {
                queue.hold(next.mode)
                queue.waiting.removeFirst()
                granted.append((next, state.token()))
            }
            let isIdle = queue.sharedCount == 0 && !queue.isExclusive
            state.queues[key] = isIdle ? nil : queue
            return granted
        }
        for (waiter, token) in granted { waiter.continuation.resume(returning: token) }
    }
}
