import Base
import HTTPClient
import JOSE
import JSON
import OpenID
import Telemetry
import TestSupport
import Testing

/// A provider with one key, and who asks it at 1_750_000_000.
struct Setting {
    let provider: LoopbackProvider
    let key = SigningKey(id: "first")
    let time = SimulatedTime()
    let providers: OpenIDProviders

    init(_ changes: [String: String] = [:], options: OpenIDOptions = OpenIDOptions()) throws {
        provider = try LoopbackProvider(keys: [key])
        var clientOptions = HTTPClientOptions()
        clientOptions.timeout = .seconds(5)
        providers = try OpenIDProviders(
            [provider.settings(changes)],
            region: "",
            client: HTTPClient(options: clientOptions),
            options: options,
            time: time
        )
    }

    func authenticate(
        _ changes: [String: JSONValue?] = [:],
        roleARN: String? = nil,
        accessToken: String? = nil
    ) async throws(OpenIDError) -> WebIdentity {
        try await providers.authenticate(
            token: key.token(provider.claims(changes)),
            roleARN: roleARN,
            accessToken: accessToken.map { Secret($0) }
        )
    }
}

@Suite struct TokenTests {
    @Test func aGoodTokenIsAnIdentity() async throws {
        let setting = try Setting()
        let identity = try await setting.authenticate(["team": ["a", "b"]])
        #expect(identity.provider == "_")
        #expect(identity.roleARN == nil)
        #expect(identity.issuer == setting.provider.issuer)
        #expect(identity.subject == "ann")
        #expect(identity.expiration == Timestamp(seconds: 1_750_003_600))
        #expect(identity.policies == ["readwrite"])
        #expect(identity.claims.members["team"] == ["a", "b"])
    }

    @Test func nothingIsAskedBeforeTheFirstToken() async throws {
        let setting = try Setting()
        #expect(setting.provider.server.connectionCount == 0)
        for _ in 0..<3 { _ = try await setting.authenticate() }
        #expect(setting.provider.server.connectionCount == 2)
    }

    @Test(
        arguments: [
            (JSONValue.string("a"), ["a"]), ("a,b", ["a", "b"]), (" a , ,b,a", ["a", "b"]),
            (["a", "b,c", "a"], ["a", "b", "c"]),
        ] as [(JSONValue, [String])]
    )
    func aClaimNamesThePolicies(value: JSONValue, policies: [String]) async throws {
        #expect(try await Setting().authenticate(["policy": value]).policies == policies)
    }

