import Directory
import OpenID
import Telemetry
import Testing

@testable import Configuration

private let discovery = "https://login.example/.well-known/openid-configuration"

/// Variables of one provider; `name` stands behind them.
private func provider(
    _ prefix: String = "MARTLET_",
    named name: String = "",
    _ changes: [String: String] = [:]
) -> [String: String] {
    let values = ["CONFIG_URL": discovery, "CLIENT_ID": "martlet\(name)"].merging(changes) { $1 }
    let suffix = name.isEmpty ? "" : "_\(name)"
    return Dictionary(
        uniqueKeysWithValues: values.map { ("\(prefix)IDENTITY_OPENID_\($0.key)\(suffix)", $0.value) }
    )
}

private func directory(_ prefix: String = "MARTLET_", _ changes: [String: String] = [:]) -> [String: String] {
    let values = [
        "SERVER_ADDR": "ldap.example:636", "LOOKUP_BIND_DN": "cn=reader,dc=example",
        "LOOKUP_BIND_PASSWORD": "hidden-word", "USER_DN_SEARCH_BASE_DN": "ou=people,dc=example",
        "USER_DN_SEARCH_FILTER": "(uid=%s)",
    ].merging(changes) { $1 }
    return Dictionary(uniqueKeysWithValues: values.map { ("\(prefix)IDENTITY_LDAP_\($0.key)", $0.value) })
}

private func text(_ mistakes: [SettingMistake]) -> String {
    mistakes.map(\.description).joined(separator: "\n")
}

@Suite struct OpenIDSettingsTests {
    @Test(arguments: ["MARTLET_", "RUSTFS_", "MINIO_"])
    func aProviderIsSetUpUnderEveryPrefix(prefix: String) throws {
        let settings = try settings(["/data"], provider(prefix))
        #expect(settings.openIDProviders.map(\.target) == ["_"])
        #expect(settings.openIDProviders.first?.clientID == "martlet")
        #expect(settings.openIDProviders.first?.policySource == .claim("policy"))
        #expect(settings.directory == nil)
        #expect(settings.warnings.isEmpty)
    }

    @Test func aNameBehindTheSettingMakesAnotherProvider() throws {
        let environment = provider()
            .merging(provider("MINIO_", named: "STAFF", ["ROLE_POLICY": "readonly,audit"])) { $1 }
            .merging(provider("MINIO_", named: "guests", ["ROLE_POLICY": "readonly"])) { $1 }
        let providers = try settings(["/data"], environment).openIDProviders
        #expect(providers.map(\.target) == ["STAFF", "_", "guests"])
        #expect(providers.first?.policySource == .role(["readonly", "audit"]))
    }

    @Test func theLongerOfTwoNamesIsMeant() throws {
        let values = ["REDIRECT_URI": "https://a.example", "REDIRECT_URI_DYNAMIC": "on"]
        let providers = try settings(["/data"], provider("MARTLET_", named: "", values)).openIDProviders
        #expect(providers.map(\.target) == ["_"])
        #expect(providers.first?.redirectsDynamically == true)
    }

    @Test func theFirstPrefixCountsAndTheOtherIsTold() throws {
        let environment = provider().merging(["MINIO_IDENTITY_OPENID_CLIENT_ID": "other"]) { $1 }
        let settings = try settings(["/data"], environment)
        #expect(settings.openIDProviders.first?.clientID == "martlet")
        #expect(settings.warnings.contains { $0.contains("MINIO_IDENTITY_OPENID_CLIENT_ID is ignored") })
    }

