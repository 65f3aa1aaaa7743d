import Base

/// Numbers transactions in the order in which their objects are leased to them: by the clock while it goes forward, so
/// that a restart goes on where the last run was, and by counting while it doesn't.
final class TransactionSequence: Sendable {
    private let last = Locked<UInt64>(0)

    /// Greater than every number before.
    func next(now: Timestamp) -> UInt64 {
        last.withLock { last in
            last = max(last + 1, UInt64(clamping: now.nanoseconds))
            return last
        }
    }
}
