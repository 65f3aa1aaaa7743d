import COpenSSLTLS

/// One certificate with its key, ready for handshakes. Immutable once made; OpenSSL counts its own
/// references, so a session goes on with the context it began with.
///
/// TLS 1.2 or newer with OpenSSL's default ciphers; `http/1.1` when the client asks by ALPN.
///
/// Where clients are asked for a certificate, none has to show one, and whatever is shown ends no handshake: the client
/// proves that it has the key, and whether anybody vouches for it is looked at when somebody wants to know. Sessions are
/// not resumed there: a ticket carries the client's own certificate without its intermediates, so that what was
/// trusted at first could not be verified again.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    /// Contexts for other names, asked in order; this one serves every name that none of them has.
    private let alternatives: [TLSContext]
    /// Who vouches for clients; `nil` where they are not asked for certificates.
    let clients: ClientAuthorities?

    /// Bytes of all certificates that a client shows; more end the handshake. Ten intermediates with the longest usual
    /// keys fit, and a connection holds on to what it was shown.
    private static let peerChainSizeMax = 32 * 1024

    init(
        certificatePath: String,
        keyPath: String,
        clients: ClientAuthorities?,
        alternatives: [TLSContext] = []
    ) throws(TLSError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_server_method()) else {
            throw .unavailable(reason: takeOpenSSLError())
        }
        self.pointer = pointer
        self.alternatives = alternatives
        self.clients = clients
        guard tls_context_set_version_min(pointer, TLS1_2_VERSION) == 1 else {
            throw .unavailable(reason: takeOpenSSLError())
        }
        tls_context_set_server_options(pointer)
        // A write may come back with a part done and be repeated from another address; an idle session
        // gives its buffers back.
        _ = tls_context_set_mode(
            pointer,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
                | Int(SSL_MODE_RELEASE_BUFFERS)
        )
        // Resumption works by tickets, which the client keeps.
        _ = tls_context_set_session_cache(pointer, Int(SSL_SESS_CACHE_OFF))
        // A key with a password has nobody to ask on a server.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in -1 }
        guard SSL_CTX_use_certificate_chain_file(pointer, certificatePath) == 1 else {
            throw .badCertificate(path: certificatePath, reason: takeOpenSSLError())
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, keyPath, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(pointer) == 1
        else { throw .badKey(path: keyPath, reason: takeOpenSSLError()) }
        SSL_CTX_set_alpn_select_cb(pointer, selectProtocol, nil)
        if clients != nil { try askClients() }
        if !alternatives.isEmpty {
            tls_context_set_name_callback(pointer, selectContext, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    deinit { SSL_CTX_free(pointer) }

    private func askClients() throws(TLSError) {
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_cert_verify_callback(pointer, { _, _ in 1 }, nil)
        _ = tls_context_set_peer_chain_size_max(pointer, Self.peerChainSizeMax)
        guard tls_context_disable_resumption(pointer) == 1 else {
            throw .unavailable(reason: takeOpenSSLError())
        }
    }

    /// Whether the certificate is valid for the host name (RFC 6125, as OpenSSL checks it).
    private func serves(_ name: UnsafePointer<CChar>) -> Bool {
        guard let certificate = SSL_CTX_get0_certificate(pointer) else { return false }
        return X509_check_host(certificate, name, 0, 0, nil) == 1
    }

    fileprivate func alternative(for name: UnsafePointer<CChar>) -> TLSContext? {
        serves(name) ? nil : alternatives.first { $0.serves(name) }
    }
}

/// ALPN: each offered name comes behind its length. Only HTTP/1.1 is spoken; a client that offers none of it
/// is served without an agreement, as if it had not asked.
private func selectProtocol(
    _: OpaquePointer?,
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenSize: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?,
    _ offeredSize: UInt32,
    _: UnsafeMutableRawPointer?
) -> CInt {
    let names = UnsafeBufferPointer(start: offered, count: Int(offeredSize))
    var index = 0
    while index < names.count {
        let end = index + 1 + Int(names[index])
        guard end <= names.count else { break }
        if names[(index + 1)..<end].elementsEqual("http/1.1".utf8) {
            chosen?.pointee = offered.map { $0 + index + 1 }
            chosenSize?.pointee = names[index]
            return SSL_TLSEXT_ERR_OK
        }
        index = end
    }
    return SSL_TLSEXT_ERR_NOACK
}

/// SNI: switches to the context that serves the name the client asked for. The context in `argument` lives:
/// the session that shakes hands holds it.
private func selectContext(
    _ session: OpaquePointer?,
    _: UnsafeMutablePointer<CInt>?,
    _ argument: UnsafeMutableRawPointer?
) -> CInt {
    guard let session, let argument, let name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
        return SSL_TLSEXT_ERR_NOACK
    }
    let context = Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    if let other = context.alternative(for: name) { SSL_set_SSL_CTX(session, other.pointer) }
    return SSL_TLSEXT_ERR_OK
}
