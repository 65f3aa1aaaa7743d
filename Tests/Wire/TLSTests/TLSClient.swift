import COpenSSLTLS
import Posix
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A blocking TLS client that trusts everybody and gives up after five seconds.
final class TLSClient {
    struct Failure: Error { let what: String }

    private let descriptor: CInt
    private let context: OpaquePointer
    private let session: OpaquePointer

    /// - Parameters:
    ///   - name: sent as SNI.
    ///   - identity: shown when the server asks, with what follows it in `chain`.
    ///   - version: the newest to be spoken.
    ///   - former: offered to be taken up again.
    init(
        _ address: SocketAddress,
        name: String = "localhost",
        protocols: [String] = [],
        identity: TestIdentity? = nil,
        chain: [TestIdentity] = [],
        version: CInt = TLS1_3_VERSION,
        former: TLSClient? = nil
    ) throws {
        descriptor = try LoopbackClient.connected(to: address)
        guard let context = SSL_CTX_new(TLS_client_method()), let session = SSL_new(context) else {
            throw Failure(what: "no memory")
        }
        (self.context, self.session) = (context, session)
        SSL_set_fd(session, descriptor)
        _ = tls_session_set_name(session, name)
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(session, list, UInt32(list.count)) }
        SSL_ctrl(session, SSL_CTRL_SET_MAX_PROTO_VERSION, CLong(version), nil)
        if let identity {
            SSL_use_certificate(session, identity.certificate)
            SSL_use_PrivateKey(session, identity.key)
            for link in chain {
                SSL_ctrl(session, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(link.certificate))
            }
        }
        if let former { SSL_set_session(session, SSL_get_session(former.session)) }
        guard SSL_connect(session) == 1 else { throw Failure(what: "no handshake") }
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
        close(descriptor)
    }

    /// The common name of the server's certificate.
    var serverName: String {
        guard let certificate = SSL_get0_peer_certificate(session) else { return "" }
        var text = [CChar](repeating: 0, count: 256)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, &text, 256)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the server took up the former session.
    var isResumed: Bool { SSL_session_reused(session) == 1 }

    var version: String { String(cString: SSL_get_version(session)) }

    /// What ALPN agreed on.
    var agreedProtocol: String {
        var name: UnsafePointer<UInt8>?
        var size: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &size)
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(size)), as: UTF8.self)
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        guard SSL_write(session, bytes, CInt(bytes.count)) == bytes.count else {
            throw Failure(what: "no write")
        }
    }

    /// Everything up to the server's goodbye.
    ///
    /// - Throws: when the connection ends without one.
    func rest() throws -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = SSL_read(session, &buffer, CInt(buffer.count))
            guard count <= 0 else {
                received += buffer[..<Int(count)]
                continue
            }
            guard SSL_get_error(session, count) == SSL_ERROR_ZERO_RETURN else {
                throw Failure(what: "ended without a goodbye after \(received.count) bytes")
            }
            return received
        }
    }

    /// At least `count` bytes.
    func bytes(_ count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: count)
        while received.count < count {
            let got = SSL_read(session, &buffer, CInt(count - received.count))
            guard got > 0 else { throw Failure(what: "ended early") }
            received += buffer[..<Int(got)]
        }
        return received
    }
}
