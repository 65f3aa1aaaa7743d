/// A moment in nanoseconds since 1970-01-01T00:00:00Z, as `xl.meta` stores it: years 1678 to 2262.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    /// 1970-01-01T00:00:00Z.
    package static let epoch = Timestamp(nanoseconds: 0)

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The nearest moment that can be told where that second cannot: 1677-09-21 or 2262-04-11.
    package init(seconds: Int64) {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflows ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds, rounded down, also before 1970.
    package var seconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The first or last moment that can be told where the sum lies beyond it: durations and dates may come from
    /// outside.
    package static func + (left: Self, right: Duration) -> Self {
        let (seconds, attoseconds) = right.components
        let sum =
            Int128(left.nanoseconds) + Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
        return Timestamp(nanoseconds: Int64(clamping: sum))
    }

    /// Exact for any two moments: a duration holds far more than the 584 years between the first and the last.
    package static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
}

/// A moment on the proleptic Gregorian calendar in UTC, to the second.
package struct CalendarDate: Sendable, Hashable {
    package var year: Int
    /// 1...12.
    package var month: Int
    /// 1...31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// The algorithm counts from 0000-03-01, so that the leap day ends its year
    /// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    package init(secondsSinceEpoch: Int64) {
        var days = secondsSinceEpoch / 86_400
        var rest = secondsSinceEpoch % 86_400
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400) }
        days += 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        (hour, minute, second) = (Int(rest / 3600), Int(rest / 60 % 60), Int(rest % 60))
    }

    /// Seconds since 1970; `nil` when a field is out of its range or the day is not in its month.
    /// A leap second (60) is refused.
    package var secondsSinceEpoch: Int64? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...daysInMonth).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    private var daysInMonth: Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// 0 is Sunday.
    package var weekday: Int {
        let days = ((secondsSinceEpoch ?? 0) - Int64(hour * 3600 + minute * 60 + second)) / 86_400
        return Int(((days + 4) % 7 + 7) % 7)
    }
}
