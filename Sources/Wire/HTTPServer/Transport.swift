import Posix
import TLS

/// How a connection's bytes travel. The one place that knows whether they are encrypted.
final class Transport {
    private let socket: Socket
    private let session: TLSSession?
    private var isCut = false

    /// - Parameter session: over the same socket; `nil` for plain bytes.
    init(_ socket: consuming Socket, _ session: TLSSession?) {
        self.socket = socket
        self.session = session
    }

    /// The last goodbye, so that the peer can tell a whole answer from a cut one.
    deinit { if !isCut { session?.endSending() } }

    var isTLS: Bool { session != nil }

    /// See ``TLSSession/peerCertificate()``.
    func peerCertificate() -> PeerCertificate? { session?.peerCertificate() }

    /// Whether the socket's readiness says all: a TLS session may hold bytes, or have to read to write.
    var isToldByReadiness: Bool { session == nil }

    /// Goes on with the TLS handshake.
    ///
    /// - Returns: `nil` when bytes can travel; what to wait for, `end` or `failed` before.
    func handshake() -> Transfer? { session?.handshake() }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        session?.receive(into: buffer) ?? socket.receive(into: buffer)
    }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
        session?.send(first, second) ?? socket.send(first, second)
    }

    func endSending() {
        session?.endSending()
        socket.endSending()
    }

    /// No goodbye of any kind when this goes away.
    func resetOnClose() {
        isCut = true
        socket.resetOnClose()
    }

    func localAddress() throws(Errno) -> SocketAddress { try socket.localAddress() }
}
