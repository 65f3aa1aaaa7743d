import Glibc
import Posix

/// One connection to the server, for one thread. Every call blocks, but never without progress for longer
/// than ``timeoutSeconds``. After an error it is of no more use.
final class Connection {
    static let timeoutSeconds = 60

    private let socket: Socket
    /// Received and not yet taken: `buffer[start..<end]`.
    private var buffer = [UInt8](repeating: 0, count: 128 << 10)
    private var start = 0
    private var end = 0

    init(to address: SocketAddress) throws(RequestError) {
        do throws(Errno) {
            socket = try Socket.connecting(to: address)
        } catch {
            throw .network(error)
        }
        try finishConnecting()
    }

    /// The address it comes from.
    func localAddress() throws(RequestError) -> SocketAddress {
        do throws(Errno) { return try socket.localAddress() } catch { throw .network(error) }
    }

    /// Whether the server has ended it, or sent what nobody asked for, while it was idle.
    func hasEnded() throws(RequestError) -> Bool {
        var wait = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        return try checked("poll") { poll(&wait, 1, 0) } > 0
    }

    /// Sends all of `head` and `body`, together where they fit.
    func send(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) throws(RequestError) {
        var (head, body) = (head, body)
        while head.count + body.count > 0 {
            var sent = try moved(socket.send(head, body))
            let ofHead = min(sent, head.count)
            head = UnsafeRawBufferPointer(rebasing: head[ofHead...])
            sent -= ofHead
            body = UnsafeRawBufferPointer(rebasing: body[sent...])
        }
    }

    /// The head of the next answer that is final.
    func receiveHead() throws(RequestError) -> ResponseHead {
        while true {
            let head = try ResponseHead(try receiveHeadBytes())
            if !head.isInterim { return head }
        }
    }

    /// Hands the next `size` bytes to `body`, piece by piece.
    func receive(
        _ size: Int,
        _ body: (UnsafeRawBufferPointer) throws(RequestError) -> Void
    ) throws(RequestError) {
        var rest = size
        while rest > 0 {
            if start == end { try fill() }
            let count = min(rest, end - start)
            try buffer.withUnsafeBufferPointer { (bytes) throws(RequestError) in
                try body(
                    UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<(start + count)]))
                )
            }
            start += count
            rest -= count
        }
    }

    private func receiveHeadBytes() throws(RequestError) -> ArraySlice<UInt8> {
        var searched = start
        while true {
            while searched + 4 <= end {
                if buffer[searched] == 13, buffer[searched + 1] == 10, buffer[searched + 2] == 13,
                    buffer[searched + 3] == 10
                {
                    defer { start = searched + 4 }
                    return buffer[start..<searched]
                }
                searched += 1
            }
            guard end - start <= ResponseHead.sizeMax else { throw .malformedHead }
            searched -= start
            try fill()
            searched += start
        }
    }

    /// Receives at least one byte behind those that wait.
    private func fill() throws(RequestError) {
        if start > 0 {
            // Only what is left of a head or of the bytes behind one is ever moved.
            buffer.replaceSubrange(0..<(end - start), with: Array(buffer[start..<end]))
            (start, end) = (0, end - start)
        }
        let transfer = buffer.withUnsafeMutableBytes { bytes in
            socket.receive(into: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
        }
        end += try moved(transfer)
    }

    private func moved(_ transfer: Transfer) throws(RequestError) -> Int {
        switch transfer {
        case .moved(let count): return count
        // The socket blocks, so "would block" means that its time limit has passed.
        case .wantsRead, .wantsWrite: throw .timedOut
        case .end: throw .endedEarly
        case .failed(let error): throw .network(error)
        }
    }

    /// Waits until the socket is connected, then makes it a blocking one with a time limit.
    private func finishConnecting() throws(RequestError) {
        var wait = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        let ready = try checked("poll") { poll(&wait, 1, CInt(Self.timeoutSeconds * 1000)) }
        guard ready > 0 else { throw .timedOut }
        do throws(Errno) {
            if let error = try socket.pendingError() { throw error }
        } catch {
            throw .network(error)
        }
        let flags = try checked("fcntl") { fcntl(socket.number, F_GETFL) }
        _ = try checked("fcntl") { fcntl(socket.number, F_SETFL, flags & ~O_NONBLOCK) }
        var limit = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            let size = socklen_t(MemoryLayout<timeval>.size)
            _ = try checked("setsockopt") { setsockopt(socket.number, SOL_SOCKET, option, &limit, size) }
        }
    }

    private func checked(_ call: StaticString, _ body: () -> CInt) throws(RequestError) -> CInt {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw .network(Errno.lastError(call: call)) }
        }
    }
}
