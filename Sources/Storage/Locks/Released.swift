import Base

/// A flag that exactly one caller finds down.
final class Released: Sendable {
    private let isReleased = Locked(false)

    func first() -> Bool {
        isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
    }
}
