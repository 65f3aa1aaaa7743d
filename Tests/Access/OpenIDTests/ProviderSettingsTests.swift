import HTTPClient
import OpenID
import Telemetry
import Testing

private let good = [
    "config_url": "https://idp.example/realms/r/.well-known/openid-configuration", "client_id": "martlet",
]

private func settings(_ changes: [String: String]) throws -> ProviderSettings? {
    try ProviderSettings(target: "_", values: good.merging(changes) { $1 })
}

@Suite struct ProviderSettingsTests {
    @Test func whatIsNotSetHasADefault() throws {
        let settings = try #require(try settings([:]))
        #expect(settings.issuer == "https://idp.example/realms/r")
        #expect(settings.policySource == .claim("policy"))
        #expect(settings.scopes == [])
        #expect(!settings.asksUserInfo && !settings.redirectsDynamically && !settings.allowsPrivateNetwork)
        #expect(settings.clientSecret == nil)
        #expect(settings.roleARN(region: "") == nil)
    }

    @Test func everySettingHasAnEffect() throws {
        let settings = try #require(
            try settings([
                "client_secret": "s3cret", "display_name": "Ours", "claim_prefix": "https://x/",
                "claim_name": "groups",
                "claim_userinfo": "on", "scopes": "openid, email", "redirect_uri": "https://c/",
                "comment": "c",
                "redirect_uri_dynamic": "on", "private_network": "on", "issuer": "https://other.example",
                "enable": "on",
            ])
        )
        #expect(settings.clientSecret?.revealed() == "s3cret")
        #expect(!"\(settings)".contains("s3cret"))
        #expect(settings.displayName == "Ours")
        #expect(settings.policySource == .claim("https://x/groups"))
        #expect(settings.scopes == ["openid", "email"])
        #expect(settings.redirectURI == "https://c/")
        #expect(settings.issuer == "https://other.example")
        #expect(settings.asksUserInfo && settings.redirectsDynamically && settings.allowsPrivateNetwork)
    }

    /// The id is base64url of the client id's SHA-1, from `printf martlet | openssl sha1 -binary | basenc --base64url`.
    @Test func aRoleIsNamedAfterItsClient() throws {
        let settings = try #require(try settings(["role_policy": "readonly, diagnostics"]))
        #expect(settings.policySource == .role(["readonly", "diagnostics"]))
        #expect(settings.roleARN(region: "") == "arn:minio:iam:::role/cSfUO0mI8LpLxq3JizUJjQsSG6Q")
        #expect(settings.roleARN(region: "eu-1") == "arn:minio:iam:eu-1::role/cSfUO0mI8LpLxq3JizUJjQsSG6Q")
    }

    @Test func nothingSetIsNoProvider() throws {
        #expect(try ProviderSettings(target: "_", values: [:]) == nil)
        #expect(try ProviderSettings(target: "_", values: ["comment": "c", "config_url": ""]) == nil)
        #expect(try settings(["enable": "off"]) == nil)
        #expect(try ProviderSettings(target: "_", values: ["enable": "off"]) == nil)
    }

    @Test(arguments: [
        (["vendor": "keycloak"], ProviderSettingsError.unsupportedSetting("vendor")),
        (["keycloak_realm": "r"], .unsupportedSetting("keycloak_realm")),
        (["clientid": "x"], .unknownSetting("clientid")),
        (["config_url": ""], .missingSetting("config_url")),
        (["client_id": ""], .missingSetting("client_id")),
        (["claim_userinfo": "maybe"], .malformedSwitch(setting: "claim_userinfo", value: "maybe")),
        (["config_url": "idp.example"], .malformedURL(setting: "config_url", .unknownScheme)),
        (
            ["config_url": "https://u@idp.example/.well-known/openid-configuration"],
            .malformedURL(setting: "config_url", .userInformation)
        ),
        (["issuer": "x"], .malformedURL(setting: "issuer", .unknownScheme)),
        (["scopes": "openid,,email"], .malformedList(setting: "scopes")),
        (["role_policy": ","], .malformedList(setting: "role_policy")),
        (["config_url": "https://idp.example/config"], .unknownIssuer),
        (["role_policy": "a", "claim_name": "groups"], .rolePolicyAndClaim),
    ])
    func aMistakeIsNamed(changes: [String: String], error: ProviderSettingsError) {
        #expect(throws: error) { try settings(changes) }
    }

    @Test func providersDoNotOverlap() throws {
        func provider(_ target: String, _ changes: [String: String]) throws -> ProviderSettings {
            try #require(try ProviderSettings(target: target, values: good.merging(changes) { $1 }))
        }
        func check(_ settings: [ProviderSettings]) throws -> [String: [String]] {
            try OpenIDProviders(settings, region: "", client: HTTPClient()).roles
        }
        let role = ["role_policy": "readonly"]
        #expect(
            try check([
                provider("_", [:]), provider("b", role.merging(["client_id": "b"]) { $1 }),
                provider("c", role.merging(["client_id": "c"]) { $1 }),
            ]).count == 2
        )
        #expect(throws: ProviderSettingsError.repeatedTarget("_")) {
            try check([provider("_", [:]), provider("_", ["client_id": "b"])])
        }
        #expect(throws: ProviderSettingsError.repeatedClientID("martlet")) {
            try check([provider("_", [:]), provider("b", role)])
        }
        #expect(throws: ProviderSettingsError.severalClaimProviders(["_", "b"])) {
            try check([provider("_", [:]), provider("b", ["client_id": "b"])])
        }
    }
}
