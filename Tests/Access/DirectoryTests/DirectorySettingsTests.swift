import Directory
import Testing

private let good = [
    "server_addr": "ldap.example", "lookup_bind_dn": "cn=reader,dc=x", "lookup_bind_password": "s3cret",
    "user_dn_search_base_dn": "ou=people,dc=x", "user_dn_search_filter": "(uid=%s)",
]

private func settings(_ changes: [String: String]) throws -> DirectorySettings? {
    try DirectorySettings(values: good.merging(changes) { $1 })
}

@Suite struct DirectorySettingsTests {
    @Test func whatIsNotSetHasADefault() throws {
        let settings = try #require(try settings([:]))
        #expect(settings.host == "ldap.example")
        #expect(settings.port == 636)
        #expect(settings.protection == .tls)
        #expect(settings.verifiesCertificate)
        #expect(settings.groupBases == [])
        #expect(settings.groupFilter == nil)
        #expect(!"\(settings)".contains("s3cret"))
    }

    @Test(
        arguments: [
            ("ldap.example", [:], "ldap.example", 636), ("ldap.example:3269", [:], "ldap.example", 3269),
            ("ldap.example", ["server_insecure": "on"], "ldap.example", 389),
            ("ldap.example", ["server_starttls": "on"], "ldap.example", 389),
            ("[::1]:1636", [:], "::1", 1636),
            ("[::1]", [:], "::1", 636), ("127.0.0.1:1", [:], "127.0.0.1", 1),
        ] as [(String, [String: String], String, UInt16)]
    )
    func theAddressMayHaveAPort(address: String, changes: [String: String], host: String, port: UInt16) throws
    {
        let settings = try #require(try settings(changes.merging(["server_addr": address]) { $1 }))
        #expect(settings.host == host)
        #expect(settings.port == port)
    }

    @Test func everySettingHasAnEffect() throws {
        let settings = try #require(
            try settings([
                "enable": "on", "comment": "c", "server_starttls": "on", "tls_skip_verify": "on",
                "user_dn_search_base_dn": "ou=a,dc=x;ou=b,dc=x",
                "group_search_base_dn": "ou=g,dc=x;ou=h,dc=x",
                "group_search_filter": "(&(objectclass=groupOfNames)(member=%d))",
            ])
        )
        #expect(settings.protection == .startTLS)
        #expect(!settings.verifiesCertificate)
        #expect(settings.userBases == ["ou=a,dc=x", "ou=b,dc=x"])
        #expect(settings.groupBases == ["ou=g,dc=x", "ou=h,dc=x"])
        #expect(
            settings.groupFilter?.filled(name: "", entry: "e") == "(&(objectclass=groupOfNames)(member=e))"
        )
    }

    @Test func nothingSetIsNoDirectory() throws {
        #expect(try DirectorySettings(values: [:]) == nil)
        #expect(try settings(["enable": "off"]) == nil)
        #expect(try settings(["server_addr": ""]) == nil)
    }

    @Test(arguments: [
        (["srv_record_name": "ldap"], DirectorySettingsError.unsupportedSetting("srv_record_name")),
        (["server": "x"], .unknownSetting("server")),
        (["lookup_bind_dn": ""], .missingSetting("lookup_bind_dn")),
        (["lookup_bind_password": ""], .missingSetting("lookup_bind_password")),
        (["user_dn_search_base_dn": ";"], .missingSetting("user_dn_search_base_dn")),
        (["user_dn_search_filter": ""], .missingSetting("user_dn_search_filter")),
        (["server_insecure": "maybe"], .malformedSwitch(setting: "server_insecure", value: "maybe")),
        (["server_insecure": "on", "server_starttls": "on"], .plainAndStartTLS),
        (["lookup_bind_dn": "reader"], .malformedName(setting: "lookup_bind_dn", .malformedType(offset: 6))),
        (
            ["user_dn_search_base_dn": "ou=a;b"],
            .malformedName(setting: "user_dn_search_base_dn", .malformedType(offset: 1))
        ),
        (["user_dn_search_filter": "(uid=%d)"], .malformedFilter(setting: "user_dn_search_filter")),
        (["group_search_filter": "(member=%d)"], .missingSetting("group_search_base_dn")),
        (["group_search_base_dn": "dc=x"], .missingSetting("group_search_filter")),
    ])
    func aMistakeIsNamed(changes: [String: String], error: DirectorySettingsError) {
        #expect(throws: error) { try settings(changes) }
    }

    @Test(arguments: [
        "ldap://ldap.example", "a b", "host:", "host:0", "host:65536", "host:x", ":389", "[::1", "[]", "a@b",
        "a/b", "[::1]x",
        "::1", "host\u{0}",
    ])
    func whatIsNoAddress(text: String) {
        #expect(throws: DirectorySettingsError.malformedAddress(text)) { try settings(["server_addr": text]) }
    }
}
