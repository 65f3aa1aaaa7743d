import Testing

@testable import Configuration

@Suite struct KeptSettingTests {
    private func kept(_ name: String) throws -> KeptSetting {
        try #require(Configuration.keptSettings.first { $0.name == name })
    }

    @Test func namesAreMinIOs() {
        #expect(
            Configuration.keptSettings.map { "\($0.group) \($0.key)" } == [
                "storage_class standard", "storage_class rrs", "storage_class inline_block", "site region",
                "api requests_max", "api requests_deadline", "api object_max_versions",
                "api stale_uploads_expiry", "api stale_uploads_cleanup_interval", "scanner speed",
            ]
        )
    }

    /// MinIO's default is the largest number there is.
    @Test(arguments: [
        ("1", 1), ("10000", 10_000), ("100000", 100_000), ("100001", 100_000),
        ("9223372036854775807", 100_000),
    ])
    func anObjectHasNoMoreVersionsThanTheFormatIsReadWith(text: String, count: Int) throws {
        var settings = ServerSettings()
        try kept("API_OBJECT_MAX_VERSIONS").apply(text, to: &settings)
        #expect(settings.objectVersionsMax == count)
    }

    @Test(arguments: Configuration.keptSettings.map(\.name))
    func defaultsAreRightAndChangeNothing(name: String) throws {
        let setting = try kept(name)
        #expect(setting.objection(to: "") == nil)
        #expect(setting.objection(to: setting.defaultValue) == nil)
        var settings = ServerSettings()
        setting.apply(setting.defaultValue, to: &settings)
        #expect(settings == ServerSettings())
    }

    @Test(arguments: [
        ("API_REQUESTS_MAX", "-1"), ("API_OBJECT_MAX_VERSIONS", "0"),
        ("API_REQUESTS_DEADLINE", "soon"), ("API_STALE_UPLOADS_EXPIRY", "0s"),
        ("REGION", "9"), ("STORAGE_CLASS_STANDARD", "2"), ("STORAGE_CLASS_INLINE_BLOCK", "2MiB"),
    ])
    func aWrongTextIsToldWhatWouldBeRightAndChangesNothing(name: String, text: String) throws {
        let setting = try kept(name)
        #expect(setting.objection(to: text)?.hasPrefix("it must be ") == true)
        var settings = ServerSettings()
        setting.apply(text, to: &settings)
        #expect(settings == ServerSettings())
    }

    @Test func whatWasGivenWins() throws {
        var given = try settings(["/data", "--region", "flag-1"])
        #expect(given.given == ["REGION": GivenValue(source: .flag("--region"), text: "flag-1")])
        try kept("REGION").apply("kept-1", to: &given)
        #expect(given.region == "flag-1")
        var other = try settings()
        #expect(other.given.isEmpty)
        try kept("REGION").apply("kept-1", to: &other)
        #expect(other.region == "kept-1")
    }

    /// Keys and where the server listens are not kept on drives, and no secret is told as a given value.
    @Test func whatIsNotKeptIsNotTold() throws {
        #expect(try settings(["/data", "--address", "127.0.0.1:9100"]).given.isEmpty)
    }
}
