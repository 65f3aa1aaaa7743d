import Base

/// Fair asynchronous locks, one a name. A name that nobody holds costs nothing.
final class KeyedLocks<Key: Hashable & Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    /// Those who wait for a name that is held.
    private let queues = Locked<[Key: [Waiter]]>([:])

    /// Returns when the caller holds `key`; first come, first served.
    func acquire(_ key: Key) async {
        await withCheckedContinuation { continuation in
            let isFree = queues.withLock { queues in
                guard queues[key] == nil else {
                    queues[key]?.append(continuation)
                    return false
                }
                queues[key] = []
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func release(_ key: Key) {
        let next = queues.withLock { queues -> Waiter? in
            guard var waiters = queues[key] else { preconditionFailure("released without being held") }
            guard !waiters.isEmpty else {
                queues[key] = nil
                return nil
            }
            let next = waiters.removeFirst()
            queues[key] = waiters
            return next
        }
        next?.resume()
    }
}
