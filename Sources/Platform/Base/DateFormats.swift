private let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
private let longWeekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
private let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

private func padded(_ value: Int, to width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Timestamp {
    private var calendar: CalendarDate { CalendarDate(secondsSinceEpoch: seconds) }

    /// As in `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), fractions dropped.
    package var httpDate: String {
        let date = calendar
        return "\(weekdays[date.weekday]), \(padded(date.day, to: 2)) \(months[date.month - 1]) "
            + "\(padded(date.year, to: 4)) \(padded(date.hour, to: 2)):\(padded(date.minute, to: 2)):"
            + "\(padded(date.second, to: 2)) GMT"
    }

    /// As in `2026-02-12T08:49:37.123Z`: how S3 writes times in XML, milliseconds rounded down.
    package var iso8601Milliseconds: String {
        let date = calendar
        let milliseconds = (nanoseconds - seconds * 1_000_000_000) / 1_000_000
        return "\(padded(date.year, to: 4))-\(padded(date.month, to: 2))-\(padded(date.day, to: 2))T"
            + "\(padded(date.hour, to: 2)):\(padded(date.minute, to: 2)):\(padded(date.second, to: 2))."
            + "\(padded(Int(milliseconds), to: 3))Z"
    }

    /// As in `20260212T084937Z`: how signatures write times.
    package var iso8601Basic: String {
        let date = calendar
        return "\(padded(date.year, to: 4))\(padded(date.month, to: 2))\(padded(date.day, to: 2))T"
            + "\(padded(date.hour, to: 2))\(padded(date.minute, to: 2))\(padded(date.second, to: 2))Z"
    }

    /// Reads `20260212T084937Z` and nothing else.
    package init?(iso8601Basic text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
            let date = number(bytes[0..<8]), let time = number(bytes[9..<15])
        else { return nil }
        let calendar = CalendarDate(
            year: date / 10_000,
            month: date / 100 % 100,
            day: date % 100,
            hour: time / 10_000,
            minute: time / 100 % 100,
            second: time % 100
        )
        guard let seconds = calendar.secondsSinceEpoch else { return nil }
        self.init(inRange: seconds)
    }

    /// Reads the three forms an HTTP date may have (RFC 9110 §5.6.7): the preferred one, RFC 850's
    /// and `asctime`'s. A weekday that does not fit its date is accepted, as clients get it wrong. Moments that
    /// 64 bits of nanoseconds cannot hold become the first or last second that they can: what is asked of such
    /// a date is whether it is before or after another.
    package init?(httpDate text: some StringProtocol) {
        let words = text.split { (letter: Character) in letter == " " || letter == "," || letter == "-" }
            .map { String($0) }
        var fields: (day: String, month: String, year: String, time: String)
        switch words.count {
        case 6 where words[5] == "GMT" || words[5] == "UTC":
            fields = (words[1], words[2], words[3], words[4])
            if words[3].count == 2 {
                guard longWeekdays.contains(words[0]), let short = Int(words[3]) else { return nil }
                fields.year = String(short < 70 ? 2000 + short : 1900 + short)
            }
        case 5: fields = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let time = fields.time.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { number($0) }
        guard let month = months.firstIndex(of: fields.month), let day = number(fields.day.utf8),
            let year = number(fields.year.utf8), time.count == 3,
            let hour = time[0], let minute = time[1], let second = time[2],
            let seconds = CalendarDate(
                year: year,
                month: month + 1,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            ).secondsSinceEpoch
        else { return nil }
        self.init(seconds: min(max(seconds, Self.seconds.lowerBound), Self.seconds.upperBound))
    }

    /// Reads `2026-02-12T08:49:37[.fraction]Z` or with an offset such as `+01:00` (RFC 3339).
    /// Fractions beyond nanoseconds are dropped.
    package init?(iso8601 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]),
            let seconds = CalendarDate(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            ).secondsSinceEpoch
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, let value = number(digits.prefix(9)) else { return nil }
            fraction = (digits.count..<9).reduce(Int64(value)) { value, _ in value * 10 }
            rest = rest[digits.endIndex...]
        }
        guard let offset = zoneOffset(rest), var moment = Timestamp(inRange: seconds - offset) else {
            return nil
        }
        moment.nanoseconds += fraction
        self = moment
    }

    /// Those of which every fraction fits as well.
    private static let seconds: ClosedRange<Int64> = -9_223_372_036...9_223_372_035

    /// `nil` where 64 bits of nanoseconds cannot hold the moment.
    private init?(inRange seconds: Int64) {
        guard Self.seconds.contains(seconds) else { return nil }
        self.init(seconds: seconds)
    }
}

/// Decimal digits and nothing else.
private func number(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
}

/// Seconds east of Greenwich for `Z`, `+hh:mm` or `-hh:mm`.
private func zoneOffset(_ zone: ArraySlice<UInt8>) -> Int64? {
    if zone.count == 1, zone.first == UInt8(ascii: "Z") || zone.first == UInt8(ascii: "z") { return 0 }
    let bytes = Array(zone)
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
        bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
        let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
    else { return nil }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return bytes[0] == UInt8(ascii: "+") ? seconds : -seconds
}
