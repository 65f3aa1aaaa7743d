/// What a lease protects. Taken in the order of the cases, so that two tasks never wait for each other.
package enum LockKey: Sendable, Hashable {
    /// Shared by everybody who changes something in the bucket, exclusive for its creation and removal.
    case bucket(String)
    case upload(String)
    /// An object key as stored: shared by readers while they gather, exclusive from decision until durable.
    case object(bucket: String, name: String)
}

package enum LockMode: Sendable, Hashable {
    case shared
    case exclusive
}

/// Hands out leases. One process has its own (``LocalLocks``); several machines will ask a quorum.
package protocol LockService: Sendable {
    /// Waits, suspended, until the lease is granted. Requests for one key are granted in the order they came,
    /// neighbouring shared ones together.
    func acquire(_ key: LockKey, _ mode: LockMode) async -> Lease
}

/// Permission to touch what a key names, until released.
///
/// The token grows with every grant, so that a drive can refuse a commit under a lease that is no longer the latest.
package final class Lease: Sendable {
    package let token: UInt64
    private let onRelease: @Sendable () -> Void
    private let released = Released()

    package init(token: UInt64, onRelease: @escaping @Sendable () -> Void) {
        self.token = token
        self.onRelease = onRelease
    }

    /// Lets the next in line go on. The second call does nothing; forgetting the lease releases it as well.
    package func release() {
        if released.first() { onRelease() }
    }

    deinit { release() }
}