    @Test(arguments: [nil, "", ",", " , ", []] as [JSONValue?])
    func aClaimWithoutPolicyIsRefused(value: JSONValue?) async throws {
        await #expect(throws: OpenIDError.refused(.noPolicies(claim: "policy"))) {
            try await Setting().authenticate(["policy": value])
        }
    }

    @Test(arguments: [.null, .boolean(true), .integer(1), [:], ["a", .integer(1)]] as [JSONValue])
    func aClaimOfAnotherKindIsRefused(value: JSONValue) async throws {
        await #expect(throws: OpenIDError.refused(.token(.malformedClaim("policy")))) {
            try await Setting().authenticate(["policy": value])
        }
    }

    @Test func theClaimsNameAndPrefixAreConfigured() async throws {
        let setting = try Setting(["claim_prefix": "https://x/", "claim_name": "groups"])
        #expect(try await setting.authenticate(["https://x/groups": "a"]).policies == ["a"])
    }

    @Test func aRoleHasThePoliciesWhateverTheTokenSays() async throws {
        let setting = try Setting(["role_policy": "readonly,diagnostics"])
        let role = try #require(setting.providers.roles.keys.first)
        let identity = try await setting.authenticate(["policy": "consoleAdmin"], roleARN: role)
        #expect(identity.policies == ["readonly", "diagnostics"])
        #expect(identity.roleARN == role)
        for roleARN in [nil, OpenIDProviders.claimRoleARN] {
            await #expect(throws: OpenIDError.refused(.noClaimProvider)) {
                try await setting.authenticate(roleARN: roleARN)
            }
        }
    }

    @Test func aRoleThatIsNotThereIsRefused() async throws {
        let setting = try Setting()
        #expect(try await setting.authenticate(roleARN: OpenIDProviders.claimRoleARN).subject == "ann")
        for role in ["", "x", OpenIDProviders.claimRoleARN + "x"] {
            await #expect(throws: OpenIDError.refused(.unknownRole)) {
                try await setting.authenticate(roleARN: role)
            }
        }
    }

    @Test(
        arguments: [
            (["aud": ["x", "martlet"]], true), (["aud": "x"], false), (["aud": "martlet2"], false),
            (["aud": []], false),
            (["aud": "account", "azp": "martlet"], true), (["aud": nil, "azp": "martlet"], true),
            (["aud": "martlet", "azp": "other"], true), (["aud": "x", "azp": "other"], false),
            (["aud": nil], false),
            (["aud": "x", "azp": ["martlet"]], false),
        ] as [([String: JSONValue?], Bool)]
    )
    func theTokenIsForUs(changes: [String: JSONValue?], isGood: Bool) async throws {
        let setting = try Setting()
        do throws(OpenIDError) {
            _ = try await setting.authenticate(changes)
            #expect(isGood)
        } catch {
            guard case .refused(.token(let reason)) = error, !isGood else {
                Issue.record("\(error)")
                return
            }
            #expect([.wrongAudience, .missingClaim("aud"), .malformedClaim("azp")].contains(reason))
        }
    }

    /// The leeway is 30 seconds.
    @Test(
        arguments: [
            (["exp": .integer(1_749_999_971)], true), (["exp": .integer(1_749_999_970)], false),
            (["exp": nil], false), (["exp": "1750003600"], false), (["exp": .null], false),
            (["nbf": .integer(1_750_000_030)], true), (["nbf": .integer(1_750_000_031)], false),
            (["iat": .integer(1_750_000_030)], true), (["iat": .integer(1_750_000_031)], false),
            (["iss": "http://evil.example"], false), (["iss": nil], false), (["sub": nil], false),
            (["sub": ""], false),
            (["sub": .integer(1)], false),
        ] as [([String: JSONValue?], Bool)]
    )
    func theTokenIsOfNowAndOfTheIssuer(changes: [String: JSONValue?], isGood: Bool) async throws {
        let setting = try Setting()
        do throws(OpenIDError) {
            _ = try await setting.authenticate(changes)
            #expect(isGood)
        } catch {
            guard case .refused(.token) = error, !isGood else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func anIssuerWithASlashAtItsEndIsItself() async throws {
        let setting = try Setting()
        let issuer = JSONValue.string(setting.provider.issuer + "/")
        setting.provider.change { $0.documentChanges["issuer"] = issuer }
        #expect(try await setting.authenticate(["iss": issuer]).subject == "ann")
        await #expect(throws: OpenIDError.refused(.token(.wrongIssuer))) { try await setting.authenticate() }
    }

    @Test func textsThatAreNoTokens() async throws {
        let setting = try Setting()
        for text in ["", "a", "a.b.c", String(repeating: "a", count: 20_000)] {
            do throws(OpenIDError) {
                _ = try await setting.providers.authenticate(token: text)
                Issue.record("\(text)")
            } catch {
                guard case .refused(.token) = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
        #expect(setting.provider.server.connectionCount == 0)
    }
}

@Suite struct ForgedTokenTests {
    private func refusal(of token: String, _ setting: Setting) async -> TokenError? {
        do throws(OpenIDError) {
            _ = try await setting.providers.authenticate(token: token)
            return nil
        } catch {
            guard case .refused(.token(let reason)) = error else { return nil }
            return reason
        }
    }

    @Test(arguments: ["none", "None", "nOnE", ""]) func algorithmNone(name: String) async throws {
        let setting = try Setting()
        let encoding = Base64.urlWithoutPadding
        let header: JSONValue = ["alg": .string(name)]
        let payload = encoding.encode(JSONValue.object(setting.provider.claims()).encoded)
        let token = "\(encoding.encode(header.encoded)).\(payload)."
        #expect(await refusal(of: token, setting) == .unsupportedAlgorithm(name))
    }

    /// The public key as an HMAC secret, in each form that somebody might take it for one.
    @Test func keyConfusion() async throws {
        let setting = try Setting()
        let point = try #require(setting.key.published["x"]?.string)
        for secret in [
            setting.key.published.encoded, Array(point.utf8), Base64.urlWithoutPadding.decode(point) ?? [],
        ] {
            for (algorithm, name) in zip(HMACKey.Algorithm.allCases, [JWSAlgorithm.hs256, .hs384, .hs512]) {
                let token = HMACKey(algorithm, bytes: secret).sign(setting.provider.claims(), keyID: "first")
                #expect(await refusal(of: token, setting) == .algorithmNotAllowed(name))
            }
        }
        #expect(setting.provider.server.connectionCount == 0)
    }

    @Test func aPublishedSecretIsNoKey() async throws {
        let setting = try Setting()
        setting.provider.change { $0.keys = [["kty": "oct", "k": "c2VjcmV0", "alg": "HS256"]] }
        await #expect(throws: OpenIDError.unavailable(provider: "_", .noUsableKeys)) {
            try await setting.authenticate()
        }
    }

    @Test func anotherKeyUnderTheSameId() async throws {
        let setting = try Setting()
        let token = SigningKey(id: "first").token(setting.provider.claims())
        #expect(await refusal(of: token, setting) == .signatureMismatch)
    }

    @Test func aKeyThatTheTokenBringsAlong() async throws {
        let setting = try Setting()
        let forger = SigningKey(id: "mine")
        let encoding = Base64.urlWithoutPadding
        let header: JSONValue = [
            "alg": "EdDSA", "kid": "mine", "jwk": forger.published, "jku": "http://127.0.0.1:1/keys",
        ]
        let parts = forger.token(setting.provider.claims()).split(separator: ".")
        let token = "\(encoding.encode(header.encoded)).\(parts[1]).\(parts[2])"
        #expect(await refusal(of: token, setting) == .noMatchingKey(id: "mine"))
    }

    @Test func claimsOfAnotherToken() async throws {
        let setting = try Setting()
        let mine = setting.key.token(setting.provider.claims()).split(separator: ".")
        let other = setting.key.token(setting.provider.claims(["sub": "root"])).split(separator: ".")
        #expect(await refusal(of: "\(mine[0]).\(other[1]).\(mine[2])", setting) == .signatureMismatch)
    }

    @Test func theTokenOfAnotherProvider() async throws {
        let setting = try Setting()
        let other = try Setting()
        let token = other.key.token(other.provider.claims())
        #expect(await refusal(of: token, setting) == .signatureMismatch)
    }
}
