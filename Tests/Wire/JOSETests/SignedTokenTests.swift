import Base
import Cryptography
import JOSE
import JSON
import Telemetry
import Testing

@Suite struct SignedTokenTests {
    @Test(
        "tokens of the RFCs are verified",
        arguments: [
            (RFCVectors.rs256, RFCVectors.rsaKey, JWSAlgorithm.rs256, RFCVectors.payload),
            (RFCVectors.es256, RFCVectors.p256Key, .es256, RFCVectors.payload),
            (RFCVectors.es512, RFCVectors.p521Key, .es512, Array("Payload".utf8)),
            (RFCVectors.edDSA, RFCVectors.ed25519Key, .edDSA, Array("Example of Ed25519 signing".utf8)),
        ]
    )
    func publicKeys(text: String, key: JSONValue, algorithm: JWSAlgorithm, payload: [UInt8]) throws {
        let token = try SignedToken(parsing: text)
        #expect(token.algorithm == algorithm)
        #expect(token.keyID == nil)
        #expect(token.type == nil)
        let keys = try keySet(key)
        #expect(try token.payload(verifiedWith: keys) == payload)
        #expect(try token.payload(verifiedWith: #require(keys.keys.first)) == payload)
    }

    @Test func theRFCsPSSTokenIsVerified() throws {
        let token = try SignedToken(parsing: RFCVectors.ps384)
        #expect(token.algorithm == .ps384)
        #expect(token.keyID == "bilbo.baggins@hobbiton.example")
        let keys = try keySet(RFCVectors.rsaKey.with(["kid": "other"]), RFCVectors.ps384Key)
        #expect(try token.payload(verifiedWith: keys) == RFCVectors.ps384Payload)
        #expect(throws: TokenError.signatureMismatch) { _ = try token.payload(verifiedWith: keys.keys[0]) }
    }

    @Test func theRFCsHMACTokenIsVerified() throws {
        let token = try SignedToken(parsing: RFCVectors.hs256)
        #expect(token.algorithm == .hs256)
        #expect(token.type == "JWT")
        let key = VerificationKey(HMACKey(.hs256, bytes: RFCVectors.hmacSecret))
        #expect(try token.payload(verifiedWith: key) == RFCVectors.payload)
        let claims = try token.claims(verifiedWith: key)
        #expect(try claims.issuer == "joe")
        #expect(try claims.expiration == Timestamp(seconds: 1_300_819_380))
        #expect(claims.members["http://example.com/is_root"] == .boolean(true))
    }

