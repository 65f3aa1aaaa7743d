import Base
import S3API
import TestSupport
import Testing

private func configuration(
    _ rules: String,
    from origin: LifecycleConfiguration.Origin = .request
) throws(S3Error) -> LifecycleConfiguration {
    try LifecycleConfiguration(
        parsing: Array("<LifecycleConfiguration \(namespace)>\(rules)</LifecycleConfiguration>".utf8),
        from: origin
    ) { "made" }
}

private let days = "<Expiration><Days>1</Days></Expiration>"
private let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>"
private let abort =
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"

private func rule(_ inside: String, id: String = "r") -> String {
    "<Rule><ID>\(id)</ID><Status>Enabled</Status>\(inside)</Rule>"
}

@Suite struct LifecycleConfigurationTests {
    @Test func everythingARuleCanSayIsRead() throws {
        let found = try configuration(
            """
            <Rule><ID>all</ID><Status>Disabled</Status>
              <Filter><And><Prefix>a/</Prefix>\(tag)<Tag><Key>l</Key><Value/></Tag>
                <ObjectSizeGreaterThan>0</ObjectSizeGreaterThan><ObjectSizeLessThan>100</ObjectSizeLessThan></And></Filter>
              <Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>
              <NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>5</NewerNoncurrentVersions></NoncurrentVersionExpiration>
            </Rule>
            <Rule><Prefix>old</Prefix><Status>Enabled</Status>\(days)\(abort)</Rule>
            """
        )
        let expected = [
            LifecycleRule(
                id: "all",
                isEnabled: false,
                filter: .init(
                    prefix: "a/",
                    tags: [.init("k", "v"), .init("l", "")],
                    sizeGreaterThan: 0,
                    sizeLessThan: 100
                ),
                expiration: .date(try #require(Timestamp(iso8601: "2030-01-01T00:00:00Z"))),
                noncurrentExpiration: .init(days: 3, newerCount: 5)
            ),
            LifecycleRule(
                id: "made",
                filter: .init(prefix: "old"),
                hasPlainPrefix: true,
                expiration: .days(1),
                abortUploadsDays: 7
            ),
        ]
        #expect(found.rules == expected)
    }

    @Test(
        "a filter's conditions all have to hold, wherever they stand",
        arguments: [
            ("<Filter/>", "<Filter></Filter>"),
            ("<Filter><Prefix></Prefix></Filter>", "<Filter><Prefix></Prefix></Filter>"),
            ("<Filter>\(tag)</Filter>", "<Filter>\(tag)</Filter>"),
            ("<Filter><And>\(tag)</And></Filter>", "<Filter>\(tag)</Filter>"),
            (
                "<Filter><Prefix>a</Prefix>\(tag)</Filter>",
                "<Filter><And><Prefix>a</Prefix>\(tag)</And></Filter>"
            ),
            (
                "<Filter><Prefix>a/</Prefix>\(tag)<And><Prefix>a</Prefix>\(tag)</And></Filter>",
                "<Filter><And><Prefix>a/</Prefix>\(tag)</And></Filter>"
            ),
            ("<Prefix>p</Prefix>", "<Prefix>p</Prefix>"),
        ]
    )
    func filters(sent: String, kept: String) throws {
        let text = String(decoding: try configuration(rule(sent + days)).xml, as: UTF8.self)
        #expect(
            text.hasSuffix(
                "<Rule><ID>r</ID>\(kept)<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
            )
        )
    }

