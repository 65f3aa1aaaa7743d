import Base
import HTTP
import IAM
import S3API
import S3Service
import ServiceTestSupport
import SigV4
import Telemetry
import Testing

@testable import Server

private struct UnreachableStore: IdentityStore {
    func credential(accessKey: String, sessionToken: String?) throws(CredentialError) -> Credential {
        throw .unavailable("the drives are gone")
    }
}

@Suite struct AuthenticatorTests {
    private static let now = Timestamp(seconds: 1_750_000_000)
    private static let root = Identity.root(accessKey: "owner")
    private let limit = SignInLimit(failuresMax: 0, time: SystemTime())

    private let store = RootIdentityStore(
        root: Credential(accessKey: "owner", secret: Secret("owner-secret"), identity: root)
    )

    private func signer(
        accessKey: String = "owner",
        secret: String = "owner-secret",
        token: String? = nil,
        region: String = "us-east-1"
    ) -> SigV4Signer {
        SigV4Signer(accessKey: accessKey, secret: secret, sessionToken: token, region: region)
    }

    private func unsigned(_ target: String) -> SignerRequest {
        SignerRequest(method: "GET", target: target, fields: [("host", "localhost")])
    }

    private func head(of signed: SignerRequest) throws -> RequestHead {
        let fields = signed.fields.filter { $0.name != "host" }.map { "\($0.name): \($0.value)" }
        return try request("GET", signed.target, fields).head
    }

    private func signed(
        _ signer: SigV4Signer,
        target: String = "/bucket/key",
        at time: Timestamp = now
    ) throws -> RequestHead {
        try head(of: signer.sign(unsigned(target), payload: .unsigned, at: time))
    }

    private func authenticate(
        _ head: RequestHead,
        _ authenticator: Authenticator? = nil,
        acceptsAnyRegion: Bool = false,
        virtualHostBucket: String? = nil
    ) async throws -> Authentication {
        let head = SignedHead(head)
        let authenticator = authenticator ?? Authenticator(store: store, region: nil, limit: limit)
        return try await authenticator.authenticate(
            head,
            kind: SignatureKind(of: head),
            acceptsAnyRegion: acceptsAnyRegion,
            virtualHostBucket: virtualHostBucket,
            address: "192.0.2.1",
            now: Self.now
        )
    }

    private func refusal(
        _ head: RequestHead,
        _ authenticator: Authenticator? = nil,
        acceptsAnyRegion: Bool = false
    ) async -> S3Error.Code? {
        do {
            _ = try await authenticate(head, authenticator, acceptsAnyRegion: acceptsAnyRegion)
            return nil
        } catch {
            return (error as? S3Error)?.code
        }
    }

    @Test func whoDoesNotSignIsAnonymous() async throws {
        let found = try await authenticate(request("GET", "/bucket/key").head)
        #expect(found.identity == .anonymous)
        #expect(found.payload == nil)
        #expect(found.signature == nil)
    }

    @Test func aSignedHeaderNamesItsSenderAndItsPayload() async throws {
        let found = try await authenticate(signed(signer()))
        #expect(found.identity == Self.root)
        #expect(found.payload == .unsigned)
        #expect(found.signature != nil)
    }

    @Test func aPresignedAddressNamesItsSender() async throws {
        let presigned = try signer().presign(unsigned("/bucket/key"), expiresSeconds: 60, at: Self.now)
        #expect(try await authenticate(head(of: presigned)).identity == Self.root)
    }

    @Test func version2NamesItsSenderAndNothingOfTheBody() async throws {
        let version2 = SigV2Signer(accessKey: "owner", secret: "owner-secret")
        let byPath = try version2.sign(unsigned("/bucket/key"), at: Self.now)
        let found = try await authenticate(head(of: byPath))
        #expect(found.identity == Self.root)
        #expect(found.payload == nil)
        #expect(found.signature == nil)
        let byHost = try head(of: version2.sign(unsigned("/key"), at: Self.now, virtualHostBucket: "bucket"))
        #expect(try await authenticate(byHost, virtualHostBucket: "bucket").identity == Self.root)
        #expect(await refusal(byHost) == .signatureDoesNotMatch)
    }

