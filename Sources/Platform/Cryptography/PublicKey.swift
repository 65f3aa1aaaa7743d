import COpenSSL

/// A public key in libcrypto's memory. Nothing changes it, so any number of threads may verify with it at once.
final class PublicKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Takes over one reference.
    private init(adopting key: OpaquePointer) { self.key = key }

    deinit { EVP_PKEY_free(key) }

    /// - Parameter type: as libcrypto knows it.
    /// - Parameter parameters: without the one that ends them. What they point to is read before this returns.
    /// - Returns: `nil` when libcrypto refuses the parameters.
    static func make(_ type: String, parameters: [OSSL_PARAM]) -> PublicKey? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else {
            preconditionFailure("libcrypto offers no \(type)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var parameters = parameters + [OSSL_PARAM_construct_end()]
        var key: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &key, openssl_public_key_selection(), &parameters) == 1,
            let key
        else {
            ERR_clear_error()
            return nil
        }
        return PublicKey(adopting: key)
    }

    /// - Parameter type: of those whose keys are a string of bytes.
    static func make(_ type: String, encoded: [UInt8]) -> PublicKey? {
        guard let key = EVP_PKEY_new_raw_public_key_ex(nil, type, nil, encoded, encoded.count) else {
            ERR_clear_error()
            return nil
        }
        return PublicKey(adopting: key)
    }

    /// Whether libcrypto's own examination finds nothing wrong, such as a point that is not on its curve.
    ///
    /// The quick one: on curves whose every point has the same order there is nothing more to examine.
    var passesExamination: Bool {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            preconditionFailure("libcrypto has no memory for a key's examination")
        }
        defer { EVP_PKEY_CTX_free(context) }
        let status = EVP_PKEY_public_check_quick(context)
        if status != 1 { ERR_clear_error() }
        return status == 1
    }

    /// - Parameter digest: none for algorithms that bring their own.
    /// - Parameter configure: sets what else the algorithm wants to know and answers whether it could.
    func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        digest: SignatureDigest?,
        configure: (OpaquePointer) -> Bool = { _ in true }
    ) -> Bool {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("libcrypto has no memory for a verification")
        }
        defer { EVP_MD_CTX_free(context) }
        // Belongs to `context`.
        var keyContext: OpaquePointer?
        let isStarted = EVP_DigestVerifyInit(context, &keyContext, digest?.method.pointer, nil, key) == 1
        guard isStarted, let keyContext, configure(keyContext) else {
            preconditionFailure("libcrypto cannot verify with a key that it made")
        }
        let status = EVP_DigestVerify(context, signature, signature.count, message, message.count)
        // Whoever uses libcrypto next on this thread must not take this refusal for its own.
        if status != 1 { ERR_clear_error() }
        return status == 1
    }
}

extension PublicKey {
    /// A number as libcrypto's parameters hold it: in the processor's order of bytes.
    static func nativeBytes(ofBigEndian number: [UInt8]) -> [UInt8] {
        1.littleEndian == 1 ? number.reversed() : number
    }
}
