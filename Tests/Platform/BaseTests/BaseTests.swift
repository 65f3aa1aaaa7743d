import Base
import Testing

@Suite struct Base64Tests {
    @Test(
        "RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(plain: String, coded: String) {
        #expect(Base64.standard.encode(Array(plain.utf8)) == coded)
        #expect(Base64.standard.decode(coded) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", "Zm9-", "Zg==Zg=="])
    func whatAnEncoderWouldNotWriteIsRefused(text: String) {
        #expect(Base64.standard.decode(text) == nil)
    }

    @Test func theURLFormHasNoPadding() {
        #expect(Base64.urlWithoutPadding.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64.urlWithoutPadding.decode("-_8") == [0xfb, 0xff])
    }
}

@Suite struct UUIDTests {
    @Test func textAndBytesAreInTheSameOrder() throws {
        let id = try #require(UUID("f5c58c61-7175-4018-ab5e-a94fe9c2de4e"))
        #expect(id.bytes.hexadecimal == "f5c58c6171754018ab5ea94fe9c2de4e")
        #expect(id.description == "f5c58c61-7175-4018-ab5e-a94fe9c2de4e")
        #expect(UUID(bytes: id.bytes) == id)
    }

    @Test(arguments: [
        "", "f5c58c61", "f5c58c61x7175-4018-ab5e-a94fe9c2de4e", "g5c58c61-7175-4018-ab5e-a94fe9c2de4e",
    ])
    func otherFormsAreRefused(text: String) {
        #expect(UUID(text) == nil)
    }

    @Test func randomIDsCarryTheirVersion() {
        var random = SeededGenerator(seed: 1)
        let text = UUID(using: &random).description
        #expect(Array(text.utf8)[14] == UInt8(ascii: "4"))
        #expect("89ab".utf8.contains(Array(text.utf8)[19]))
    }
}

@Suite struct DateTests {
    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT", "19941106T084937Z"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "19700101T000000Z"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "20000229T000000Z"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT", "21000228T235959Z"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "19691231T235959Z"),
        ] as [(Int64, String, String)]
    )
    func formats(seconds: Int64, http: String, basic: String) {
        let moment = Timestamp(seconds: seconds)
        #expect(moment.httpDate == http)
        #expect(moment.iso8601Basic == basic)
        #expect(Timestamp(httpDate: http) == moment)
        #expect(Timestamp(iso8601Basic: basic) == moment)
    }

    @Test(arguments: ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    func obsoleteHTTPDatesAreRead(text: String) {
        #expect(Timestamp(httpDate: text) == Timestamp(seconds: 784_111_777))
    }

    @Test(arguments: [
        ("Sat, 11 Apr 2262 23:47:15 GMT", 9_223_372_035), ("Sat, 11 Apr 2262 23:47:16 GMT", 9_223_372_035),
        ("Tue, 07 Jul 9999 21:53:04 GMT", 9_223_372_035), ("Mon, 01 Jan 0001 00:00:00 GMT", -9_223_372_036),
    ])
    func farHTTPDatesAreTheLastThatFit(text: String, seconds: Int64) {
        #expect(Timestamp(httpDate: text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: ["", "20230229T000000Z", "20230101T240000Z", "20230101T000060Z", "2023-01-01T00:00Z"])
    func impossibleBasicDatesAreRefused(text: String) {
        #expect(Timestamp(iso8601Basic: text) == nil)
    }

    @Test func fractionsAndZonesAreRead() {
        #expect(Timestamp(iso8601: "1994-11-06T08:49:37.25Z")?.nanoseconds == 784_111_777_250_000_000)
        #expect(Timestamp(iso8601: "1994-11-06T09:49:37+01:00") == Timestamp(seconds: 784_111_777))
        #expect(Timestamp(seconds: 784_111_777).iso8601Milliseconds == "1994-11-06T08:49:37.000Z")
    }
}

@Suite struct TimestampTests {
    private static let first = Timestamp(nanoseconds: .min)
    private static let last = Timestamp(nanoseconds: .max)

    @Test(arguments: [
        (first, last, Duration.nanoseconds(Int64.min) - .nanoseconds(Int64.max)),
        (last, first, .nanoseconds(Int64.max) - .nanoseconds(Int64.min)),
        (.epoch, first, .zero - .nanoseconds(Int64.min)), (first, .epoch, .nanoseconds(Int64.min)),
        (last, last, .zero), (Timestamp(nanoseconds: 1), .epoch, .nanoseconds(1)),
    ])
    func differencesAreExact(left: Timestamp, right: Timestamp, difference: Duration) {
        #expect(left - right == difference)
    }

    @Test func theLargestDifferenceIsFiveHundredEightyFourYears() {
        let (seconds, attoseconds) = (Self.last - Self.first).components
        #expect(seconds == 18_446_744_073)
        #expect(attoseconds == 709_551_615_000_000_000)
    }

    @Test(arguments: [
        (last, Duration.nanoseconds(1), last), (last, .zero, last),
        (last, .nanoseconds(-1), .init(nanoseconds: .max - 1)),
        (first, .nanoseconds(-1), first), (first, .zero, first), (.epoch, .seconds(Int64.max), last),
        (.epoch, .seconds(Int64.min), first), (last, .seconds(Int64.min), first),
        (.epoch, .nanoseconds(-1), .init(nanoseconds: -1)),
        (.init(nanoseconds: -1), .nanoseconds(2), .init(nanoseconds: 1)),
    ])
    func sumsEndWhereMomentsDo(moment: Timestamp, duration: Duration, sum: Timestamp) {
        #expect(moment + duration == sum)
    }

    @Test(arguments: [
        (Int64(9_223_372_036), Int64(9_223_372_036_000_000_000)), (9_223_372_037, .max), (.max, .max),
        (-9_223_372_036, -9_223_372_036_000_000_000), (-9_223_372_037, .min), (.min, .min),
    ])
    func secondsEndWhereMomentsDo(seconds: Int64, nanoseconds: Int64) {
        #expect(Timestamp(seconds: seconds).nanoseconds == nanoseconds)
    }
}
