import Base

/// A moment in a policy or a request, years 0 to 9999.
///
///     2026                      the year's first second, UTC; likewise 2026-02 and 2026-02-12
///     2026-02-12T08:49Z         with seconds and fraction if wanted, and Z or an offset such as +01:00
///     1770886177                seconds since 1970, unless four digits make a year; also negative, with a fraction
struct PolicyDate: Sendable, Comparable {
    private let seconds: Int64
    private let nanoseconds: Int64

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        if let epoch = Self.epochSeconds(bytes) {
            self = epoch
            return
        }
        var reader = Reader(bytes: bytes)
        guard let year = reader.number(digitCount: 4) else { return nil }
        var date = CalendarDate(year: year, month: 1, day: 1)
        var (offset, nanoseconds) = (Int64(0), Int64(0))
        if reader.accept("-") {
            guard let month = reader.number(digitCount: 2) else { return nil }
            date.month = month
            if reader.accept("-") {
                guard let day = reader.number(digitCount: 2) else { return nil }
                date.day = day
                if reader.accept("T") || reader.accept("t") || reader.accept(" ") {
                    guard let time = reader.time(), let zone = reader.zone() else { return nil }
                    (date.hour, date.minute, date.second) = (time.hour, time.minute, time.second)
                    (offset, nanoseconds) = (zone, time.nanoseconds)
                }
            }
        }
        guard reader.isAtEnd, let seconds = date.secondsSinceEpoch else { return nil }
        (self.seconds, self.nanoseconds) = (seconds - offset, nanoseconds)
    }

    private init(seconds: Int64, nanoseconds: Int64) {
        (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
    }

    private static func epochSeconds(_ bytes: [UInt8]) -> PolicyDate? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative ? 1 : 0)
        let whole = digits.prefix { $0 != UInt8(ascii: ".") }
        guard isNegative || whole.count != 4, (1...18).contains(whole.count),
            let seconds = Int64(String(decoding: whole, as: UTF8.self)), whole.allSatisfy(\.isDigit)
        else { return nil }
        var reader = Reader(bytes: Array(digits.dropFirst(whole.count)))
        guard let fraction = reader.fraction(), reader.isAtEnd else { return nil }
        guard isNegative else { return PolicyDate(seconds: seconds, nanoseconds: fraction) }
        return fraction == 0
            ? PolicyDate(seconds: -seconds, nanoseconds: 0)
            : PolicyDate(seconds: -seconds - 1, nanoseconds: 1_000_000_000 - fraction)
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func accept(_ letter: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: letter) else { return false }
        index += 1
        return true
    }

    mutating func number(digitCount: Int) -> Int? {
        guard bytes.count - index >= digitCount else { return nil }
        var value = 0
        for byte in bytes[index..<index + digitCount] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += digitCount
        return value
    }

    mutating func time() -> (hour: Int, minute: Int, second: Int, nanoseconds: Int64)? {
        guard let hour = number(digitCount: 2), accept(":"), let minute = number(digitCount: 2) else {
            return nil
        }
        guard accept(":") else { return (hour, minute, 0, 0) }
        guard let second = number(digitCount: 2), let nanoseconds = fraction() else { return nil }
        return (hour, minute, second, nanoseconds)
    }

    /// Nanoseconds; digits beyond them are dropped. Zero when there is no point.
    mutating func fraction() -> Int64? {
        guard accept(".") else { return 0 }
        var (value, digitCount) = (Int64(0), 0)
        while index < bytes.count, bytes[index].isDigit {
            if digitCount < 9 { value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0")) }
            digitCount += 1
            index += 1
        }
        guard digitCount > 0 else { return nil }
        for _ in min(digitCount, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds east of Greenwich.
    mutating func zone() -> Int64? {
        if accept("Z") || accept("z") { return 0 }
        let isWest = accept("-")
        guard isWest || accept("+"), let hour = number(digitCount: 2), accept(":"),
            let minute = number(digitCount: 2), hour < 24, minute < 60
        else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60)
        return isWest ? -seconds : seconds
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
