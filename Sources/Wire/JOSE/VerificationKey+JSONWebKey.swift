import Base
import Cryptography
import JSON

extension VerificationKey {
    /// A public key as RFC 7517 §4, RFC 7518 §6 and RFC 8037 §2 write it.
    init(publishedAs value: JSONValue) throws(KeyRefusal) {
        guard let members = value.object else { throw .notAnObject }
        let key = JSONWebKey(members: members)
        let type = try key.requiredString("kty")
        guard type != "oct" else { throw .symmetric }
        guard members["d"] == nil else { throw .privateHalfPublished }
        try key.checkUse()
        switch type {
        case "RSA": self = try key.rsaKey()
        case "EC": self = try key.ecdsaKey()
        case "OKP": self = try key.ed25519Key()
        default: throw .unknownType(TokenError.excerpt(type))
        }
    }
}

private struct JSONWebKey {
    let members: JSONObject

    func rsaKey() throws(KeyRefusal) -> VerificationKey {
        let algorithms = try declaredAlgorithms(of: JWSAlgorithm.rsa)
        let (modulus, exponent) = (try bytes("n"), try bytes("e"))
        let key = try make { () throws(CryptographyError) in
            try RSAPublicKey(modulus: modulus, exponent: exponent)
        }
        return VerificationKey(key, algorithms: algorithms, id: try string("kid"))
    }

    func ecdsaKey() throws(KeyRefusal) -> VerificationKey {
        let curve = try curve()
        _ = try declaredAlgorithms(of: [.ecdsa(on: curve)])
        let (x, y) = (try bytes("x"), try bytes("y"))
        let key = try make { () throws(CryptographyError) in try ECDSAPublicKey(curve: curve, x: x, y: y) }
        return VerificationKey(key, id: try string("kid"))
    }

    func ed25519Key() throws(KeyRefusal) -> VerificationKey {
        let name = try requiredString("crv")
        guard name == "Ed25519" else { throw .unknownCurve(TokenError.excerpt(name)) }
        _ = try declaredAlgorithms(of: [.edDSA])
        let x = try bytes("x")
        let key = try make { () throws(CryptographyError) in try Ed25519PublicKey(encoded: x) }
        return VerificationKey(key, id: try string("kid"))
    }

    private func curve() throws(KeyRefusal) -> EllipticCurve {
        switch try requiredString("crv") {
        case "P-256": .p256
        case "P-384": .p384
        case "P-521": .p521
        case let name: throw .unknownCurve(TokenError.excerpt(name))
        }
    }

    /// The one that `alg` names, or all that the key's type allows.
    private func declaredAlgorithms(of allowed: Set<JWSAlgorithm>) throws(KeyRefusal) -> Set<JWSAlgorithm> {
        guard let name = try string("alg") else { return allowed }
        guard let algorithm = JWSAlgorithm(rawValue: name) else {
            throw .unknownAlgorithm(TokenError.excerpt(name))
        }
        guard allowed.contains(algorithm) else { throw .algorithmMismatch(algorithm) }
        return [algorithm]
    }

    func checkUse() throws(KeyRefusal) {
        if let use = try string("use"), use != "sig" { throw .notForVerification }
        guard let operations = members["key_ops"] else { return }
        guard let operations = operations.array else { throw .malformedMember("key_ops") }
        guard operations.contains("verify") else { throw .notForVerification }
    }

    func requiredString(_ name: String) throws(KeyRefusal) -> String {
        guard let string = try string(name) else { throw .malformedMember(name) }
        return string
    }

    private func string(_ name: String) throws(KeyRefusal) -> String? {
        guard let value = members[name] else { return nil }
        guard let string = value.string else { throw .malformedMember(name) }
        return string
    }

    private func bytes(_ name: String) throws(KeyRefusal) -> [UInt8] {
        guard let bytes = Base64.urlWithoutPadding.decode(try requiredString(name)) else {
            throw .malformedMember(name)
        }
        return bytes
    }

    private func make<Key>(_ body: () throws(CryptographyError) -> Key) throws(KeyRefusal) -> Key {
        do throws(CryptographyError) {
            return try body()
        } catch {
            throw .unusable(error)
        }
    }
}