    @Test(
        arguments: [
            ("", .malformedXML), (rule(days), .malformedXML), (rule("<Filter/>"), .invalidRequest),
            (rule("<Filter/><Prefix/>" + days), .malformedXML),
            (rule("<Filter/><Filter/>" + days), .malformedXML),
            (rule("<filter/>" + days), .malformedXML),
            (rule("<Filter><prefix>a</prefix></Filter>" + days), .malformedXML),
            (rule("<Filter><And/></Filter>" + days), .malformedXML),
            (rule("<Filter><Prefix>a</Prefix><And><Prefix>b</Prefix></And></Filter>" + days), .malformedXML),
            (
                rule("<Filter><And>\(tag)<Tag><Key>k</Key><Value>w</Value></Tag></And></Filter>" + days),
                .invalidRequest
            ),
            (rule("<Filter><Tag><Key/></Tag></Filter>" + days), .invalidTag),
            (rule("<Filter><Tag><Value>v</Value></Tag></Filter>" + days), .malformedXML),
            (rule("<Filter><ObjectSizeLessThan>-1</ObjectSizeLessThan></Filter>" + days), .malformedXML),
            (
                rule(
                    "<Filter><And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan></And></Filter>"
                        + days
                ),
                .invalidRequest
            ),
            ("<Rule><Filter/>\(days)</Rule>", .malformedXML),
            ("<Rule><Filter/><Status>enabled</Status>\(days)</Rule>", .malformedXML),
            (rule("<Filter/>" + days, id: String(repeating: "a", count: 256)), .invalidArgument),
            (rule("<Filter/>" + days) + rule("<Filter/>" + days), .invalidArgument),
            (rule("<Filter/><Expiration><Days>0</Days></Expiration>"), .invalidArgument),
            (rule("<Filter/><Expiration><Days>-1</Days></Expiration>"), .invalidArgument),
            (rule("<Filter/><Expiration><Days>2147483648</Days></Expiration>"), .invalidArgument),
            (rule("<Filter/><Expiration><Days>x</Days></Expiration>"), .malformedXML),
            (rule("<Filter/><Expiration/>"), .malformedXML),
            (
                rule("<Filter/><Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>"),
                .malformedXML
            ),
            (
                rule(
                    "<Filter/><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
                ),
                .malformedXML
            ),
            (rule("<Filter/><Expiration><Date>2030-01-01T00:00:01Z</Date></Expiration>"), .invalidArgument),
            (rule("<Filter/><Expiration><Date>20300101</Date></Expiration>"), .invalidArgument),
            (rule("<Filter/><Expiration><Date>9999-01-01T00:00:00Z</Date></Expiration>"), .invalidArgument),
            (rule("<Filter/><NoncurrentVersionExpiration/>"), .malformedXML),
            (
                rule(
                    "<Filter/><NoncurrentVersionExpiration><NewerNoncurrentVersions>0</NewerNoncurrentVersions></NoncurrentVersionExpiration>"
                ),
                .invalidArgument
            ),
            (rule("<Filter/><AbortIncompleteMultipartUpload/>"), .malformedXML),
            (rule("<Filter>\(tag)</Filter>" + abort), .invalidRequest),
            (rule("<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>" + abort), .invalidRequest),
            (
                rule(
                    "<Filter>\(tag)</Filter><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
                ),
                .invalidRequest
            ),
            (
                rule("<Filter/><Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>"),
                .notImplemented
            ),
            (
                rule(
                    "<Filter/><Transition><Date>20220927</Date><StorageClass>GLACIER</StorageClass></Transition>"
                ), .invalidArgument
            ),
            (
                rule(
                    "<Filter/><Expiration><Days>1</Days><ExpiredObjectAllVersions>true</ExpiredObjectAllVersions></Expiration>"
                ), .notImplemented
            ),
        ] as [(String, S3Error.Code)]
    )
    func whatIsWrongIsSaid(rules: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try configuration(rules) }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }

    @Test func aThousandRulesAreTakenAndOneMoreIsNot() throws {
        func rules(_ count: Int) -> String {
            (1...count).map { rule("<Filter/>" + days, id: "\($0)") }.joined()
        }
        #expect(try configuration(rules(1000)).rules.count == 1000)
        #expect(throws: S3Error.self) { try configuration(rules(1001)) }
    }

    @Test func anIDOf255CharactersIsTaken() throws {
        let id = String(repeating: "ü", count: 255)
        #expect(try configuration(rule("<Filter/>" + days, id: id)).rules[0].id == id)
    }

    @Test func whatAnotherServerStoredIsReadAsFarAsItIsKnown() throws {
        let found = try configuration(
            """
            <Rule><ID>r</ID><Status>Enabled</Status><Expiration><Days>365</Days></Expiration>\
            <Transition><Days>30</Days><StorageClass>WARM</StorageClass></Transition>\
            <NoncurrentVersionExpiration><MaxNoncurrentVersions>4</MaxNoncurrentVersions></NoncurrentVersionExpiration></Rule>\
            <ExpiryUpdatedAt>2024-01-01T00:00:00Z</ExpiryUpdatedAt>
            """,
            from: .drives
        )
        #expect(
            found.rules == [
                LifecycleRule(
                    id: "r",
                    expiration: .days(365),
                    noncurrentExpiration: .init(newerCount: 4)
                )
            ]
        )
    }

    @Test func aStoredFilterThatIsNotUnderstoodIsRefused() {
        #expect(throws: S3Error.self) {
            try configuration(rule("<Filter><Colour>red</Colour></Filter>" + days), from: .drives)
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func mutatedDocumentsAreRefusedOrReadBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let text =
            rule("<Filter><And><Prefix>a</Prefix>\(tag)</And></Filter>" + days)
            + rule("<Prefix>p</Prefix>" + abort, id: "s")
        let whole = Array("<LifecycleConfiguration>\(text)</LifecycleConfiguration>".utf8)
        for _ in 0..<100 {
            let body = mutated(whole, using: &generator)
            let read: LifecycleConfiguration
            do throws(S3Error) {
                read = try LifecycleConfiguration(parsing: body) { "made" }
            } catch { continue }
            // What was taken is what the drives keep.
            #expect(try LifecycleConfiguration(parsing: read.xml, from: .drives) { "other" } == read)
        }
    }
}
