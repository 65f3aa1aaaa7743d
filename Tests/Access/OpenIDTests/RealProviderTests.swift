import HTTPClient
import JOSE
import OpenID
import Telemetry
import Testing

@Suite(.enabled(if: RealProvider.isInstalled, "\(RealProvider.absence)")) struct RealProviderTests {
    private func providers(_ provider: RealProvider, _ changes: [String: String]) throws -> OpenIDProviders {
        var options = OpenIDOptions()
        options.refetchIntervalMin = .zero
        let values = [
            "config_url": provider.issuer + "/.well-known/openid-configuration", "client_id": "martlet",
        ].merging(changes) { $1 }
        let settings = try #require(try ProviderSettings(target: "_", values: values))
        return try OpenIDProviders([settings], region: "", client: HTTPClient(), options: options)
    }

    @Test func aLoginIsAnIdentityAlsoAfterAChangeOfKeys() async throws {
        let provider = try RealProvider()
        let providers = try providers(provider, ["role_policy": "readonly"])
        let role = try #require(providers.roles.keys.first)
        let first = try provider.logIn("ann", client: "martlet").identity
        #expect(try await providers.authenticate(token: first, roleARN: role).subject == "ann")
        try provider.changeKey()
        let second = try provider.logIn("ann", client: "martlet").identity
        let identity = try await providers.authenticate(token: second, roleARN: role)
        #expect(identity.issuer == provider.issuer)
        #expect(identity.policies == ["readonly"])
        // The former key is withdrawn by now.
        await #expect(throws: OpenIDError.self) {
            try await providers.authenticate(token: first, roleARN: role)
        }
    }

    @Test func aLoginForAnotherClientIsRefused() async throws {
        let provider = try RealProvider()
        let providers = try providers(provider, ["claim_name": "email"])
        let token = try provider.logIn("ann", client: "other").identity
        await #expect(throws: OpenIDError.refused(.token(.wrongAudience))) {
            try await providers.authenticate(token: token)
        }
    }

    @Test func userInfoIsAskedWithTheAccessToken() async throws {
        let provider = try RealProvider()
        let providers = try providers(provider, ["claim_name": "email", "claim_userinfo": "on"])
        let (token, access) = try provider.logIn("ann", client: "martlet")
        let identity = try await providers.authenticate(token: token, accessToken: Secret(access))
        #expect(identity.policies == ["ann@example.org"])
        await #expect(throws: OpenIDError.refused(.accessTokenRefused(status: 400))) {
            try await providers.authenticate(token: token, accessToken: Secret("x"))
        }
    }
}
