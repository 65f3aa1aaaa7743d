import COpenSSL

/// PBKDF2 (RFC 8018 §5.2) with HMAC.
package enum PBKDF2 {
    /// Keeps the calling thread busy: some milliseconds for 8192 iterations of SHA-256.
    ///
    /// - Parameter salt: not empty.
    /// - Parameter size: of the key, in bytes, at least 1.
    package static func deriveKey<Algorithm: DigestAlgorithm>(
        _ algorithm: Algorithm.Type,
        password: [UInt8],
        salt: [UInt8],
        iterationCount: Int,
        size: Int
    ) -> [UInt8] {
        precondition(!salt.isEmpty && iterationCount > 0 && size > 0)
        return [UInt8](unsafeUninitializedCapacity: size) { key, count in
            let status = password.withUnsafeBytes { password in
                PKCS5_PBKDF2_HMAC(
                    password.assumingMemoryBound(to: CChar.self).baseAddress,
                    CInt(password.count),
                    salt,
                    CInt(salt.count),
                    CInt(iterationCount),
                    Algorithm.method.pointer,
                    CInt(size),
                    key.baseAddress
                )
            }
            precondition(status == 1)
            count = size
        }
    }
}
