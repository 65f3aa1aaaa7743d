import COpenSSLTLS
package import Posix

/// One connection's TLS state over a non-blocking socket. For one thread at a time.
package final class TLSSession {
    private let session: OpaquePointer
    /// Held for the name callback, which is given the context without a reference.
    private let context: TLSContext
    private var isOpen = false
    private var isBroken = false
    /// Where a head and the beginning of its body become one record; held only while a write is under way.
    private var joined: [UInt8] = []

    private static let recordSizeMax = 16 * 1024

    init(_ context: TLSContext, _ socket: CInt) throws(TLSError) {
        ERR_clear_error()
        guard let session = SSL_new(context.pointer) else { throw .unavailable(reason: takeOpenSSLError()) }
        self.session = session
        self.context = context
        guard SSL_set_fd(session, socket) == 1 else { throw .unavailable(reason: takeOpenSSLError()) }
    }

    deinit { SSL_free(session) }

    /// Goes on with the handshake.
    ///
    /// - Returns: `nil` when it is done; what to wait for; or `end` or `failed`.
    package func handshake() -> Transfer? {
        ERR_clear_error()
        let result = SSL_accept(session)
        guard result != 1 else {
            isOpen = true
            return nil
        }
        return transfer(result)
    }

    /// Fills at most `buffer.count` bytes, which must not be 0. Bytes may be left inside although the socket
    /// has none: call again until it wants to wait.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        precondition(!buffer.isEmpty)
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        return result == 1 ? .moved(count) : transfer(result)
    }

    /// Sends a prefix of `first` followed by `second`. After a wish to wait the same bytes must be offered.
    package func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
        precondition(first.count + second.count > 0)
        guard !first.isEmpty, !second.isEmpty, first.count < Self.recordSizeMax else {
            return send(first.isEmpty ? second : first)
        }
        if joined.isEmpty {
            joined.reserveCapacity(min(first.count + second.count, Self.recordSizeMax))
            joined.append(contentsOf: first)
            let rest = min(second.count, Self.recordSizeMax - first.count)
            joined.append(contentsOf: UnsafeRawBufferPointer(rebasing: second[..<rest]))
        }
        let transfer = joined.withUnsafeBytes { send($0) }
        switch transfer {
        case .wantsRead, .wantsWrite: break
        case .moved, .end, .failed: joined = []
        }
        return transfer
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        ERR_clear_error()
        var count = 0
        let result = SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
        guard result != 1 else { return .moved(count) }
        let transfer = transfer(result)
        // A peer that has said goodbye takes nothing more.
        return transfer == .end ? .failed(.brokenPipe(call: "SSL_write")) : transfer
    }

    /// Says that nothing more will be sent, so that the peer knows a whole answer from one that was cut.
    /// Does not wait.
    package func endSending() {
        guard isOpen, !isBroken else { return }
        isOpen = false
        ERR_clear_error()
        // A full socket loses the goodbye, as any other failure does: the connection is over either way.
        _ = SSL_shutdown(session)
    }

    /// What the client showed in the handshake, having proved that it has the key; whether an authority vouches for it is
    /// verified now, by signatures and dates. May read files, but only few and rarely.
    ///
    /// - Returns: `nil` where it showed nothing, was not asked, or the handshake is not over.
    package func peerCertificate() -> PeerCertificate? {
        guard let clients = context.clients, SSL_is_init_finished(session) == 1,
            let leaf = SSL_get0_peer_certificate(session)
        else { return nil }
        ERR_clear_error()
        defer { ERR_clear_error() }
        // On the server's side the client's own certificate is not among these.
        let others = SSL_get_peer_cert_chain(session)
        return PeerCertificate(
            reading: leaf,
            others: others,
            verification: clients.verify(leaf, others: others, level: SSL_get_security_level(session))
        )
    }

    private func transfer(_ result: CInt) -> Transfer {
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL:
            isBroken = true
            return .failed(.lastError(call: "SSL"))
        case let other:
            precondition(other == SSL_ERROR_SSL, "a plain server session has no other wishes")
            isBroken = true
            ERR_clear_error()
            return .failed(.protocolError(call: "SSL"))
        }
    }
}
