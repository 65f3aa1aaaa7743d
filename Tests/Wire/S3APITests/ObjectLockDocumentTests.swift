import Base
import S3API
import TestSupport
import Testing

private func configuration(_ inside: String) throws(S3Error) -> ObjectLockConfiguration {
    try ObjectLockConfiguration(
        parsing: Array("<ObjectLockConfiguration>\(inside)</ObjectLockConfiguration>".utf8)
    )
}

private func rule(_ inside: String) -> String {
    "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\(inside)</DefaultRetention></Rule>"
}

private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

@Suite struct ObjectLockDocumentTests {
    @Test func aBucketMayHaveADefaultOrNone() throws {
        #expect(
            try configuration("<ObjectLockEnabled>Enabled</ObjectLockEnabled>") == ObjectLockConfiguration()
        )
        #expect(
            try configuration(rule("<Mode>GOVERNANCE</Mode><Days>1</Days>")).defaultRetention
                == .init(.governance, .days(1))
        )
        #expect(
            try configuration(rule("<Mode>COMPLIANCE</Mode><Years>100</Years>")).defaultRetention
                == .init(.compliance, .years(100))
        )
        #expect(
            try configuration(rule("<Mode>COMPLIANCE</Mode><Days>36500</Days>")).defaultRetention
                == .init(.compliance, .days(36_500))
        )
    }

    @Test(
        arguments: [
            ("", .malformedXML), ("<ObjectLockEnabled>Disabled</ObjectLockEnabled>", .malformedXML),
            ("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule/>", .malformedXML),
            (rule("<Mode>GOVERNANCE</Mode>"), .malformedXML), (rule("<Days>1</Days>"), .malformedXML),
            (rule("<Mode>governance</Mode><Days>1</Days>"), .malformedXML),
            (rule("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"), .malformedXML),
            (rule("<Mode>GOVERNANCE</Mode><Days>many</Days>"), .malformedXML),
            (rule("<Mode>GOVERNANCE</Mode><Days>0</Days>"), .invalidRetentionPeriod),
            (rule("<Mode>GOVERNANCE</Mode><Years>-1</Years>"), .invalidRetentionPeriod),
            (rule("<Mode>GOVERNANCE</Mode><Days>36501</Days>"), .invalidRetentionPeriod),
            (rule("<Mode>GOVERNANCE</Mode><Years>101</Years>"), .invalidRetentionPeriod),
        ] as [(String, S3Error.Code)]
    )
    func otherConfigurationsAreRefused(inside: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try configuration(inside) }
        #expect(error?.code == code)
    }

    /// To the byte: MinIO compares it.
    @Test func theStoredFormIsMinIOs() {
        #expect(
            String(decoding: withoutDeclaration(ObjectLockConfiguration().xml), as: UTF8.self)
                == "<ObjectLockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
        )
        #expect(withoutDeclaration(Array("<a/>".utf8)) == Array("<a/>".utf8))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        for period in [ObjectLockConfiguration.Period.days(7), .years(2)] {
            let written = ObjectLockConfiguration(.init(.compliance, period))
            #expect(try ObjectLockConfiguration(parsing: written.xml) == written)
            #expect(try ObjectLockConfiguration(parsing: withoutDeclaration(written.xml)) == written)
        }
        let retention = Retention(.governance, until: try time("2030-01-01T00:00:00.5Z"))
        #expect(try Retention(parsing: retention.xml) == retention)
        for hold in LegalHold.allCases { #expect(try LegalHold(parsing: hold.xml) == hold) }
    }

    @Test(
        arguments: [
            (.days(1), "2026-02-28T23:59:59.250Z", "2026-03-01T23:59:59.250Z"),
            (.days(36_500), "2026-01-01T00:00:00Z", "2125-12-08T00:00:00.000Z"),
            (.years(1), "2026-11-21T19:00:00.001Z", "2027-11-21T19:00:00.001Z"),
            (.years(1), "2028-02-29T12:00:00Z", "2029-03-01T12:00:00.000Z"),
            (.years(4), "2028-02-29T12:00:00Z", "2032-02-29T12:00:00.000Z"),
            (.years(100), "2026-01-01T00:00:00Z", "2126-01-01T00:00:00.000Z"),
        ] as [(ObjectLockConfiguration.Period, String, String)]
    )
    func aPeriodEndsOnTheCalendar(
        period: ObjectLockConfiguration.Period,
        start: String,
        end: String
    ) throws {
        #expect(period.end(from: try time(start)).iso8601Milliseconds == end)
    }

    @Test func anEmptyRetentionTakesItAway() throws {
        #expect(try Retention(parsing: Array("<Retention/>".utf8)) == nil)
        #expect(
            try Retention(parsing: Array("<Retention><Mode></Mode><RetainUntilDate/></Retention>".utf8))
                == nil
        )
    }

    @Test(arguments: [
        "", "<Retention><Mode>GOVERNANCE</Mode></Retention>",
        "<Retention><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>",
        "<Retention><Mode>governance</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>",
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>tomorrow</RetainUntilDate></Retention>",
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>9999-01-01T00:00:00Z</RetainUntilDate></Retention>",
    ])
    func halfRetentionsAreRefused(text: String) {
        let error = #expect(throws: S3Error.self) { _ = try Retention(parsing: Array(text.utf8)) }
        #expect(error?.code == .malformedXML)
    }

    @Test(arguments: ["", "<LegalHold/>", "<LegalHold><Status>on</Status></LegalHold>", "<Hold/>"])
    func otherHoldsAreRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try LegalHold(parsing: Array(text.utf8)) }
        #expect(error?.code == .malformedXML)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedDocumentsAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lock = ObjectLockConfiguration(.init(.governance, .days(30))).xml
        let retention = Retention(.compliance, until: Timestamp(seconds: 1_900_000_000)).xml
        for _ in 0..<200 {
            do throws(S3Error) {
                let found = try ObjectLockConfiguration(parsing: mutated(lock, using: &generator))
                if case .days(let days)? = found.defaultRetention?.period {
                    #expect((1...36_500).contains(days))
                }
                #expect(try ObjectLockConfiguration(parsing: found.xml) == found)
            } catch { #expect(error.status == 400) }
            do throws(S3Error) {
                _ = try Retention(parsing: mutated(retention, using: &generator))
            } catch { #expect(error.code == .malformedXML) }
            do throws(S3Error) {
                _ = try LegalHold(parsing: mutated(LegalHold.on.xml, using: &generator))
            } catch { #expect(error.code == .malformedXML) }
        }
    }
}
