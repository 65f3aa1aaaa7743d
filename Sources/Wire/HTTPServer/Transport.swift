import Posix

/// How a connection's bytes travel. The one place that knows whether they are encrypted.
final class Transport {
    private let socket: Socket

    init(_ socket: consuming Socket) { self.socket = socket }

    var isTLS: Bool { false }

    /// A receive that fills less than its buffer has taken all there was.
    var isDrainedByShortReceive: Bool { true }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer { socket.receive(into: buffer) }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
        socket.send(first, second)
    }

    func endSending() { socket.endSending() }
    func resetOnClose() { socket.resetOnClose() }
    func localAddress() throws(Errno) -> SocketAddress { try socket.localAddress() }
}
