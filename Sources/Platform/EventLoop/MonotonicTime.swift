#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A moment on CLOCK_MONOTONIC, in nanoseconds since an arbitrary start; never jumps.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Reads the clock: about 25 ns.
    package static var now: Self {
        var time = timespec()
        // Cannot fail for this clock on Linux.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Self(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Later than any timer.
    package static let never = Self(nanoseconds: .max)

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at ``never``.
    package static func + (left: Self, right: Duration) -> Self {
        let (seconds, attoseconds) = right.components
        guard seconds < 1 << 33 else { return never }
        let (sum, isOver) = left.nanoseconds.addingReportingOverflow(
            seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        )
        return isOver ? never : Self(nanoseconds: sum)
    }

    package static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
