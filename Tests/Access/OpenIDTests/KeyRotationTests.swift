import Base
import HTTPClient
import JOSE
import JSON
import OpenID
import TestSupport
import Testing

@Suite struct KeyRotationTests {
    @Test func aNewKeyIsFound() async throws {
        let setting = try Setting()
        _ = try await setting.authenticate()
        let second = SigningKey(id: "second")
        setting.provider.change { $0.keys.append(second.published) }
        setting.time.advance(by: .seconds(10))
        let token = second.token(setting.provider.claims(["sub": "bob"]))
        #expect(try await setting.providers.authenticate(token: token).subject == "bob")
        // The former one is still published.
        #expect(try await setting.authenticate().subject == "ann")
        #expect(setting.provider.keyQuestionCount == 2)
    }

    @Test func aNewKeyUnderTheFormerIdIsFound() async throws {
        let setting = try Setting()
        _ = try await setting.authenticate()
        let second = SigningKey(id: "first")
        setting.provider.change { $0.keys = [second.published] }
        setting.time.advance(by: .seconds(10))
        _ = try await setting.providers.authenticate(token: second.token(setting.provider.claims()))
        await #expect(throws: OpenIDError.refused(.token(.signatureMismatch))) {
            try await setting.authenticate()
        }
    }

    @Test func aWithdrawnKeyIsGoneOnceItIsAskedFor() async throws {
        let setting = try Setting()
        _ = try await setting.authenticate()
        let second = SigningKey(id: "second")
        setting.provider.change { $0.keys = [second.published] }
        setting.time.advance(by: .seconds(599))
        _ = try await setting.authenticate()
        setting.time.advance(by: .seconds(1))
        await #expect(throws: OpenIDError.refused(.token(.noMatchingKey(id: "first")))) {
            try await setting.authenticate()
        }
    }

    @Test func tokensWithInventedIdsAskOnceInAWhile() async throws {
        let setting = try Setting()
        _ = try await setting.authenticate()
        setting.time.advance(by: .seconds(9))
        for number in 0..<20 {
            let token = SigningKey(id: "\(number)").token(setting.provider.claims())
            await #expect(throws: OpenIDError.refused(.token(.noMatchingKey(id: "\(number)")))) {
                try await setting.providers.authenticate(token: token)
            }
            if number == 9 { setting.time.advance(by: .seconds(1)) }
        }
        #expect(setting.provider.keyQuestionCount == 2)
    }

    @Test func keysOutliveTheirProviderForAWhile() async throws {
        let setting = try Setting()
        _ = try await setting.authenticate()
        setting.provider.change { $0.status = 503 }
        for _ in 0..<5 {
            setting.time.advance(by: .seconds(700))
            _ = try await setting.authenticate(["exp": .integer(1_760_000_000)])
        }
        setting.time.advance(by: .seconds(100))
        let origin = try WebURL(setting.provider.issuer).origin
        let error = OpenIDError.unavailable(provider: "_", .unexpectedStatus(origin, status: 503))
        await #expect(throws: error) { try await setting.authenticate(["exp": .integer(1_760_000_000)]) }
        // Too early to ask again, and nothing left to fall back to.
        setting.provider.change { $0.status = 200 }
        await #expect(throws: error) { try await setting.authenticate(["exp": .integer(1_760_000_000)]) }
        setting.time.advance(by: .seconds(10))
        _ = try await setting.authenticate(["exp": .integer(1_760_000_000)])
    }

    @Test func everybodyWaitsForOneQuestion() async throws {
        let setting = try Setting()
        setting.provider.change { $0.isHeld = true }
        let subjects = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { try await setting.authenticate().subject } }
            while setting.provider.server.connectionCount == 0 { await Task.yield() }
            setting.provider.change { $0.isHeld = false }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(subjects == Array(repeating: "ann", count: 16))
        #expect(setting.provider.server.connectionCount == 2)
    }

    @Test func whoAskedFirstMayLeaveBeforeTheAnswer() async throws {
        let setting = try Setting()
        setting.provider.change { $0.isHeld = true }
        let first = Task { try await setting.authenticate() }
        while setting.provider.server.connectionCount == 0 { await Task.yield() }
        first.cancel()
        let second = Task { try await setting.authenticate() }
        setting.provider.change { $0.isHeld = false }
        #expect(try await second.value.subject == "ann")
        #expect(setting.provider.server.connectionCount == 2)
    }

    @Test func aProviderThatIsDownIsNotAskedAgainAtOnce() async throws {
        let setting = try Setting()
        setting.provider.change { $0.status = 500 }
        for _ in 0..<5 {
            await #expect(throws: OpenIDError.self) { try await setting.authenticate() }
        }
        #expect(setting.provider.server.connectionCount == 1)
    }
}
