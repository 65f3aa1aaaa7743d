import Base
import Lifecycle
import Testing

private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

@Suite struct DayLengthTests {
    @Test(
        "days end at the first midnight in UTC that they have passed at",
        arguments: [
            ("2026-03-01T10:30:00Z", 1, "2026-03-03T00:00:00Z"),
            ("2026-03-01T00:00:00.000000001Z", 1, "2026-03-03T00:00:00Z"),
            ("2026-03-01T23:59:59.999999999Z", 1, "2026-03-03T00:00:00Z"),
            ("2026-03-01T00:00:00Z", 1, "2026-03-03T00:00:00Z"),
            ("2026-03-01T00:00:00Z", 0, "2026-03-02T00:00:00Z"),
            ("2024-02-28T12:00:00Z", 1, "2024-03-01T00:00:00Z"),
            ("2026-12-31T01:00:00Z", 365, "2028-01-01T00:00:00Z"),
            ("1969-12-31T23:00:00Z", 1, "1970-01-02T00:00:00Z"),
            ("1969-12-31T00:00:00Z", 1, "1970-01-02T00:00:00Z"),
        ]
    )
    func calendarDays(start: String, days: Int, end: String) throws {
        #expect(DayLength.calendar.end(of: days, after: try moment(start)) == (try moment(end)))
    }

    @Test func shortDaysAreNotRounded() throws {
        let start = try moment("2026-03-01T10:30:00.25Z")
        #expect(DayLength.seconds(10).end(of: 3, after: start) == (try moment("2026-03-01T10:30:30.25Z")))
    }

    @Test(arguments: [DayLength.calendar, .seconds(86_400), .seconds(1), .seconds(.max)])
    func aTimeThatCannotBeWrittenDownNeverComes(day: DayLength) {
        let last = Timestamp(nanoseconds: .max)
        #expect(day.end(of: Int(Int32.max), after: last) == nil)
        #expect(day.end(of: .max, after: .epoch) == nil)
        #expect(DayLength.calendar.end(of: Int(Int32.max), after: .epoch) == nil)
    }
}
