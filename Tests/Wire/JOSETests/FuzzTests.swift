import Base
import Cryptography
import JOSE
import JSON
import Testing

/// `bytes` with one to four changes, some to characters that parsers care about.
private func mutated(_ bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    let telling = Array("..{}[]\":,\\=-_ eAQ09\u{0}".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        case 3: bytes[index] = telling.randomElement(using: &generator) ?? 0
        case 4: bytes.removeSubrange(index..<Int.random(in: index...bytes.count, using: &generator))
        default: bytes.insert(telling.randomElement(using: &generator) ?? 0, at: index)
        }
    }
    return bytes
}

@Suite("mutated input is refused or means the same") struct FuzzTests {
    @Test(arguments: 0..<32 as Range<UInt64>) func tokens(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keys = try keySet(
            RFCVectors.rsaKey,
            RFCVectors.p256Key,
            RFCVectors.p521Key,
            RFCVectors.ed25519Key
        )
        let hmac = VerificationKey(HMACKey(.hs256, bytes: RFCVectors.hmacSecret))
        let originals = [
            RFCVectors.hs256, RFCVectors.rs256, RFCVectors.es256, RFCVectors.es512, RFCVectors.edDSA,
        ]
        for original in originals {
            for _ in 0..<50 {
                let text = String(decoding: mutated(Array(original.utf8), using: &generator), as: UTF8.self)
                guard text != original else { continue }
                #expect(throws: TokenError.self, "\(text)") {
                    let token = try SignedToken(parsing: text)
                    _ =
                        try token.algorithm == .hs256
                        ? token.payload(verifiedWith: hmac) : token.payload(verifiedWith: keys)
                }
            }
        }
    }

    @Test("parts of any content, rightly signed", arguments: 0..<32 as Range<UInt64>)
    func signedParts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let key = VerificationKey(HMACKey(.hs256, bytes: [1]))
        let header = Array(#"{"alg":"HS256","typ":"JWT","kid":"k"}"#.utf8)
        let payload = Array(
            #"{"iss":"a","aud":["b","c"],"exp":1900000000,"nbf":1.5,"iat":-1e3,"sub":"\u00e9"}"#.utf8
        )
        for _ in 0..<300 {
            let text = signed(
                header: String(
                    decoding: Bool.random(using: &generator) ? mutated(header, using: &generator) : header,
                    as: UTF8.self
                ),
                payload: String(decoding: mutated(payload, using: &generator), as: UTF8.self),
                secret: [1]
            )
            do throws(TokenError) {
                let token = try SignedToken(parsing: text)
                let claims = try token.claims(verifiedWith: key)
                #expect(token.algorithm == .hs256)
                try claims.validateAudience(["b"])
                try claims.validateIssuer("a")
                try claims.validateTime(at: Timestamp(seconds: 1_800_000_000), leeway: .seconds(60))
                #expect(claims.members["exp"]?.number != nil)
            } catch {
                switch error {
                case .signatureMismatch, .noMatchingKey, .tooLarge, .malformedEncoding:
                    Issue.record("\(error) for \(text)")
                default: break
                }
            }
        }
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func keySets(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let document: JSONValue = [
            "keys": [
                RFCVectors.rsaKey.with(["kid": "1", "use": "sig", "alg": "RS256"]),
                RFCVectors.p256Key.with(["kid": "2", "key_ops": ["verify"]]),
                RFCVectors.p521Key, RFCVectors.ed25519Key,
            ]
        ]
        let original = document.encoded
        for _ in 0..<100 {
            do throws(KeySetError) {
                let set = try JSONWebKeySet(parsing: mutated(original, using: &generator))
                #expect(set.keys.count + set.refusals.count <= 8)
                for key in set.keys { #expect(!key.algorithms.isEmpty) }
            } catch {
                switch error {
                case .malformedJSON, .noKeyList: break
                case .tooLarge, .tooManyKeys: Issue.record("\(error)")
                }
            }
        }
    }
}
