import COpenSSL

/// AES-256-GCM or ChaCha20-Poly1305 under one key, message by message.
///
/// Never use a nonce twice under one key: that reveals both messages and lets others forge more. Owns its key
/// schedule in libcrypto, which is wiped with it. Never blocks. Traps only on broken sizes and where libcrypto
/// runs out of memory.
package struct AuthenticatedCipher: ~Copyable, @unchecked Sendable {
    package static let keySize = 32
    package static let nonceSize = 12
    package static let tagSize = 16

    private enum Direction: CInt {
        case open = 0
        case seal = 1
    }

    private let context: OpaquePointer

    /// - Parameter key: exactly ``keySize`` bytes; they are copied.
    package init(_ algorithm: AuthenticatedCipherAlgorithm, key: UnsafeRawBufferPointer) {
        precondition(key.count == Self.keySize)
        guard let context = EVP_CIPHER_CTX_new() else {
            preconditionFailure("libcrypto has no memory for a cipher")
        }
        self.context = context
        let status = EVP_CipherInit_ex2(
            context,
            algorithm.method,
            key.assumingMemoryBound(to: UInt8.self).baseAddress,
            nil,
            Direction.seal.rawValue,
            nil
        )
        precondition(status == 1)
    }

    package init(_ algorithm: AuthenticatedCipherAlgorithm, key: [UInt8]) {
        // Not with a closure around the other initializer: it could not hand out what cannot be copied.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: key.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: key)
        self.init(algorithm, key: UnsafeRawBufferPointer(copy))
        OPENSSL_cleanse(copy.baseAddress, copy.count)
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Encrypts `plaintext`, and authenticates it together with `associated`, which is not encrypted.
    ///
    /// - Parameter nonce: exactly ``nonceSize`` bytes.
    /// - Parameter ciphertext: as many bytes as `plaintext`, in the same place or in one that does not overlap.
    /// - Parameter tag: exactly ``tagSize`` bytes.
    package mutating func seal(
        _ plaintext: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        authenticating associated: UnsafeRawBufferPointer,
        into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) {
        precondition(ciphertext.count == plaintext.count && tag.count == Self.tagSize)
        start(.seal, nonce: nonce)
        authenticate(associated)
        process(plaintext, into: ciphertext)
        precondition(isFinishedWell())
        let status = EVP_CIPHER_CTX_ctrl(
            context,
            EVP_CTRL_AEAD_GET_TAG,
            CInt(Self.tagSize),
            tag.baseAddress
        )
        precondition(status == 1)
    }

    /// Decrypts `ciphertext`, if it and `associated` are what was sealed.
    ///
    /// - Parameter plaintext: as many bytes as `ciphertext`, in the same place or in one that does not overlap.
    /// - Returns: false when anything differs: key, nonce, tag, a single bit. `plaintext` is zeros then.
    package mutating func open(
        _ ciphertext: UnsafeRawBufferPointer,
        tag: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        authenticating associated: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Bool {
        precondition(plaintext.count == ciphertext.count && tag.count == Self.tagSize)
        start(.open, nonce: nonce)
        // libcrypto's parameter is not const, but it only reads.
        let status = EVP_CIPHER_CTX_ctrl(
            context,
            EVP_CTRL_AEAD_SET_TAG,
            CInt(Self.tagSize),
            UnsafeMutableRawPointer(mutating: tag.baseAddress)
        )
        precondition(status == 1)
        authenticate(associated)
        process(ciphertext, into: plaintext)
        guard isFinishedWell() else {
            plaintext.initializeMemory(as: UInt8.self, repeating: 0)
            ERR_clear_error()
            return false
        }
        return true
    }

    private func start(_ direction: Direction, nonce: UnsafeRawBufferPointer) {
        precondition(nonce.count == Self.nonceSize)
        let nonce = nonce.assumingMemoryBound(to: UInt8.self).baseAddress
        let status = EVP_CipherInit_ex2(context, nil, nil, nonce, direction.rawValue, nil)
        precondition(status == 1)
    }

    private func authenticate(_ associated: UnsafeRawBufferPointer) {
        guard !associated.isEmpty else { return }
        update(associated, into: nil)
    }

    private func process(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        guard !input.isEmpty else { return }
        update(input, into: output.assumingMemoryBound(to: UInt8.self).baseAddress)
    }

    /// No output means associated data.
    private func update(_ input: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>?) {
        var size: CInt = 0
        let status = EVP_CipherUpdate(
            context,
            output,
            &size,
            input.assumingMemoryBound(to: UInt8.self).baseAddress,
            CInt(input.count)
        )
        precondition(status == 1 && Int(size) == input.count)
    }

    /// Stream ciphers have nothing left to write at the end, but libcrypto wants a place for it.
    private func isFinishedWell() -> Bool {
        var size: CInt = 0
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_BLOCK_LENGTH)) { rest in
            EVP_CipherFinal_ex(context, rest.baseAddress, &size)
        } == 1 && size == 0
    }
}
