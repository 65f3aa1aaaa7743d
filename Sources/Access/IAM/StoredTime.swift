import Base

/// How times stand in stored items: RFC 3339 in UTC, with as many digits behind the point as are needed. Year 1 and
/// the epoch both mean that there is none.
enum StoredTime {
    static let none = "0001-01-01T00:00:00Z"
    static let epoch = "1970-01-01T00:00:00Z"

    static func text(_ time: Timestamp) -> String {
        let date = CalendarDate(secondsSinceEpoch: time.seconds)
        let nanoseconds = time.nanoseconds - time.seconds * 1_000_000_000
        var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
        text += "\(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
        if nanoseconds > 0 {
            var digits = padded(Int(nanoseconds), 9)
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    /// - Returns: `.some(nil)` for no time, `nil` for what is no time at all. What lies beyond the year 2262 is the
    ///   last moment there is.
    static func parse(_ text: String) -> Timestamp?? {
        if let time = Timestamp(iso8601: text) { return .some(time == .epoch ? nil : time) }
        guard text.utf8.count >= 20, let year = Int(String(decoding: text.utf8.prefix(4), as: UTF8.self)),
            // A leap year, so that every day of any year is in it.
            Timestamp(iso8601: "2000" + String(decoding: text.utf8.dropFirst(4), as: UTF8.self)) != nil
        else { return nil }
        return .some(year < 1970 ? nil : Timestamp(nanoseconds: .max))
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
