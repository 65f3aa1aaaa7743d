package import Base

/// How long a day of a rule is.
package enum DayLength: Sendable, Hashable {
    /// As S3 counts: until the first midnight in UTC at which the days have passed.
    case calendar
    /// Seconds that stand for a day, so that a test does not wait for one; at least 1. Nothing is rounded.
    case seconds(Int)

    private static let daySeconds: Int64 = 86_400

    /// When `days` after `start` have passed; `nil` past the last moment that a ``Timestamp`` can hold.
    ///
    ///     written 2026-03-01 10:30, 1 day   →   2026-03-03 00:00
    ///     written 2026-03-01 00:00, 1 day   →   2026-03-03 00:00, as MinIO counts
    package func end(of days: Int, after start: Timestamp) -> Timestamp? {
        precondition(days >= 0)
        switch self {
        case .calendar:
            let (startDay, _) = start.seconds.quotientAndRemainder(dividingBy: Self.daySeconds)
            // Rounds down, also before 1970.
            let floor = start.seconds < startDay * Self.daySeconds ? startDay - 1 : startDay
            let (end, overflow) = (floor + 1).addingReportingOverflow(Int64(days))
            return overflow ? nil : Self.moment(end, times: Self.daySeconds)
        case .seconds(let seconds):
            let (span, overflow) = Int64(days).multipliedReportingOverflow(by: Int64(seconds))
            guard !overflow else { return nil }
            let (end, isLate) = start.seconds.addingReportingOverflow(span)
            guard !isLate, let whole = Self.moment(end, times: 1) else { return nil }
            let fraction = start.nanoseconds - start.seconds * 1_000_000_000
            let (nanoseconds, isTooLate) = whole.nanoseconds.addingReportingOverflow(fraction)
            return isTooLate ? nil : Timestamp(nanoseconds: nanoseconds)
        }
    }

    private static func moment(_ count: Int64, times unit: Int64) -> Timestamp? {
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, abs(seconds) <= Int64.max / 1_000_000_000 else { return nil }
        return Timestamp(seconds: seconds)
    }
}
