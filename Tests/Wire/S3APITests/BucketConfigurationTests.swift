import Base
import S3API
import TestSupport
import Testing

private func metrics(_ id: String, _ more: String = "") -> String {
    "<MetricsConfiguration><Id>\(id)</Id>\(more)</MetricsConfiguration>"
}

private func inventory(isEnabled: String = "false", versions: String = "All", frequency: String = "Daily")
    -> String
{
    """
    <InventoryConfiguration><Destination><S3BucketDestination/></Destination><IsEnabled>\(isEnabled)</IsEnabled>\
    <Id>i</Id><IncludedObjectVersions>\(versions)</IncludedObjectVersions><Schedule><Frequency>\(frequency)</Frequency>\
    </Schedule></InventoryConfiguration>
    """
}

private func tiering(status: String = "Enabled", tier: String = "ARCHIVE_ACCESS", days: String = "90")
    -> String
{
    """
    <IntelligentTieringConfiguration><Id>t</Id><Status>\(status)</Status><Tiering><Days>\(days)</Days><AccessTier>\(tier)\
    </AccessTier></Tiering></IntelligentTieringConfiguration>
    """
}

private func read(_ text: String, _ kind: NamedConfigurationKind) throws(S3Error) -> NamedConfiguration {
    try NamedConfiguration(parsing: Array(text.utf8), as: kind)
}

@Suite("bucket settings") struct BucketConfigurationTests {
    @Test(arguments: AccelerateConfiguration.Status.allCases)
    func whatIsWrittenOfAnEndpointIsReadAgain(status: AccelerateConfiguration.Status) throws {
        let configuration = AccelerateConfiguration(status)
        #expect(try AccelerateConfiguration(parsing: configuration.xml) == configuration)
    }

    @Test(arguments: RequestPaymentConfiguration.Payer.allCases)
    func whatIsWrittenOfPayersIsReadAgain(payer: RequestPaymentConfiguration.Payer) throws {
        let configuration = RequestPaymentConfiguration(payer)
        #expect(try RequestPaymentConfiguration(parsing: configuration.xml) == configuration)
    }

