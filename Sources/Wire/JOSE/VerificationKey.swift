package import Cryptography

/// A key together with the algorithms it may verify.
///
/// The key decides, never the token: a token that names another algorithm is refused before any computation, so
/// that a public key cannot be taken for an HMAC secret. Any number of tasks may use it at once.
package struct VerificationKey: Sendable {
    /// What tokens call the key: `kid`.
    package let id: String?
    /// Never empty, and only such as the kind of key can verify.
    package let algorithms: Set<JWSAlgorithm>
    private let material: Material

    private enum Material {
        case hmac(HMACKey)
        case rsa(RSAPublicKey)
        case ecdsa(ECDSAPublicKey)
        case ed25519(Ed25519PublicKey)
    }

    package init(_ key: HMACKey, id: String? = nil) {
        (material, algorithms, self.id) = (.hmac(key), [key.algorithm.name], id)
    }

    /// - Parameter algorithms: some of ``JWSAlgorithm/rsa``, at least one.
    package init(_ key: RSAPublicKey, algorithms: Set<JWSAlgorithm> = JWSAlgorithm.rsa, id: String? = nil) {
        precondition(!algorithms.isEmpty && algorithms.isSubset(of: JWSAlgorithm.rsa))
        (material, self.algorithms, self.id) = (.rsa(key), algorithms, id)
    }

    package init(_ key: ECDSAPublicKey, id: String? = nil) {
        (material, algorithms, self.id) = (.ecdsa(key), [.ecdsa(on: key.curve)], id)
    }

    package init(_ key: Ed25519PublicKey, id: String? = nil) {
        (material, algorithms, self.id) = (.ed25519(key), [.edDSA], id)
    }

    /// Whether the key made `signature` for `message`; never with an algorithm it is not for.
    func isValid(_ signature: [UInt8], of message: [UInt8], algorithm: JWSAlgorithm) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        switch (material, algorithm.scheme) {
        case (.hmac(let key), .hmac): return key.isValid(signature, of: message)
        case (.rsa(let key), .rsa(let digest, let padding)):
            return key.isValid(signature, of: message, digest: digest, padding: padding)
        case (.ecdsa(let key), .ecdsa(let curve, let digest)):
            return key.curve == curve && key.isValid(signature, of: message, digest: digest)
        case (.ed25519(let key), .ed25519): return key.isValid(signature, of: message)
        case (.hmac, _), (.rsa, _), (.ecdsa, _), (.ed25519, _): return false
        }
    }
}
