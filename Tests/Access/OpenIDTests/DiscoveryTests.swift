import Base
import HTTPClient
import JOSE
import JSON
import OpenID
import Telemetry
import TestSupport
import Testing

private func unavailability(_ setting: Setting) async -> OpenIDError.Unavailability? {
    do throws(OpenIDError) {
        let identity = try await setting.authenticate()
        Issue.record("\(identity)")
        return nil
    } catch {
        guard case .unavailable(provider: "_", let reason) = error else {
            Issue.record("\(error)")
            return nil
        }
        return reason
    }
}

@Suite struct DiscoveryTests {
    @Test(
        arguments: [
            ("issuer", "http://evil.example", .wrongIssuer),
            ("issuer", .integer(1), .malformedMember("issuer")),
            ("jwks_uri", .null, .malformedMember("jwks_uri")),
            ("jwks_uri", "keys", .malformedURL(member: "jwks_uri", .unknownScheme)),
            ("jwks_uri", "file:///etc/passwd", .malformedURL(member: "jwks_uri", .unknownScheme)),
            ("jwks_uri", "https://a@b/", .malformedURL(member: "jwks_uri", .userInformation)),
            ("jwks_uri", "http://2130706433/", .malformedURL(member: "jwks_uri", .malformedHost)),
        ] as [(String, JSONValue, DiscoveryError)]
    )
    func aDocumentThatIsNotTheProvidersIsNotBelieved(
        member: String,
        value: JSONValue,
        error: DiscoveryError
    ) async throws {
        let setting = try Setting()
        setting.provider.change { $0.documentChanges[member] = value }
        #expect(await unavailability(setting) == .malformedDiscovery(error))
        #expect(setting.provider.keyQuestionCount == 0)
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"issuer":"a","issuer":"b"}"#, "<html>", "null"])
    func aDocumentOfAnotherKind(text: String) async throws {
        let setting = try Setting()
        setting.provider.change { $0.document = text }
        guard case .malformedDiscovery = await unavailability(setting) else {
            Issue.record("believed")
            return
        }
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[1]}"#])
    func keySetsWithoutKeys(text: String) async throws {
        let setting = try Setting()
        setting.provider.change { $0.keySet = text }
        switch await unavailability(setting) {
        case .malformedKeySet, .noUsableKeys: break
        case let reason: Issue.record("\(String(describing: reason))")
        }
    }

    @Test func answersThatAreTooLarge() async throws {
        let setting = try Setting()
        let origin = try WebURL(setting.provider.issuer).origin
        let large = #"{"keys":["# + String(repeating: " ", count: 1 << 20) + "]}"
        setting.provider.change { $0.keySet = large }
        #expect(await unavailability(setting) == .unreachable(.responseTooLarge(origin, sizeMax: 1 << 20)))
    }

    @Test func anAnswerThatIsTooSlow() async throws {
        let provider = try LoopbackProvider(keys: [])
        provider.change { $0.isHeld = true }
        defer { provider.change { $0.isHeld = false } }
        var options = HTTPClientOptions()
        options.timeout = .milliseconds(50)
        let providers = try OpenIDProviders(
            [provider.settings()],
            region: "",
            client: HTTPClient(options: options)
        )
        let origin = try WebURL(provider.issuer).origin
        await #expect(throws: OpenIDError.unavailable(provider: "_", .unreachable(.timedOut(origin)))) {
            try await providers.authenticate(token: SigningKey(id: "a").token(provider.claims()))
        }
    }
}