    @Test(arguments: [
        "<AccelerateConfiguration/>",
        "<AccelerateConfiguration><Status>On</Status></AccelerateConfiguration>", "<a/>",
    ])
    func noStatusIsRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try AccelerateConfiguration(parsing: Array(text.utf8)) }
        #expect(error?.code == .malformedXML)
    }

    @Test(arguments: [
        "<RequestPaymentConfiguration/>",
        "<RequestPaymentConfiguration><Payer>Me</Payer></RequestPaymentConfiguration>",
    ])
    func noPayerIsRefused(text: String) {
        let error = #expect(throws: S3Error.self) {
            try RequestPaymentConfiguration(parsing: Array(text.utf8))
        }
        #expect(error?.code == .malformedXML)
    }

    @Test func anythingInsideIsANotification() throws {
        #expect(try NotificationConfiguration(parsing: NotificationConfiguration.emptyXML).isEmpty)
        let one = "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"
        #expect(try !NotificationConfiguration(parsing: Array(one.utf8)).isEmpty)
    }

    @Test func aNamedConfigurationKeepsWhatIsInIt() throws {
        let filter =
            "<Filter><And><Prefix>a &amp; b</Prefix><Tag><Key>k</Key><Value></Value></Tag></And></Filter>"
        let configuration = try read(metrics("all.of-it_1", filter), .metrics)
        #expect(configuration.id == "all.of-it_1")
        #expect(String(decoding: configuration.xml, as: UTF8.self).contains(filter))
        #expect(try NamedConfiguration(parsing: configuration.xml, as: .metrics).xml == configuration.xml)
    }

    @Test(arguments: [
        (inventory(), NamedConfigurationKind.inventory, false),
        (inventory(isEnabled: "true"), .inventory, true),
        (tiering(), .intelligentTiering, false),
        (
            "<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis/></AnalyticsConfiguration>", .analytics,
            false
        ),
        (
            "<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis><DataExport/></StorageClassAnalysis></AnalyticsConfiguration>",
            .analytics, true
        ),
    ])
    func reportsAreAskedFor(text: String, kind: NamedConfigurationKind, asks: Bool) throws {
        #expect(try read(text, kind).asksForReports == asks)
    }

    @Test(arguments: [
        (metrics(""), NamedConfigurationKind.metrics, S3Error.Code.invalidArgument),
        (metrics("a/b"), .metrics, .invalidArgument),
        (metrics(String(repeating: "i", count: 65)), .metrics, .invalidArgument),
        ("<MetricsConfiguration/>", .metrics, .malformedXML), (metrics("a"), .analytics, .malformedXML),
        ("<AnalyticsConfiguration><Id>a</Id></AnalyticsConfiguration>", .analytics, .malformedXML),
        (inventory(isEnabled: ""), .inventory, .malformedXML),
        (inventory(versions: "Some"), .inventory, .malformedXML),
        (inventory(frequency: "Hourly"), .inventory, .malformedXML),
        (tiering(status: "On"), .intelligentTiering, .malformedXML),
        (tiering(tier: "GLACIER"), .intelligentTiering, .malformedXML),
        (tiering(days: "0"), .intelligentTiering, .malformedXML),
    ])
    func whatIsNoneIsRefused(text: String, kind: NamedConfigurationKind, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try read(text, kind) }
        #expect(error?.code == code)
    }

    @Test func theyAreKeptInOrderAndListedInPages() throws {
        var all = NamedConfigurations(.metrics)
        for number in (0..<150).reversed() { try all.set(try read(metrics("m\(1000 + number)"), .metrics)) }
        try all.set(try read(metrics("m1001", "<Filter><Prefix>p</Prefix></Filter>"), .metrics))
        all.remove("m1000")
        #expect(all.all.map(\.id) == (1..<150).map { "m\(1000 + $0)" })
        #expect(try NamedConfigurations(stored: all.stored, .metrics) == all)
        let first = String(decoding: all.page(after: nil), as: UTF8.self)
        #expect(first.contains("<IsTruncated>true</IsTruncated>"))
        #expect(first.contains("<NextContinuationToken>m1100</NextContinuationToken>"))
        let last = String(decoding: all.page(after: "m1100"), as: UTF8.self)
        #expect(last.contains("<IsTruncated>false</IsTruncated>"))
        #expect(last.contains("<Id>m1101</Id>") && !last.contains("<Id>m1100</Id>"))
    }

    @Test func thereIsAnEndToThem() throws {
        var all = NamedConfigurations(.metrics)
        let filter = "<Filter><Prefix>\(String(repeating: "p", count: 30_000))</Prefix></Filter>"
        for number in 0..<8 { try all.set(try read(metrics("m\(number)", filter), .metrics)) }
        let error = #expect(throws: S3Error.self) { try all.set(try read(metrics("m9", filter), .metrics)) }
        #expect(error?.code == .tooManyConfigurations)
    }

    @Test(
        "what could not be read from the drives again is refused",
        arguments: [
            metrics("<Id>a</Id>a"), metrics("a", "<Filter>text<Prefix>p</Prefix></Filter>"),
            metrics("a", "<Filter x:one=\"1\" y:one=\"2\"/>"), metrics("a", "<x:1/>"),
            metrics("a", String(repeating: "<a>", count: 63) + String(repeating: "</a>", count: 63)),
        ]
    )
    func whatCannotBeKept(text: String) {
        let error = #expect(throws: S3Error.self) { try read(text, .metrics) }
        #expect(error?.code == .malformedXML)
    }

    @Test func whatCannotBeReadFromTheDrivesIsOurFault() {
        let error = #expect(throws: S3Error.self) {
            try NamedConfigurations(stored: Array("<x/>".utf8), .metrics)
        }
        #expect(error?.code == .internalError)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedSettingsAreReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let samples: [(String, NamedConfigurationKind)] = [
            (metrics("a", "<Filter><Prefix>p</Prefix></Filter>"), .metrics), (inventory(), .inventory),
            (tiering(), .intelligentTiering),
        ]
        for _ in 0..<100 {
            for (text, kind) in samples {
                do throws(S3Error) {
                    let found = try NamedConfiguration(
                        parsing: mutated(Array(text.utf8), using: &random),
                        as: kind
                    )
                    var all = NamedConfigurations(kind)
                    try all.set(found)
                    #expect(try NamedConfigurations(stored: all.stored, kind).all.map(\.id) == [found.id])
                } catch { #expect(error.status == 400) }
            }
            do throws(S3Error) {
                let text = AccelerateConfiguration(.enabled).xml
                _ = try AccelerateConfiguration(parsing: mutated(text, using: &random))
                _ = try RequestPaymentConfiguration(
                    parsing: mutated(RequestPaymentConfiguration(.requester).xml, using: &random)
                )
                _ = try NotificationConfiguration(
                    parsing: mutated(NotificationConfiguration.emptyXML, using: &random)
                )
            } catch { #expect(error.code == .malformedXML) }
        }
    }
}