    @Test(
        "what is signed is verified, with that secret and algorithm only",
        arguments: HMACKey.Algorithm.allCases
    )
    func signing(algorithm: HMACKey.Algorithm) throws {
        let claims: JSONValue = ["accessKey": "ABC", "exp": .integer(1_900_000_000), "parent": "alice"]
        let text = HMACKey(algorithm, secret: Secret("minioadmin")).sign(claims.members, keyID: "k")
        let token = try SignedToken(parsing: text)
        #expect(token.algorithm == algorithm.name)
        #expect(token.type == "JWT")
        #expect(token.keyID == "k")
        for other in HMACKey.Algorithm.allCases {
            let key = VerificationKey(HMACKey(other, bytes: Array("minioadmin".utf8)))
            if other == algorithm {
                #expect(try token.claims(verifiedWith: key).members == claims.members)
            } else {
                #expect(throws: TokenError.algorithmNotAllowed(algorithm.name)) {
                    _ = try token.claims(verifiedWith: key)
                }
            }
            let wrong = VerificationKey(HMACKey(algorithm, secret: Secret("minioadmin1")))
            #expect(throws: TokenError.signatureMismatch) { _ = try token.claims(verifiedWith: wrong) }
        }
    }

    /// What PyJWT makes of the same claims and secret.
    @Test func aSessionTokenIsWrittenAsMinIOWritesIt() {
        let claims: JSONValue = ["accessKey": "ABC", "exp": .integer(1_900_000_000), "parent": "alice"]
        #expect(
            HMACKey(.hs512, secret: Secret("minioadmin")).sign(claims.members) == """
                eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.\
                eyJhY2Nlc3NLZXkiOiJBQkMiLCJleHAiOjE5MDAwMDAwMDAsInBhcmVudCI6ImFsaWNlIn0.\
                uSwLU43mmm7TherKkeMus3f4g5FpYN7wmNd5LXlxdX1pjVzb29aP6B0trieellcQVw9Y-ARVPHef1rGUoM9Ajg
                """
        )
    }

    @Test func aSecretIsNotPrinted() {
        let key = HMACKey(.hs512, secret: Secret("minioadmin"))
        var dumped = ""
        dump([key], to: &dumped)
        dump(VerificationKey(key), to: &dumped)
        let texts = ["\(key)", String(reflecting: key), "\(VerificationKey(key))", dumped]
        for text in texts {
            #expect(!text.contains("minioadmin"))
            // Nor as numbers: "mi".
            #expect(!text.contains("109, 105"))
        }
    }

    @Test func aTokenIsNotPrinted() throws {
        let token = try SignedToken(parsing: RFCVectors.hs256)
        var dumped = ""
        dump([token], to: &dumped)
        // The payload begins with 123, 34, the signature with 116.
        for text in ["\(token)", String(reflecting: token), dumped] {
            #expect(text.contains("HS256 token") || text == dumped)
            #expect(!text.contains("123") && !text.contains("116"))
        }
    }

    @Test("a token of exactly the maximum is read, one byte more is not")
    func sizes() throws {
        let key = HMACKey(.hs256, secret: Secret("secret"))
        func text(claimSize: Int) -> String {
            key.sign((["a": .string(String(repeating: "x", count: claimSize))] as JSONValue).members)
        }
        let claimSize = (12_000...12_300).last { text(claimSize: $0).utf8.count <= 16 << 10 } ?? 0
        let largest = text(claimSize: claimSize)
        #expect(try SignedToken(parsing: largest).payload(verifiedWith: VerificationKey(key)).count > 12_000)
        let size = largest.utf8.count
        #expect(throws: TokenError.tooLarge(size: size, sizeMax: size - 1)) {
            _ = try SignedToken(parsing: largest, sizeMax: size - 1)
        }
        #expect(throws: TokenError.self) { _ = try SignedToken(parsing: text(claimSize: claimSize + 1)) }
        let huge = String(repeating: ".", count: 1 << 20)
        #expect(throws: TokenError.tooLarge(size: 1 << 20, sizeMax: 16 << 10)) {
            _ = try SignedToken(parsing: huge)
        }
    }

    @Test(
        "texts that are no three parts",
        arguments: [
            "", ".", "a", "a.b", "..", "...", "a.b.c.d", RFCVectors.es256 + ".", "." + RFCVectors.es256,
            RFCVectors.es256 + "..", RFCVectors.es256 + "." + RFCVectors.es256,
        ]
    )
    func parts(text: String) {
        let expected: TokenError =
            text == ".." ? .malformedJSON(.header, .unexpectedEnd) : .notThreeParts
        #expect(throws: expected) { _ = try SignedToken(parsing: text) }
    }

    @Test func everyPartIsCanonicalBase64URL() throws {
        let parts = RFCVectors.es256.split(separator: ".").map { String($0) }
        for (index, name) in [TokenError.Part.header, .payload, .signature].enumerated() {
            for (prefix, suffix) in [
                ("", "="), ("", "=="), ("", "+"), ("", " "), ("\n", ""), ("", "\n"), ("/", ""),
                ("", "\u{301}"), ("", "\0"),
                ("", "A"), ("é", ""),
            ] {
                var changed = parts
                changed[index] = prefix + parts[index] + suffix
                // One letter more may be well formed; then it is another text.
                if suffix == "A", (parts[index].utf8.count + 1) % 4 != 1 { continue }
                #expect(throws: TokenError.malformedEncoding(name), "\(prefix)…\(suffix)") {
                    _ = try SignedToken(parsing: changed.joined(separator: "."))
                }
            }
        }
        // The last letter of 64 bytes carries four bits that stand for nothing: Q, and not R to f.
        #expect(parts[2].hasSuffix("1Q"))
        for letter in ["R", "S", "Y", "f"] {
            #expect(throws: TokenError.malformedEncoding(.signature)) {
                _ = try SignedToken(parsing: RFCVectors.es256.dropLast() + letter)
            }
        }
    }

    @Test(
        "headers that are refused",
        arguments: [
            ("{}", TokenError.malformedHeader(member: "alg")),
            (#"{"alg":null}"#, .malformedHeader(member: "alg")),
            (#"{"alg":256}"#, .malformedHeader(member: "alg")),
            (#"{"alg":["HS256"]}"#, .malformedHeader(member: "alg")),
            (#"{"alg":""}"#, .unsupportedAlgorithm("")),
            (#"{"alg":"none"}"#, .unsupportedAlgorithm("none")),
            (#"{"alg":"None"}"#, .unsupportedAlgorithm("None")),
            (#"{"alg":"NONE"}"#, .unsupportedAlgorithm("NONE")),
            (#"{"alg":"nOnE"}"#, .unsupportedAlgorithm("nOnE")),
            (#"{"alg":"none "}"#, .unsupportedAlgorithm("none ")),
            (#"{"alg":"hs256"}"#, .unsupportedAlgorithm("hs256")),
            (#"{"alg":"HS256 "}"#, .unsupportedAlgorithm("HS256 ")),
            (#"{"alg":"ES256K"}"#, .unsupportedAlgorithm("ES256K")),
            (#"{"alg":"RSA-OAEP"}"#, .unsupportedAlgorithm("RSA-OAEP")),
            (#"{"ALG":"HS256"}"#, .malformedHeader(member: "alg")),
            (#"{"alg":"HS256","kid":1}"#, .malformedHeader(member: "kid")),
            (#"{"alg":"HS256","kid":null}"#, .malformedHeader(member: "kid")),
            (#"{"alg":"HS256","typ":{}}"#, .malformedHeader(member: "typ")),
            (#"{"alg":"HS256","crit":["exp"]}"#, .criticalExtensions),
            (#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, .criticalExtensions),
            (#"{"alg":"HS256","crit":[]}"#, .criticalExtensions),
            (#"{"alg":"HS256","crit":null}"#, .criticalExtensions),
            (#"{"alg":"HS256","alg":"none"}"#, .malformedJSON(.header, .repeatedKey(offset: 15))),
            (#"{"alg":"none","alg":"HS256"}"#, .malformedJSON(.header, .repeatedKey(offset: 14))),
            (#"{"alg":"HS256","\u0061lg":"HS256"}"#, .malformedJSON(.header, .repeatedKey(offset: 15))),
            (#"{"alg":"HS256","jwk":{"a":1,"a":2}}"#, .malformedJSON(.header, .repeatedKey(offset: 28))),
            (#"["alg"]"#, .notAnObject(.header)),
            (#""HS256""#, .notAnObject(.header)),
            ("null", .notAnObject(.header)),
            ("", .malformedJSON(.header, .unexpectedEnd)),
            (#"{"alg":"HS256"} x"#, .malformedJSON(.header, .unexpectedByte(0x78, offset: 16))),
            (#"{"alg":"HS256","#, .malformedJSON(.header, .unexpectedEnd)),
        ]
    )
    func headers(header: String, error: TokenError) {
        let text = signed(header: header, payload: "{}", secret: [1])
        #expect(throws: error) { _ = try SignedToken(parsing: text) }
    }

    @Test func deepHeadersAndLongNamesAreBounded() {
        let deep = #"{"alg":"HS256","a":"# + String(repeating: "[", count: 5000) + "}"
        #expect(throws: TokenError.malformedJSON(.header, .tooDeep(depthMax: 16))) {
            _ = try SignedToken(parsing: signed(header: deep, payload: "{}", secret: [1]))
        }
        let name = String(repeating: "é", count: 500)
        #expect(throws: TokenError.unsupportedAlgorithm(String(repeating: "é", count: 32) + "…")) {
            _ = try SignedToken(parsing: signed(header: #"{"alg":"\#(name)"}"#, payload: "{}", secret: [1]))
        }
    }

    @Test(
        "a payload that is no object, or has a claim twice, has no claims",
        arguments: [
            ("", TokenError.malformedJSON(.payload, .unexpectedEnd)),
            ("[]", .notAnObject(.payload)),
            ("true", .notAnObject(.payload)),
            (#"{"sub":"a","sub":"b"}"#, .malformedJSON(.payload, .repeatedKey(offset: 11))),
            ("{} {}", .malformedJSON(.payload, .unexpectedByte(0x7b, offset: 3))),
        ]
    )
    func payloads(payload: String, error: TokenError) throws {
        let token = try SignedToken(
            parsing: signed(header: #"{"alg":"HS256"}"#, payload: payload, secret: [1])
        )
        let key = VerificationKey(HMACKey(.hs256, bytes: [1]))
        #expect(throws: error) { _ = try token.claims(verifiedWith: key) }
        #expect(try token.payload(verifiedWith: key) == Array(payload.utf8))
    }
}