/// The provider is honest, its documents are not.
@Suite struct RequestForgeryTests {
    @Test(arguments: ["jwks_uri", "userinfo_endpoint"], ["loopback", "name", "metadata", "private", "port"])
    func aDocumentDoesNotSendUsElsewhere(member: String, kind: String) async throws {
        let inner = try ScriptedServer { $0.answer(200, "{}") }
        let setting = try Setting(["claim_userinfo": "on"])
        let text =
            switch kind {
            case "loopback": "http://127.0.0.1:\(inner.port)/"
            case "name": "http://localhost:\(inner.port)/"
            case "metadata": "http://169.254.169.254/latest/meta-data/"
            case "private": "https://10.0.0.1/"
            default: "https://idp.example:\(inner.port)/"
            }
        setting.provider.change { $0.documentChanges[member] = .string(text) }
        let origin = try WebURL(text).origin
        #expect(
            await unavailability(setting) == .malformedDiscovery(.originNotAllowed(member: member, origin))
        )
        #expect(inner.connectionCount == 0)
        #expect(setting.provider.keyQuestionCount == 0)
    }

    @Test(arguments: ["/.well-known/openid-configuration", "/keys"])
    func aRedirectIsNotFollowed(target: String) async throws {
        let inner = try ScriptedServer { $0.answer(200, "{}") }
        let setting = try Setting()
        setting.provider.change { $0.redirects[target] = "\(inner.origin)/secret" }
        let origin = try WebURL(setting.provider.issuer).origin
        #expect(await unavailability(setting) == .unexpectedStatus(origin, status: 302))
        #expect(inner.connectionCount == 0)
    }

    /// Other servers may hold the keys, under names that are not for inner addresses.
    @Test(arguments: ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[fd00::1]"])
    func aNameOfAnotherServerForAnInnerAddress(address: String) async throws {
        let provider = try LoopbackProvider(keys: [])
        provider.change { $0.documentChanges["jwks_uri"] = "https://keys.example/keys" }
        var options = HTTPClientOptions()
        options.fixedAddresses = ["keys.example:443:\(address)"]
        let providers = try OpenIDProviders(
            [provider.settings(["private_network": "on"])],
            region: "",
            client: HTTPClient(options: options)
        )
        do throws(OpenIDError) {
            _ = try await providers.authenticate(token: SigningKey(id: "a").token(provider.claims()))
            Issue.record("an identity")
        } catch {
            guard case .unavailable("_", .unreachable(.addressNotAllowed)) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aProviderUnderANameForAnInnerAddress() async throws {
        let provider = try LoopbackProvider(keys: [])
        let origin = "http://idp.example:\(provider.server.port)"
        var options = HTTPClientOptions()
        options.fixedAddresses = ["idp.example:\(provider.server.port):127.0.0.1"]
        let providers = try OpenIDProviders(
            [provider.settings(["config_url": origin + "/.well-known/openid-configuration"])],
            region: "",
            client: HTTPClient(options: options)
        )
        let error = HTTPClientError.addressNotAllowed(try WebURL(origin).origin, address: "127.0.0.1")
        await #expect(throws: OpenIDError.unavailable(provider: "_", .unreachable(error))) {
            try await providers.authenticate(token: SigningKey(id: "a").token(provider.claims()))
        }
        #expect(provider.server.connectionCount == 0)
    }
}

@Suite struct UserInfoTests {
    @Test func claimsThatTheTokenLacksComeFromTheProvider() async throws {
        let setting = try Setting(["claim_userinfo": "on"])
        setting.provider.change { $0.userInfo = #"{"sub":"ann","policy":"readonly","email":"a@b"}"# }
        let identity = try await setting.authenticate(["policy": nil, "email": "x"], accessToken: "s3cret")
        #expect(identity.policies == ["readonly"])
        #expect(identity.claims.members["email"] == "x")
        #expect(setting.provider.state.withLock { $0.accessTokens } == ["Bearer s3cret"])
    }

    @Test(
        arguments: [
            (nil, #"{"sub":"ann"}"#, .refused(.accessTokenMissing)),
            ("t", nil, .refused(.accessTokenRefused(status: 401))),
            ("t\r\nHost: x", #"{"sub":"ann"}"#, .refused(.accessTokenRefused(status: 400))),
            ("t", #"{"sub":"root"}"#, .refused(.accessTokenOfAnotherUser)),
            ("t", #"{"policy":"a"}"#, .unavailable(provider: "_", .unexpectedUserInfo)),
            ("t", "[]", .unavailable(provider: "_", .unexpectedUserInfo)),
            ("t", "", .unavailable(provider: "_", .malformedUserInfo(.unexpectedEnd))),
        ] as [(String?, String?, OpenIDError)]
    )
    func anythingElseIsNoIdentity(accessToken: String?, answer: String?, error: OpenIDError) async throws {
        let setting = try Setting(["claim_userinfo": "on"])
        setting.provider.change { $0.userInfo = answer }
        await #expect(throws: error) { try await setting.authenticate(accessToken: accessToken) }
    }

    @Test func aProviderWithoutIt() async throws {
        let setting = try Setting(["claim_userinfo": "on"])
        let document =
            #"{"issuer":"\#(setting.provider.issuer)","jwks_uri":"\#(setting.provider.issuer)/keys"}"#
        setting.provider.change { $0.document = document }
        await #expect(throws: OpenIDError.unavailable(provider: "_", .noUserInfo)) {
            try await setting.authenticate(accessToken: "t")
        }
    }

    @Test func itIsNotAskedBeforeTheTokenIsVerified() async throws {
        let setting = try Setting(["claim_userinfo": "on"])
        let forged = SigningKey(id: "first").token(setting.provider.claims())
        await #expect(throws: OpenIDError.self) {
            try await setting.providers.authenticate(token: forged, accessToken: .init("t"))
        }
        #expect(setting.provider.count(of: "/userinfo") == 0)
    }
}

@Suite struct DocumentFuzzTests {
    /// With a good token, a mutated document gives the right identity or none, and sends nobody elsewhere.
    @Test("mutated documents and key sets", arguments: 0..<16 as Range<UInt64>)
    func mutations(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let setting = try Setting()
            let issuer = setting.provider.issuer
            let document = #"{"issuer":"\#(issuer)","jwks_uri":"\#(issuer)/keys"}"#
            let keySet: JSONValue = ["keys": [setting.key.published]]
            let isDocument = Bool.random(using: &generator)
            let original = isDocument ? Array(document.utf8) : keySet.encoded
            let text = String(decoding: mutated(original, using: &generator), as: UTF8.self)
            setting.provider.change { isDocument ? ($0.document = text) : ($0.keySet = text) }
            do throws(OpenIDError) {
                #expect(try await setting.authenticate().subject == "ann")
            } catch {
                switch error {
                case .unavailable, .refused(.token): break
                case .refused: Issue.record("\(error)")
                }
            }
        }
    }
}
