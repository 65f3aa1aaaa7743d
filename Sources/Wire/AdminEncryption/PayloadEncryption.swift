package import Base
import Cryptography
package import Telemetry

/// Encrypts and decrypts the bodies of MinIO's admin API under a password: the secret key of whoever asks.
///
///     header 41: salt, algorithm, nonce │ sealed stream
///
/// Any number of tasks may use it at once; the gate decides how many derive their keys at a time. Everything
/// else runs inline, on the caller's executor, at more than 1 GB/s.
package struct PayloadEncryption: Sendable {
    private let derivation: KeyDerivation
    private let randomness: any Randomness

    /// - Parameter randomness: fit for secrets; a salt used twice under one password tells that to everybody.
    package init(derivation: KeyDerivation, randomness: any Randomness = SystemRandomness()) {
        self.derivation = derivation
        self.randomness = randomness
    }

    /// A payload that is 41 bytes larger than `plaintext`, and 16 more for each 16 KiB begun.
    ///
    /// - Throws: ``AdminEncryptionError/tooManyDerivations``, ``AdminEncryptionError/cancelled``,
    ///   ``AdminEncryptionError/noMemory(size:)``.
    package func encrypt(
        _ plaintext: [UInt8],
        password: Secret,
        algorithm: PayloadAlgorithm = .argon2idAES256GCM
    ) async throws(AdminEncryptionError) -> [UInt8] {
        let header = PayloadHeader(algorithm, using: randomness)
        let key = try await deriveKey(header, password: password)
        return header.bytes + SealedStream(algorithm.cipher, key: key, nonce: header.nonce).seal(plaintext)
    }

    /// The plaintext, once all of it is known to be authentic.
    ///
    /// A header alone is an empty plaintext: minio-py encrypts one so. Nothing authenticates it.
    ///
    /// - Parameter sizeMax: bytes that `payload` may have. Twice as much is held in memory.
    package func decrypt(
        _ payload: [UInt8],
        password: Secret,
        sizeMax: Int
    ) async throws(AdminEncryptionError) -> [UInt8] {
        guard payload.count <= sizeMax else { throw .tooLarge(size: payload.count, sizeMax: sizeMax) }
        let header = try PayloadHeader(reading: payload[...])
        let stream = payload[PayloadHeader.size...]
        // Looked at before a key is derived for it, which costs so much more.
        _ = try SealedStream.plaintextSize(streamSize: stream.count)
        guard !stream.isEmpty else { return [] }
        let key = try await deriveKey(header, password: password)
        return try SealedStream(header.algorithm.cipher, key: key, nonce: header.nonce).open(stream)
    }

    private func deriveKey(
        _ header: PayloadHeader,
        password: Secret
    ) async throws(AdminEncryptionError) -> [UInt8] {
        let (algorithm, salt) = (header.algorithm, header.salt)
        let result = try await derivation.run { () -> Result<[UInt8], CryptographyError> in
            Result { () throws(CryptographyError) in
                try algorithm.deriveKey(password: Array(password.revealed().utf8), salt: salt)
            }
        }
        switch result {
        case .success(let key): return key
        case .failure(.noMemory(let size)): throw .noMemory(size: size)
        case .failure(let error): preconditionFailure("a derivation fails with \(error)")
        }
    }
}
