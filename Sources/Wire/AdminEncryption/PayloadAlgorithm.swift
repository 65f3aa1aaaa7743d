import Cryptography

/// How a payload is encrypted. The raw value is the byte in its header.
package enum PayloadAlgorithm: UInt8, Sendable, CaseIterable {
    /// Argon2id (one pass, 64 MiB, four lanes), then AES-256-GCM.
    case argon2idAES256GCM = 0
    /// Argon2id (one pass, 64 MiB, four lanes), then ChaCha20-Poly1305.
    case argon2idChaCha20Poly1305 = 1
    /// PBKDF2 with HMAC-SHA-256 (8192 iterations), then AES-256-GCM.
    case pbkdf2AES256GCM = 2

    var cipher: AuthenticatedCipherAlgorithm {
        switch self {
        case .argon2idAES256GCM, .pbkdf2AES256GCM: .aes256GCM
        case .argon2idChaCha20Poly1305: .chaCha20Poly1305
        }
    }

    /// Keeps the calling thread busy, for some 80 ms with Argon2id, a tenth of that with PBKDF2.
    ///
    /// The lanes are filled one after the other: the bound on derivations is one on threads as well, and a
    /// derivation cannot fail for want of a thread.
    func deriveKey(password: [UInt8], salt: [UInt8]) throws(CryptographyError) -> [UInt8] {
        switch self {
        case .argon2idAES256GCM, .argon2idChaCha20Poly1305:
            try Self.argon2id.deriveKey(
                password: password,
                salt: salt,
                size: AuthenticatedCipher.keySize
            )
        case .pbkdf2AES256GCM:
            PBKDF2.deriveKey(
                SHA256Algorithm.self,
                password: password,
                salt: salt,
                iterationCount: 8192,
                size: AuthenticatedCipher.keySize
            )
        }
    }

    private static let argon2id = Argon2id(iterationCount: 1, memoryKiB: 64 << 10, laneCount: 4)
}
