import COpenSSL

/// Ciphers that encrypt and authenticate at once. Both take a key of 32 bytes and a nonce of 12, and write a
/// tag of 16.
package enum AuthenticatedCipherAlgorithm: Sendable, CaseIterable {
    /// NIST SP 800-38D.
    case aes256GCM
    /// RFC 8439.
    case chaCha20Poly1305

    var method: OpaquePointer {
        switch self {
        case .aes256GCM: CipherMethod.aes256GCM.pointer
        case .chaCha20Poly1305: CipherMethod.chaCha20Poly1305.pointer
        }
    }
}

/// libcrypto's implementation of a cipher, looked up once.
private struct CipherMethod: @unchecked Sendable {
    /// Read only by libcrypto, so any thread may use it; lives as long as the process.
    let pointer: OpaquePointer

    static let aes256GCM = CipherMethod(fetching: "AES-256-GCM")
    static let chaCha20Poly1305 = CipherMethod(fetching: "ChaCha20-Poly1305")

    private init(fetching name: String) {
        guard let found = EVP_CIPHER_fetch(nil, name, nil) else {
            preconditionFailure("libcrypto offers no \(name)")
        }
        pointer = found
    }
}
