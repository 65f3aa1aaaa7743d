import Base
import Cryptography
import JOSE
import JSON
import Testing

@Suite("attacks on tokens") struct AttackTests {
    private let keys: JSONWebKeySet

    init() throws {
        keys = try keySet(
            RFCVectors.rsaKey.with(["kid": "rsa"]),
            RFCVectors.p256Key.with(["kid": "p256"]),
            RFCVectors.p521Key.with(["kid": "p521"]),
            RFCVectors.ed25519Key.with(["kid": "ed"])
        )
    }

    /// A token with the signature as other bytes.
    private func resigned(_ text: String, _ change: ([UInt8]) -> [UInt8]) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let signature = change(base64URL(String(parts[2])))
        return "\(parts[0]).\(parts[1])." + Base64.urlWithoutPadding.encode(signature)
    }

    private func expectMismatch(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: TokenError.signatureMismatch, sourceLocation: sourceLocation) {
            _ = try SignedToken(parsing: text).payload(verifiedWith: keys)
        }
    }

    @Test func anUnsecuredTokenIsRefused() {
        #expect(throws: TokenError.unsupportedAlgorithm("none")) {
            _ = try SignedToken(parsing: RFCVectors.unsecured)
        }
    }

    @Test("a public key as HMAC secret, in any of its forms") func keyConfusion() throws {
        let modulus = base64URL(RFCVectors.rsaKey["n"]?.string ?? "")
        let secrets = [
            modulus, RFCVectors.rsaKey.encoded, Array((RFCVectors.rsaKey["n"]?.string ?? "").utf8),
        ]
        for secret in secrets {
            for name in ["HS256", "HS384", "HS512"] {
                let text = signed(header: #"{"alg":"\#(name)","kid":"rsa"}"#, payload: "{}", secret: secret)
                let token = try SignedToken(parsing: text)
                #expect(throws: TokenError.algorithmNotAllowed(token.algorithm)) {
                    _ = try token.payload(verifiedWith: keys)
                }
                for key in keys.keys {
                    #expect(throws: TokenError.algorithmNotAllowed(token.algorithm)) {
                        _ = try token.payload(verifiedWith: key)
                    }
                }
            }
        }
    }

    @Test("every kind of key verifies its own algorithms only", arguments: JWSAlgorithm.allCases)
    func algorithms(algorithm: JWSAlgorithm) throws {
        let text = token(
            header: #"{"alg":"\#(algorithm.rawValue)"}"#,
            payload: "{}",
            signature: [UInt8](repeating: 1, count: 64)
        )
        let allKeys = keys.keys + HMACKey.Algorithm.allCases.map { VerificationKey(HMACKey($0, bytes: [1])) }
        for key in allKeys {
            let isAllowed = key.algorithms.contains(algorithm)
            #expect(throws: isAllowed ? TokenError.signatureMismatch : .algorithmNotAllowed(algorithm)) {
                _ = try SignedToken(parsing: text).payload(verifiedWith: key)
            }
        }
        #expect(allKeys.map { $0.algorithms.count } == [6, 1, 1, 1, 1, 1, 1])
    }

    @Test func aKeyWithAnAlgorithmVerifiesNoOther() throws {
        let keys = try keySet(RFCVectors.rsaKey.with(["alg": "PS256"]))
        #expect(throws: TokenError.algorithmNotAllowed(.rs256)) {
            _ = try SignedToken(parsing: RFCVectors.rs256).payload(verifiedWith: keys)
        }
    }

    @Test func anUnknownKeyIDIsNotGuessedAround() throws {
        let text = signed(header: #"{"alg":"RS256","kid":"RSA"}"#, payload: "{}", secret: [1])
        #expect(throws: TokenError.noMatchingKey(id: "RSA")) {
            _ = try SignedToken(parsing: text).payload(verifiedWith: keys)
        }
        // Another spelling of é in Unicode is another id.
        let accented = try keySet(RFCVectors.rsaKey.with(["kid": "caf\u{e9}"]))
        let decomposed = signed(
            header: "{\"alg\":\"RS256\",\"kid\":\"cafe\u{301}\"}",
            payload: "{}",
            secret: [1]
        )
        #expect(throws: TokenError.noMatchingKey(id: "cafe\u{301}")) {
            _ = try SignedToken(parsing: decomposed).payload(verifiedWith: accented)
        }
        // A key without id is nobody's.
        #expect(throws: TokenError.noMatchingKey(id: "RSA")) {
            _ = try SignedToken(parsing: text).payload(verifiedWith: keySet(RFCVectors.rsaKey))
        }
        #expect(throws: TokenError.noMatchingKey(id: nil)) {
            _ = try SignedToken(parsing: RFCVectors.rs256).payload(verifiedWith: keySet())
        }
    }

    @Test func aTokenSignedWithAnotherKeyOfTheSetIsRefused() throws {
        // The signature is the RSA key's, but the token says it is of another key.
        let parts = RFCVectors.rs256.split(separator: ".")
        for id in ["p256", "p521", "ed"] {
            let header = Base64.urlWithoutPadding.encode(Array(#"{"alg":"RS256","kid":"\#(id)"}"#.utf8))
            #expect(throws: TokenError.algorithmNotAllowed(.rs256)) {
                _ = try SignedToken(parsing: "\(header).\(parts[1]).\(parts[2])").payload(verifiedWith: keys)
            }
        }
    }

    @Test("keys that the header brings along are not used") func embeddedKeys() throws {
        let secret = Array("attacker".utf8)
        let jwk = #"{"kty":"oct","k":"\#(Base64.urlWithoutPadding.encode(secret))"}"#
        let header = #"{"alg":"HS256","jwk":\#(jwk),"jku":"https://attacker.example/keys","kid":"rsa"}"#
        let token = try SignedToken(parsing: signed(header: header, payload: "{}", secret: secret))
        #expect(throws: TokenError.algorithmNotAllowed(.hs256)) { _ = try token.payload(verifiedWith: keys) }
        let ours = VerificationKey(HMACKey(.hs256, bytes: [1]))
        #expect(throws: TokenError.signatureMismatch) { _ = try token.payload(verifiedWith: ours) }
    }

    @Test(arguments: [RFCVectors.rs256, RFCVectors.es256, RFCVectors.es512, RFCVectors.edDSA])
    func signaturesOfAnotherSizeAreRefused(text: String) {
        expectMismatch(resigned(text) { _ in [] })
        expectMismatch(resigned(text) { $0.dropLast() })
        expectMismatch(resigned(text) { Array($0.dropFirst()) })
        expectMismatch(resigned(text) { $0 + [0] })
        expectMismatch(resigned(text) { [0] + $0 })
        expectMismatch(resigned(text) { $0 + $0 })
        expectMismatch(resigned(text) { [UInt8](repeating: 0, count: $0.count) })
        expectMismatch(resigned(text) { [UInt8](repeating: 0xff, count: $0.count) })
    }

    @Test func truncatedHMACsAreRefused() throws {
        let key = VerificationKey(HMACKey(.hs256, bytes: RFCVectors.hmacSecret))
        for size in 0..<32 {
            #expect(throws: TokenError.signatureMismatch) {
                _ = try SignedToken(parsing: resigned(RFCVectors.hs256) { Array($0.prefix(size)) })
                    .payload(verifiedWith: key)
            }
        }
    }

    @Test("ECDSA's numbers in DER, or zero") func ecdsaForms() {
        func number(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            let content = (bytes.first ?? 0) >= 0x80 ? [0] + bytes : Array(bytes)
            return [2, UInt8(content.count)] + content
        }
        expectMismatch(
            resigned(RFCVectors.es256) { raw in
                let content = number(raw.prefix(32)) + number(raw.suffix(32))
                return [0x30, UInt8(content.count)] + content
            }
        )
        let zero = [UInt8](repeating: 0, count: 32)
        expectMismatch(resigned(RFCVectors.es256) { zero + $0.suffix(32) })
        expectMismatch(resigned(RFCVectors.es256) { $0.prefix(32) + zero })
        expectMismatch(resigned(RFCVectors.es256) { $0.suffix(32) + $0.prefix(32) })
    }

    @Test(arguments: [RFCVectors.rs256, RFCVectors.es256, RFCVectors.edDSA])
    func anotherHeaderOrPayloadIsRefused(text: String) {
        let parts = text.split(separator: ".").map { String($0) }
        let payload = Base64.urlWithoutPadding.encode(Array(#"{"iss":"joe","exp":9999999999}"#.utf8))
        expectMismatch([parts[0], payload, parts[2]].joined(separator: "."))
        // The same header with a space more is another text.
        let header = Base64.urlWithoutPadding.encode(base64URL(parts[0]) + [0x20])
        expectMismatch([header, parts[1], parts[2]].joined(separator: "."))
    }
}