    @Test func anUnknownKeyIsToldFromAWrongSecret() async throws {
        let stranger = try signed(signer(accessKey: "stranger"))
        #expect(await refusal(stranger) == .invalidAccessKeyID)
        let wrong = try signed(signer(secret: "guessed-secret"))
        #expect(await refusal(wrong) == .signatureDoesNotMatch)
        let wrong2 = try SigV2Signer(accessKey: "owner", secret: "guess").sign(unsigned("/b/k"), at: Self.now)
        #expect(try await refusal(head(of: wrong2)) == .signatureDoesNotMatch)
    }

    /// Keys are derived once a day; that one was must not help another secret.
    @Test func aKeyOnceDerivedOpensNothingElse() async throws {
        let authenticator = Authenticator(store: store, region: nil, limit: limit)
        let (right, wrong) = (try signed(signer()), try signed(signer(secret: "guessed-secret")))
        for _ in 0..<3 {
            #expect(await refusal(right, authenticator) == nil)
            #expect(await refusal(wrong, authenticator) == .signatureDoesNotMatch)
        }
    }

    @Test func aSignatureIsForItsOwnRequestOnly() async throws {
        let signed = try signer().sign(unsigned("/bucket/key"), payload: .unsigned, at: Self.now)
        var moved = signed
        moved.pathBytes = ArraySlice("/bucket/other".utf8)
        #expect(try await refusal(head(of: moved)) == .signatureDoesNotMatch)
        var asked = signed
        asked.queryBytes = ArraySlice("acl".utf8)
        #expect(try await refusal(head(of: asked)) == .signatureDoesNotMatch)
    }

    @Test func nobodyHasASessionToken() async throws {
        #expect(try await refusal(signed(signer(token: "token"))) == .invalidToken)
        #expect(try await refusal(signed(signer(accessKey: "x", token: "token"))) == .invalidAccessKeyID)
    }

    @Test(
        arguments: [(nil, false, nil), ("eu-1", true, nil), ("eu-1", false, .authorizationHeaderMalformed)]
            as [(String?, Bool, S3Error.Code?)]
    )
    func theRegionCountsWhereThereIsOne(region: String?, acceptsAny: Bool, expected: S3Error.Code?)
        async throws
    {
        let authenticator = Authenticator(store: store, region: region, limit: limit)
        let elsewhere = try signed(signer(region: "us-east-1"))
        #expect(await refusal(elsewhere, authenticator, acceptsAnyRegion: acceptsAny) == expected)
        let here = try signed(signer(region: region ?? "anywhere"))
        #expect(await refusal(here, authenticator, acceptsAnyRegion: acceptsAny) == nil)
    }

    @Test(
        arguments: [
            (-901, .requestTimeTooSkewed), (-900, nil), (0, nil), (900, nil), (901, .requestTimeTooSkewed),
        ] as [(Int64, S3Error.Code?)]
    )
    func clocksMayDifferByAQuarterOfAnHour(seconds: Int64, expected: S3Error.Code?) async throws {
        let time = Timestamp(seconds: Self.now.seconds + seconds)
        #expect(try await refusal(signed(signer(), at: time)) == expected)
    }

    @Test(arguments: [(59, .accessDenied), (60, nil), (61, nil)] as [(Int64, S3Error.Code?)])
    func aPresignedAddressEnds(lifetime: Int64, expected: S3Error.Code?) async throws {
        let begun = Timestamp(seconds: Self.now.seconds - 60)
        let presigned = try signer().presign(unsigned("/bucket/key"), expiresSeconds: lifetime, at: begun)
        #expect(try await refusal(head(of: presigned)) == expected)
    }

    @Test func aStoreThatCannotAnswerLetsNobodyIn() async throws {
        let authenticator = Authenticator(store: UnreachableStore(), region: nil, limit: limit)
        #expect(try await refusal(signed(signer()), authenticator) == .serviceUnavailable)
        let anonymous = try request("GET", "/bucket/key").head
        #expect(await refusal(anonymous, authenticator) == nil)
    }

    @Test func otherSchemesAreRefused() async throws {
        let head = try request("GET", "/bucket/key", ["Authorization: Bearer token"]).head
        #expect(await refusal(head) == .invalidArgument)
    }
}
