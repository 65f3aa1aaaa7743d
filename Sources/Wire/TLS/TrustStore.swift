import COpenSSLTLS

/// Certificates that end a chain. OpenSSL locks it by itself, so any thread may verify.
final class TrustStore: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Those in the files, and nobody else.
    ///
    /// - Parameter report: told of files that hold no certificate, which are passed over.
    init(paths: [String], _ report: (TLSError) -> Void) throws(TLSError) {
        ERR_clear_error()
        guard let pointer = X509_STORE_new() else { throw .unavailable(reason: takeOpenSSLError()) }
        self.pointer = pointer
        for path in paths where X509_STORE_load_file(pointer, path) != 1 {
            report(.badCertificate(path: path, reason: takeOpenSSLError()))
        }
        ERR_clear_error()
    }

    deinit { X509_STORE_free(pointer) }

    /// Whether a chain of certificates that may be used for clients leads from the leaf to one of these, all of them in
    /// force now. What is named as trusted ends a chain even if another has signed it.
    func verify(_ leaf: OpaquePointer, others: OpaquePointer?, level: CInt) -> PeerCertificate.Verification {
        guard let context = X509_STORE_CTX_new() else { return .untrusted(reason: takeOpenSSLError()) }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, pointer, leaf, others) == 1,
            X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT) == 1,
            let parameters = X509_STORE_CTX_get0_param(context),
            X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
        else { return .untrusted(reason: takeOpenSSLError()) }
        X509_VERIFY_PARAM_set_depth(parameters, CInt(PeerCertificate.authoritiesMax))
        X509_VERIFY_PARAM_set_auth_level(parameters, level)
        guard X509_verify_cert(context) != 1 else { return .trusted }
        let code = CLong(X509_STORE_CTX_get_error(context))
        return .untrusted(reason: String(cString: X509_verify_cert_error_string(code)))
    }
}
