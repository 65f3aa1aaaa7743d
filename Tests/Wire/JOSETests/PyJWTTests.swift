import Base
import JOSE
import JSON
import Telemetry
import Testing

@Suite("PyJWT's tokens", .enabled(if: PyJWT.isImportable, "python3 cannot import jwt and cryptography"))
struct PyJWTTests {
    private let claims: JSONValue = [
        "iss": "https://id.example", "aud": ["martlet", "é"], "sub": "alice", "exp": .integer(1_900_000_000),
        "groups": ["a", "b"], "nested": ["x": [.integer(15), .null, .boolean(true)]],
    ]

    @Test func whatItSignsIsVerifiedByItsKeyOnly() throws {
        let issued = try PyJWT.issue(claims.members)
        let keys = try JSONWebKeySet(parsing: issued.keySet)
        #expect(keys.refusals == [])
        #expect(keys.keys.count == 6)
        #expect(issued.tokens.count == 16)
        for (keyID, algorithm, text) in issued.tokens {
            let token = try SignedToken(parsing: text)
            #expect(token.keyID == keyID)
            #expect(token.algorithm.rawValue == algorithm)
            #expect(try token.claims(verifiedWith: keys).members == claims.members)
            for key in keys.keys where key.id != keyID {
                #expect(throws: TokenError.self) { _ = try token.claims(verifiedWith: key) }
            }
        }
    }

    @Test(arguments: HMACKey.Algorithm.allCases)
    func whatWeSignItVerifies(algorithm: HMACKey.Algorithm) throws {
        let token = HMACKey(algorithm, secret: Secret("minioadmin")).sign(claims.members)
        let wrong = HMACKey(algorithm, secret: Secret("minioadmi")).sign(claims.members)
        let decoded = try PyJWT.decode(
            [token, wrong],
            algorithm: algorithm.name.rawValue,
            secret: "minioadmin"
        )
        #expect(decoded == [String(decoding: claims.encoded, as: UTF8.self), "refused"])
    }

    @Test("what we accept it accepts, and reads the same", arguments: 0..<4 as Range<UInt64>)
    func agreement(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let header = Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
        let payload = Array(#"{"aud":["b","c"],"exp":1900000000,"x":{"y":1}}"#.utf8)
        let telling = Array("{}[]\":,\\ eabHSx0123456789.-".utf8)
        func changed(_ bytes: [UInt8]) -> String {
            var bytes = bytes
            let index = Int.random(in: bytes.indices, using: &generator)
            let letter = telling.randomElement(using: &generator) ?? 0
            if Bool.random(using: &generator) {
                bytes[index] = letter
            } else {
                bytes.insert(letter, at: index)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        let texts = (0..<300).map { index in
            signed(
                header: index.isMultiple(of: 2) ? changed(header) : String(decoding: header, as: UTF8.self),
                payload: changed(payload),
                secret: Array("secret".utf8)
            )
        }
        let key = VerificationKey(HMACKey(.hs256, secret: Secret("secret")))
        let theirs = try PyJWT.decode(texts, algorithm: "HS256", secret: "secret")
        try #require(theirs.count == texts.count)
        var acceptedCount = 0
        for (text, their) in zip(texts, theirs) {
            // Refusing more than PyJWT is fine.
            guard let ours = try? SignedToken(parsing: text).claims(verifiedWith: key) else { continue }
            acceptedCount += 1
            #expect(their != "refused", "\(text)")
            let theirMembers = try JSONValue(parsing: their.utf8).members
            #expect(theirMembers.members.map { $0.key } == ours.members.members.map { $0.key }, "\(text)")
        }
        #expect(acceptedCount > 10)
    }
}
