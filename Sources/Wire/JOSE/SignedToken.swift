import Base
import JSON

/// A token in compact form (RFC 7515 §3.1), read but not believed: its claims come out only together with a key
/// that verifies them.
///
///     base64url(header) . base64url(payload) . base64url(signature)
///     ╰────────── what is signed ──────────╯
///
/// Members of the header that point to keys (`jwk`, `jku`, `x5c`, `x5u`) are not looked at. Whoever has a token may
/// use it, so printing one shows its algorithm only.
package struct SignedToken: Sendable {
    package static let sizeMax = 16 << 10
    /// Headers and claims are flat; some providers nest a few levels.
    private static let depthMax = 16

    package let algorithm: JWSAlgorithm
    /// Which key signed it, as the token says.
    package let keyID: String?
    /// What it is, as the token says: mostly `JWT`.
    package let type: String?

    private let signed: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// Time and memory are linear in the size of `text`.
    package init(parsing text: String, sizeMax: Int = Self.sizeMax) throws(TokenError) {
        let bytes = text.utf8
        guard bytes.count <= sizeMax else { throw .tooLarge(size: bytes.count, sizeMax: sizeMax) }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .notThreeParts }
        let header = try Self.parseObject(try Self.decode(parts[0], .header), .header)
        payload = try Self.decode(parts[1], .payload)
        signature = try Self.decode(parts[2], .signature)
        signed = Array(bytes[..<parts[1].endIndex])

        guard header["crit"] == nil else { throw .criticalExtensions }
        guard let name = try Self.string("alg", in: header) else { throw .malformedHeader(member: "alg") }
        guard let algorithm = JWSAlgorithm(rawValue: name) else {
            throw .unsupportedAlgorithm(TokenError.excerpt(name))
        }
        self.algorithm = algorithm
        keyID = try Self.string("kid", in: header)
        type = try Self.string("typ", in: header)
    }

    /// The payload, which `key` signed.
    ///
    /// - Throws: ``TokenError/algorithmNotAllowed(_:)``, ``TokenError/signatureMismatch``.
    package func payload(verifiedWith key: VerificationKey) throws(TokenError) -> [UInt8] {
        guard key.algorithms.contains(algorithm) else { throw .algorithmNotAllowed(algorithm) }
        guard key.isValid(signature, of: signed, algorithm: algorithm) else { throw .signatureMismatch }
        return payload
    }

    /// The payload, which one of `keys` signed: of those with the token's key id, or of all where it names none.
    ///
    /// - Throws: ``TokenError/noMatchingKey(id:)`` where no key has that id: newer keys may be published.
    package func payload(verifiedWith keys: JSONWebKeySet) throws(TokenError) -> [UInt8] {
        let candidates = keys.keys(withID: keyID)
        guard !candidates.isEmpty else { throw .noMatchingKey(id: keyID.map(TokenError.excerpt)) }
        let usable = candidates.filter { $0.algorithms.contains(algorithm) }
        guard !usable.isEmpty else { throw .algorithmNotAllowed(algorithm) }
        guard usable.contains(where: { $0.isValid(signature, of: signed, algorithm: algorithm) }) else {
            throw .signatureMismatch
        }
        return payload
    }

    /// What `key` signed, as claims. Their times, issuer and audience are still to be asked for.
    package func claims(verifiedWith key: VerificationKey) throws(TokenError) -> TokenClaims {
        TokenClaims(try Self.parseObject(try payload(verifiedWith: key), .payload))
    }

    package func claims(verifiedWith keys: JSONWebKeySet) throws(TokenError) -> TokenClaims {
        TokenClaims(try Self.parseObject(try payload(verifiedWith: keys), .payload))
    }

    private static func decode(
        _ part: Substring.UTF8View,
        _ name: TokenError.Part
    ) throws(TokenError) -> [UInt8] {
        guard let bytes = Base64.urlWithoutPadding.decode(Substring(part)) else {
            throw .malformedEncoding(name)
        }
        return bytes
    }

    private static func parseObject(
        _ text: [UInt8],
        _ name: TokenError.Part
    ) throws(TokenError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text, depthMax: depthMax, allowsRepeatedKeys: false)
        } catch {
            throw .malformedJSON(name, error)
        }
        guard let object = value.object else { throw .notAnObject(name) }
        return object
    }

    private static func string(_ member: String, in header: JSONObject) throws(TokenError) -> String? {
        guard let value = header[member] else { return nil }
        guard let string = value.string else { throw .malformedHeader(member: member) }
        return string
    }
}

extension SignedToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[\(algorithm.rawValue) token]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
