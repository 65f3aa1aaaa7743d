import EventLoop
import Posix

/// One loop's share of a listen address. Created anywhere, then confined to its loop's thread.
final class Listener: @unchecked Sendable {
    private var socket: ListeningSocket?
    private var readiness: Readiness?

    init(_ socket: consuming ListeningSocket) { self.socket = consume socket }

    /// Begins to watch; on the loop's thread.
    func begin(on loop: EventLoop) throws(Errno) {
        guard let number = socket?.number else { preconditionFailure("a closed listener does not begin") }
        readiness = try Readiness(number, on: loop, for: .readable)
    }

    /// Frees the address; whoever waits is interrupted.
    func close() {
        readiness?.close()
        readiness = nil
        socket = nil
    }

    /// Suspends until a connection may be waiting.
    ///
    /// - Returns: the next connection; `nil` once the listener is closed.
    func accept() async throws(Errno) -> (descriptor: CInt, peer: SocketAddress)? {
        while let readiness {
            if let accepted = try socket?.accept() { return accepted }
            readiness.clearReadable()
            guard await readiness.readable(until: .never) == .ready else { return nil }
        }
        return nil
    }
}
