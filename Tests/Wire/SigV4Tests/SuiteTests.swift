import Base
import Cryptography
import Foundation
import SigV4
import Testing

private struct Context: Decodable {
    struct Credentials: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
        let token: String?
    }
    let credentials: Credentials
    let normalize: Bool
    let region: String
    let service: String
    let timestamp: String
    let omitSessionToken: Bool?
}

@Suite(
    "AWS's signing suite",
    .enabled(if: !SigningSuite.cases.isEmpty, "no fixtures at \(SigningSuite.folder.path)")
)
struct SuiteTests {
    private func text(_ name: String, _ file: String) throws -> String {
        try String(contentsOf: SigningSuite.folder.appending(path: "\(name)/\(file)"), encoding: .utf8)
    }

    private func context(_ name: String) throws -> Context {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Context.self, from: Data(try text(name, "context.json").utf8))
    }

    @Test func theSuiteIsWhole() { #expect(SigningSuite.cases.count == 38) }

    @Test(arguments: SigningSuite.cases) func header(name: String) throws {
        try check(name, prefix: "header", kind: .authorizationHeader)
    }

    @Test(arguments: SigningSuite.cases) func query(name: String) throws {
        try check(name, prefix: "query", kind: .queryParameters)
    }

    private func check(_ name: String, prefix: String, kind: SignatureKind) throws {
        let context = try context(name)
        let request = RequestText(try text(name, "\(prefix)-signed-request.txt"))
        let now = try #require(Timestamp(iso8601: context.timestamp))
        let rules = SignatureRules(
            region: .exactly(context.region),
            service: context.service,
            requiresPayloadHash: false,
            pathForm: .generic(normalize: context.normalize)
        )
        #expect(try SignatureKind(of: request.head) == kind)
        // The token was added behind the signature's back: the text to sign lacks it.
        if context.omitSessionToken == true {
            try checkUnsignedToken(name, prefix, request, kind, rules, now)
            return
        }
        let claim = try SignatureClaim(of: request.head, kind: kind, rules: rules, now: now)
        let bodyHash = SHA256.hash(request.body).hexadecimal
        let canonical = try claim.canonicalRequest(of: request.head, payloadHash: bodyHash)
        #expect(
            String(decoding: canonical.bytes, as: UTF8.self)
                == (try text(name, "\(prefix)-canonical-request.txt"))
        )
        #expect(
            String(decoding: claim.stringToSign(canonical), as: UTF8.self)
                == (try text(name, "\(prefix)-string-to-sign.txt"))
        )
        #expect(claim.accessKey == context.credentials.accessKeyId)
        #expect(claim.sessionToken == context.credentials.token)
        let secret = context.credentials.secretAccessKey
        _ = try claim.verify(secret: secret, for: request.head, payloadHash: bodyHash)
        #expect(throws: SigV4Error.signatureMismatch) {
            _ = try claim.verify(secret: secret + "x", for: request.head, payloadHash: bodyHash)
        }
    }

    private func checkUnsignedToken(
        _ name: String,
        _ prefix: String,
        _ request: RequestText,
        _ kind: SignatureKind,
        _ rules: SignatureRules,
        _ now: Timestamp
    ) throws {
        guard kind == .authorizationHeader else {
            let claim = try SignatureClaim(of: request.head, kind: kind, rules: rules, now: now)
            #expect(throws: SigV4Error.signatureMismatch) {
                _ = try claim.verify(
                    secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                    for: request.head,
                    payloadHash: SHA256.hash(request.body).hexadecimal
                )
            }
            return
        }
        #expect(throws: SigV4Error.headerNotSigned("x-amz-security-token")) {
            try SignatureClaim(of: request.head, kind: kind, rules: rules, now: now)
        }
        let canonical = try CanonicalRequest(
            of: request.head,
            signedHeaders: ["host", "x-amz-date"],
            payloadHash: SHA256.hash(request.body).hexadecimal,
            pathForm: rules.pathForm
        )
        #expect(
            String(decoding: canonical.bytes, as: UTF8.self)
                == (try text(name, "\(prefix)-canonical-request.txt"))
        )
    }
}
