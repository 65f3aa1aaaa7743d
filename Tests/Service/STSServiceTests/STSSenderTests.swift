import Base
import IAM
import SigV4
import Telemetry
import Testing

@testable import STSService

@Suite struct STSSenderTests {
    private static let now = Timestamp(seconds: 1_750_000_000)
    private static let body = Array("Version=2011-06-15&Action=AssumeRole".utf8)
    private let store = RootIdentityStore(
        root: Credential(
            accessKey: "rootuser",
            secret: Secret("rootsecret"),
            identity: .root(accessKey: "rootuser")
        )
    )

    private func signed(
        service: String = "sts",
        payload: PayloadKind? = nil,
        accessKey: String = "rootuser",
        secret: String = "rootsecret",
        token: String? = nil
    ) throws -> SignerRequest {
        let digest = try #require(PayloadKind(Self.digest))
        return try SigV4Signer(accessKey: accessKey, secret: secret, sessionToken: token, service: service)
            .sign(
                SignerRequest(method: "POST", target: "/", fields: [("host", "localhost")]),
                payload: payload ?? digest,
                at: Self.now
            )
    }

    /// SHA-256 of the body above.
    private static let digest = "2c2fb1f3f281f4373450fa973a0ad7803eba6a04b735efd7b906e0e92539d497"

    private func identity(
        _ request: SignerRequest,
        body: [UInt8] = Self.body,
        attempts: Attempts = Attempts()
    ) throws(STSError) -> SignedIdentity {
        try STSSender.identity(
            of: request,
            kind: .authorizationHeader,
            body: body,
            identities: store,
            attempts: attempts,
            now: Self.now
        )
    }

    @Test func aSignatureForTheServiceCounts() throws {
        #expect(try identity(try signed()).accessKey == "rootuser")
    }

    @Test func aSignedHeaderThatWasTakenAwayIsMissed() throws {
        var request = try signed()
        request.fields.removeAll { $0.name == "x-amz-content-sha256" }
        #expect(throws: STSError.self) { try identity(request) }
    }

    @Test func anotherBodyIsRefused() throws {
        let request = try signed()
        #expect(throws: STSError.self) { try identity(request, body: Self.body + [0x26]) }
    }

    @Test func anotherServiceSecretOrKindOfPayloadIsRefused() throws {
        for request in [
            try signed(service: "s3"), try signed(secret: "another"), try signed(payload: .unsigned),
            try signed(token: "token"),
        ] {
            let error = #expect(throws: STSError.self) { try identity(request) }
            #expect(error?.code == .accessDenied)
        }
    }

    @Test func wrongSecretsAndUnknownKeysAreCounted() throws {
        let attempts = Attempts()
        for request in [
            try signed(secret: "another"), try signed(accessKey: "nobody"), try signed(service: "s3"),
            try signed(token: "token"),
        ] {
            #expect(throws: STSError.self) { try identity(request, attempts: attempts) }
        }
        #expect(attempts.failures == [.accessKey("rootuser"), .unknownAccessKey])
    }

    @Test func whoHasFailedTooOftenIsNotHeard() throws {
        let attempts = Attempts(exhausted: [.accessKey("rootuser")])
        let request = try signed()
        let error = #expect(throws: STSError.self) { try identity(request, attempts: attempts) }
        #expect(error?.code == .slowDown && error?.status == 503)
        #expect(attempts.failures == [])
    }

    @Test func anUnsignedOrPresignedRequestIsRefused() throws {
        for kind in [SignatureKind.anonymous, .queryParameters, .version2Header] {
            #expect(throws: STSError.self) {
                try STSSender.identity(
                    of: try signed(),
                    kind: kind,
                    body: Self.body,
                    identities: store,
                    attempts: Attempts(),
                    now: Self.now
                )
            }
        }
    }
}
