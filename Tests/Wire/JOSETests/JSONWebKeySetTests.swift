import Base
import Cryptography
import JOSE
import JSON
import Testing

/// A good key of the type, with members changed, and why it is no longer good.
private struct RefusedKey: Sendable, CustomTestStringConvertible {
    let type: String
    let changes: String
    let reason: KeyRefusal

    init(_ type: String, _ changes: String, _ reason: KeyRefusal) {
        (self.type, self.changes, self.reason) = (type, changes, reason)
    }

    var testDescription: String { type + changes }

    var key: JSONValue {
        get throws {
            let goodKeys = ["RSA": RFCVectors.rsaKey, "EC": RFCVectors.p256Key, "OKP": RFCVectors.ed25519Key]
            var members = (goodKeys[type] ?? (type.isEmpty ? [:] : ["kty": .string(type)])).members
            for change in try JSONValue(parsing: changes.utf8).members.members {
                members[change.key] = change.value
            }
            return .object(members)
        }
    }

    static let all: [RefusedKey] = [
        RefusedKey("oct", #"{"k":"AAAA","alg":"HS256"}"#, .symmetric),
        RefusedKey("oct", #"{"alg":"RS256","n":"AQ","e":"AQAB"}"#, .symmetric),
        RefusedKey("", #"{"kty":1}"#, .malformedMember("kty")),
        RefusedKey("", "{}", .malformedMember("kty")),
        RefusedKey("rsa", "{}", .unknownType("rsa")),
        RefusedKey("AKP", "{}", .unknownType("AKP")),
        RefusedKey("RSA", #"{"d":"AQ"}"#, .privateHalfPublished),
        RefusedKey("EC", #"{"d":"AQ"}"#, .privateHalfPublished),
        RefusedKey("OKP", #"{"d":null}"#, .privateHalfPublished),
        RefusedKey("RSA", #"{"use":"enc"}"#, .notForVerification),
        RefusedKey("RSA", #"{"use":"SIG"}"#, .notForVerification),
        RefusedKey("RSA", #"{"use":["sig"]}"#, .malformedMember("use")),
        RefusedKey("RSA", #"{"key_ops":["sign"]}"#, .notForVerification),
        RefusedKey("RSA", #"{"key_ops":[]}"#, .notForVerification),
        RefusedKey("RSA", #"{"key_ops":"verify"}"#, .malformedMember("key_ops")),
        RefusedKey("RSA", #"{"kid":7}"#, .malformedMember("kid")),
        RefusedKey("RSA", #"{"alg":"RSA-OAEP"}"#, .unknownAlgorithm("RSA-OAEP")),
        RefusedKey("RSA", #"{"alg":"none"}"#, .unknownAlgorithm("none")),
        RefusedKey("RSA", #"{"alg":"HS256"}"#, .algorithmMismatch(.hs256)),
        RefusedKey("RSA", #"{"alg":"ES256"}"#, .algorithmMismatch(.es256)),
        RefusedKey("EC", #"{"alg":"ES512"}"#, .algorithmMismatch(.es512)),
        RefusedKey("EC", #"{"alg":"HS256"}"#, .algorithmMismatch(.hs256)),
        RefusedKey("OKP", #"{"alg":"ES256"}"#, .algorithmMismatch(.es256)),
        RefusedKey("RSA", #"{"n":null}"#, .malformedMember("n")),
        RefusedKey("RSA", #"{"e":"AQAB="}"#, .malformedMember("e")),
        RefusedKey("RSA", #"{"e":65537}"#, .malformedMember("e")),
        RefusedKey("RSA", #"{"e":""}"#, .unusable(.rsaExponentNotAllowed)),
        RefusedKey("RSA", #"{"e":"AQ"}"#, .unusable(.rsaExponentNotAllowed)),
        RefusedKey("RSA", #"{"n":""}"#, .unusable(.rsaModulusSize(bits: 0, bitsMin: 2048, bitsMax: 8192))),
        RefusedKey(
            "RSA",
            #"{"n":"_____w"}"#,
            .unusable(.rsaModulusSize(bits: 32, bitsMin: 2048, bitsMax: 8192))
        ),
        RefusedKey("EC", #"{"crv":"P-384"}"#, .unusable(.coordinateSize(size: 32, expected: 48))),
        RefusedKey("EC", #"{"crv":"secp256k1"}"#, .unknownCurve("secp256k1")),
        RefusedKey("EC", #"{"crv":0}"#, .malformedMember("crv")),
        RefusedKey(
            "EC",
            #"{"y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}"#,
            .unusable(.pointNotOnCurve)
        ),
        RefusedKey("EC", #"{"y":"AQ"}"#, .unusable(.coordinateSize(size: 1, expected: 32))),
        RefusedKey("OKP", #"{"crv":"X25519"}"#, .unknownCurve("X25519")),
        RefusedKey("OKP", #"{"crv":"Ed448"}"#, .unknownCurve("Ed448")),
        RefusedKey("OKP", #"{"x":"AQ"}"#, .unusable(.coordinateSize(size: 1, expected: 32))),
    ]
}

@Suite struct JSONWebKeySetTests {
    private func refusal(of key: JSONValue) throws -> KeyRefusal? {
        let set = try keySet(key)
        #expect(set.keys.count + set.refusals.count == 1)
        return set.refusals.first?.reason
    }

    @Test func keysOfEveryKindAreReadInOrder() throws {
        let set = try keySet(
            RFCVectors.rsaKey.with(["kid": "1", "use": "sig", "alg": "RS256"]),
            RFCVectors.p256Key.with(["kid": "2", "key_ops": ["verify"]]),
            RFCVectors.p521Key.with(["alg": "ES512"]),
            RFCVectors.ed25519Key.with(["kid": "", "alg": "EdDSA", "x5c": ["ignored"], "other": .null])
        )
        #expect(set.refusals == [])
        #expect(set.keys.map { $0.id } == ["1", "2", nil, ""])
        #expect(set.keys.map { $0.algorithms } == [[.rs256], [.es256], [.es512], [.edDSA]])
    }

    /// RFC 7517 §A.1: one key is for encryption.
    @Test func theRFCsSet() throws {
        let rsa = RFCVectors.rsaKey.with(["alg": "RS256", "kid": "2011-04-29"])
        let ec = RFCVectors.p256Key.with(["use": "enc", "kid": "1"])
        let set = try keySet(ec, rsa)
        #expect(set.keys.map { $0.id } == ["2011-04-29"])
        #expect(set.refusals.map { $0.index } == [0])
        #expect(set.refusals.map { $0.id } == ["1"])
        #expect(set.refusals.map { $0.reason } == [.notForVerification])
    }

    @Test("keys that are left out", arguments: RefusedKey.all) fileprivate func refusals(row: RefusedKey)
        throws
    {
        let key = try row.key
        #expect(try refusal(of: key) == row.reason)
        // A good key beside it is still used.
        #expect(try keySet(key, RFCVectors.p256Key).keys.count == 1)
    }

    @Test(
        "documents that are no set",
        arguments: [
            ("", KeySetError.malformedJSON(.unexpectedEnd)),
            ("[]", .noKeyList),
            ("{}", .noKeyList),
            (#"{"keys":{}}"#, .noKeyList),
            (#"{"keys":null}"#, .noKeyList),
            (#"{"keys":[],"keys":[]}"#, .malformedJSON(.repeatedKey(offset: 11))),
            (#"{"keys":[{"kty":"RSA","kty":"oct"}]}"#, .malformedJSON(.repeatedKey(offset: 22))),
            (#"{"keys":[]"#, .malformedJSON(.unexpectedEnd)),
        ]
    )
    func documents(text: String, error: KeySetError) {
        #expect(throws: error) { _ = try JSONWebKeySet(parsing: Array(text.utf8)) }
    }

    @Test func whatIsNoObjectOrLacksAMemberIsLeftOut() throws {
        #expect(try refusal(of: "RSA") == .notAnObject)
        #expect(try refusal(of: .null) == .notAnObject)
        #expect(try refusal(of: RFCVectors.rsaKey.with(["n": nil])) == .malformedMember("n"))
        #expect(try refusal(of: RFCVectors.rsaKey.with(["e": nil])) == .malformedMember("e"))
        #expect(try refusal(of: RFCVectors.p256Key.with(["crv": nil])) == .malformedMember("crv"))
        #expect(try refusal(of: RFCVectors.p256Key.with(["y": nil])) == .malformedMember("y"))
    }

    @Test func anEmptySetHasNoKeys() throws {
        let set = try JSONWebKeySet(parsing: Array(#"{"keys":[]}"#.utf8))
        #expect(set.keys.isEmpty && set.refusals.isEmpty)
    }

    @Test func keysAndBytesAreBounded() throws {
        let keys = [JSONValue](repeating: RFCVectors.ed25519Key, count: 64)
        #expect(try keySet(keys).keys.count == 64)
        #expect(throws: KeySetError.tooManyKeys(count: 65, countMax: 64)) {
            _ = try keySet(keys + [.null])
        }
        let text = Array(#"{"keys":[]}"#.utf8)
        #expect(throws: Never.self) { _ = try JSONWebKeySet(parsing: text, sizeMax: text.count) }
        #expect(throws: KeySetError.tooLarge(size: 11, sizeMax: 10)) {
            _ = try JSONWebKeySet(parsing: text, sizeMax: 10)
        }
    }

    @Test func keysOfOneIDAreAllTried() throws {
        let other = try keySet(
            RFCVectors.p256Key.with(["kid": "k"]),
            RFCVectors.rsaKey.with(["kid": "k"])
        )
        let token = try SignedToken(parsing: RFCVectors.rs256)
        #expect(try token.payload(verifiedWith: other) == RFCVectors.payload)
    }
}