    @Test func aSecretMayStandInAFile() throws {
        for (name, file) in [("", "CLIENT_SECRET_FILE"), ("X", "CLIENT_SECRET_FILE_X")] {
            let environment = provider(named: name).merging(["MARTLET_IDENTITY_OPENID_\(file)": "/secret"]) {
                $1
            }
            let settings = try settings(["/data"], environment, files: ["/secret": "hidden-word\n"])
            #expect(settings.openIDProviders.first?.clientSecret == Secret("hidden-word"))
        }
        let both = provider().merging([
            "MARTLET_IDENTITY_OPENID_CLIENT_SECRET": "a", "MARTLET_IDENTITY_OPENID_CLIENT_SECRET_FILE": "/f",
        ]) { $1 }
        #expect(
            mistakes(["/data"], both) == [
                .valueAndFile(
                    "MARTLET_IDENTITY_OPENID_CLIENT_SECRET",
                    file: "MARTLET_IDENTITY_OPENID_CLIENT_SECRET_FILE"
                )
            ]
        )
    }

    @Test func aProviderThatIsSwitchedOffIsNone() throws {
        #expect(
            try settings(["/data"], provider("MARTLET_", named: "", ["ENABLE": "off"])).openIDProviders
                .isEmpty
        )
        #expect(try settings(["/data"], ["MINIO_IDENTITY_OPENID_CLIENT_ID": ""]).openIDProviders.isEmpty)
    }

    @Test(
        arguments: [
            ([:], ["CONFIG_URL": ""], "MARTLET_IDENTITY_OPENID_CONFIG_URL"),
            ([:], ["CLIENT_ID": ""], "MARTLET_IDENTITY_OPENID_CLIENT_ID"),
            ([:], ["CONFIG_URL": "login.example"], "MARTLET_IDENTITY_OPENID_CONFIG_URL (environment)"),
            ([:], ["CONFIG_URL": "https://login.example/x"], "MARTLET_IDENTITY_OPENID_ISSUER"),
            ([:], ["CLAIM_USERINFO": "maybe"], "MARTLET_IDENTITY_OPENID_CLAIM_USERINFO"),
            ([:], ["ROLE_POLICY": "a,,b"], "MARTLET_IDENTITY_OPENID_ROLE_POLICY"),
            ([:], ["ROLE_POLICY": "a", "CLAIM_NAME": "b"], "MARTLET_IDENTITY_OPENID_CLAIM_NAME"),
            ([:], ["VENDOR": "keycloak"], "MARTLET_IDENTITY_OPENID_VENDOR"),
            (provider(named: "X"), [:], "MARTLET_IDENTITY_OPENID_ROLE_POLICY"),
            (provider(named: "X", ["CLIENT_ID": "martlet", "ROLE_POLICY": "a"]), [:], "OPENID_CLIENT_ID"),
        ] as [([String: String], [String: String], String)]
    )
    func aMistakeNamesItsVariable(more: [String: String], changes: [String: String], named: String) {
        let found = mistakes(["/data"], provider("MARTLET_", named: "", changes).merging(more) { $1 })
        #expect(found.count == 1)
        #expect(text(found).contains(named), "\(text(found))")
    }

    @Test func everyProvidersMistakeIsSaid() {
        let environment = provider("MINIO_", named: "A", ["CONFIG_URL": "x"])
            .merging(provider("MINIO_", named: "B", ["CLAIM_USERINFO": "x"])) { $1 }
        let found = text(mistakes(["/data"], environment))
        #expect(found.contains("MINIO_IDENTITY_OPENID_CONFIG_URL_A"))
        #expect(found.contains("MINIO_IDENTITY_OPENID_CLAIM_USERINFO_B"))
    }

    @Test func noSecretIsShown() {
        let found = mistakes(
            ["/data"],
            provider("MARTLET_", named: "", ["CLIENT_SECRET": "hidden-word", "CLIENT_ID": ""])
        )
        #expect(!found.isEmpty && !text(found).contains("hidden-word"))
    }

    @Test(arguments: [
        "IDENTITY_OPENID", "IDENTITY_OPENID_", "IDENTITY_OPENID_CLIENT_IDS", "IDENTITY_OPENID_CLIENT_ID_",
        "IDENTITY_OPENID_X", "IDENTITY_LDAP_SERVER_ADDR_X",
    ])
    func anotherNameIsNone(stem: String) throws {
        let found = mistakes(["/data"], ["MARTLET_\(stem)": "x"])
        guard case .unknownName(let name, _)? = found.first else {
            Issue.record("\(found)")
            return
        }
        #expect(name == "MARTLET_\(stem)" && found.count == 1)
        let warnings = try settings(["/data"], ["MINIO_\(stem)": "x"]).warnings
        #expect(warnings.contains { $0.contains("MINIO_\(stem)") })
    }

    @Test func aMisspeltNameIsRecognised() {
        let found = mistakes(["/data"], ["MARTLET_IDENTITY_OPENID_CLIENTID": "x"])
        #expect(text(found).contains("did you mean MARTLET_IDENTITY_OPENID_CLIENT_ID?"))
    }
}

@Suite struct DirectorySettingsFamilyTests {
    @Test(arguments: ["MARTLET_", "RUSTFS_", "MINIO_"])
    func aDirectoryIsSetUpUnderEveryPrefix(prefix: String) throws {
        let settings = try settings(["/data"], directory(prefix))
        #expect(settings.directory?.host == "ldap.example")
        #expect(settings.directory?.lookupPassword == Secret("hidden-word"))
        #expect(settings.warnings.isEmpty)
        #expect(!"\(settings)".contains("hidden-word"))
    }

    @Test func thePasswordMayStandInAFile() throws {
        let name = "MARTLET_IDENTITY_LDAP_LOOKUP_BIND_PASSWORD_FILE"
        let environment = directory("MARTLET_", ["LOOKUP_BIND_PASSWORD": ""]).merging([name: "/secret"]) {
            $1
        }
        let settings = try settings(["/data"], environment, files: ["/secret": "other-word\n"])
        #expect(settings.directory?.lookupPassword == Secret("other-word"))
        #expect(
            text(mistakes(["/data"], environment)).contains("\(name) (environment) names the file /secret")
        )
    }

    @Test(arguments: [
        (["SERVER_ADDR": "host:port"], "SERVER_ADDR"), (["LOOKUP_BIND_DN": ""], "LOOKUP_BIND_DN"),
        (["LOOKUP_BIND_DN": "reader"], "LOOKUP_BIND_DN"), (["LOOKUP_BIND_PASSWORD": ""], "BIND_PASSWORD"),
        (["USER_DN_SEARCH_FILTER": "uid=%s"], "USER_DN_SEARCH_FILTER"),
        (["GROUP_SEARCH_FILTER": "(member=%d)"], "GROUP_SEARCH_BASE_DN"),
        (["TLS_SKIP_VERIFY": "maybe"], "TLS_SKIP_VERIFY"),
        (["SERVER_INSECURE": "on", "SERVER_STARTTLS": "on"], "SERVER_STARTTLS"),
        (["SRV_RECORD_NAME": "ldap"], "SRV_RECORD_NAME"),
        (["USER_DN_ATTRIBUTES": "mail"], "USER_DN_ATTRIBUTES"),
    ])
    func aMistakeNamesItsVariable(changes: [String: String], named: String) {
        let found = mistakes(["/data"], directory("MARTLET_", changes))
        #expect(found.count == 1)
        #expect(
            text(found).contains(named) && text(found).contains("MARTLET_IDENTITY_LDAP_"),
            "\(text(found))"
        )
        #expect(!text(found).contains("hidden-word"))
    }
}

@Suite struct SettingFamilyTests {
    @Test func theFamiliesNamesAreNoOthers() {
        let names = settingFamilies.flatMap(\.names) + settingsTable.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
    }

    @Test func theHelpNamesEveryMemberThatIsBuilt() {
        let help = Configuration.helpText()
        for family in settingFamilies {
            for member in family.members {
                #expect(
                    help.contains("MARTLET_\(family.stem)\(member.name)\n") || member.isSecret
                        || !member.isBuilt
                )
                #expect(member.isBuilt || !help.contains("\(family.stem)\(member.name)"))
            }
        }
    }

    /// What the help offers, the part of the server knows; what it does not offer, that refuses.
    @Test func theFamiliesHaveWhatTheirPartsRead() {
        for member in openIDFamily.members {
            let error = #expect(throws: ProviderSettingsError.self) {
                _ = try ProviderSettings(target: "_", values: [member.name.lowercased(): "-"])
                throw ProviderSettingsError.missingSetting("")
            }
            #expect(error != .unknownSetting(member.name.lowercased()))
            #expect((error == .unsupportedSetting(member.name.lowercased())) == !member.isBuilt)
        }
        for member in directoryFamily.members {
            let error = #expect(throws: DirectorySettingsError.self) {
                _ = try DirectorySettings(values: [member.name.lowercased(): "-"])
                throw DirectorySettingsError.missingSetting("")
            }
            #expect(error != .unknownSetting(member.name.lowercased()))
            #expect((error == .unsupportedSetting(member.name.lowercased())) == !member.isBuilt)
        }
    }
}
