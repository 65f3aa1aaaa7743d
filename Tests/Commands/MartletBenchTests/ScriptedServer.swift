import Glibc
import Posix

@testable import martlet_bench

/// Takes one connection after the other on a port of the kernel's choice and answers the requests that come
/// with the given bytes, each once its request is complete; ends the connection behind an answer that says so.
struct ScriptedServer: ~Copyable {
    struct Answer: Sendable {
        var bytes: [UInt8]
        var endsConnection = false

        init(_ head: String, _ body: [UInt8] = [], endsConnection: Bool = false) {
            bytes = Array((head + "\r\n\r\n").utf8) + body
            self.endsConnection = endsConnection
        }
    }

    let address: SocketAddress
    private let thread: JoinableThread<[String]>

    init(_ answers: [Answer]) throws {
        let listener = Listener(try ListeningSocket(.loopback(port: 0), sharesPort: false))
        let address = try listener.socket.localAddress()
        thread = try JoinableThread { Self.serve(answers, on: listener) }
        self.address = address
    }

    /// Blocks until all answers are given.
    ///
    /// - Returns: the heads of the requests, with `|` before the head of the first on a connection.
    consuming func requests() -> [String] { thread.join() }

    private final class Listener: Sendable {
        let socket: ListeningSocket
        init(_ socket: consuming ListeningSocket) { self.socket = socket }
    }

    private static func serve(_ answers: [Answer], on listener: Listener) -> [String] {
        var heads: [String] = []
        var rest = answers[...]
        while !rest.isEmpty {
            wait(for: listener.socket.number, POLLIN)
            guard let accepted = try? listener.socket.accept() else { return heads }
            let socket = Socket(Descriptor(owning: accepted.descriptor))
            var isFirst = true
            while let answer = rest.first, let head = request(from: socket) {
                heads.append((isFirst ? "|" : "") + head)
                isFirst = false
                rest = rest.dropFirst()
                send(answer.bytes, over: socket)
                if answer.endsConnection { break }
            }
        }
        return heads
    }

    /// `nil` when the client has closed.
    private static func request(from socket: borrowing Socket) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let field = head.firstRange(of: "content-length: ").map { head[$0.upperBound...] }
                let size = field.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
                if bytes.count - head.utf8.count - 4 == size { return String(head) }
            }
            switch buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
            case .moved(let count): bytes += buffer[..<count]
            case .wantsRead, .wantsWrite: wait(for: socket.number, POLLIN)
            case .end, .failed: return nil
            }
        }
    }

    private static func send(_ bytes: [UInt8], over socket: borrowing Socket) {
        var sent = 0
        while sent < bytes.count {
            let transfer = bytes.withUnsafeBytes { bytes in
                socket.send(
                    UnsafeRawBufferPointer(rebasing: bytes[sent...]),
                    UnsafeRawBufferPointer(start: nil, count: 0)
                )
            }
            switch transfer {
            case .moved(let count): sent += count
            case .wantsRead, .wantsWrite: wait(for: socket.number, POLLOUT)
            case .end, .failed: return
            }
        }
    }

    private static func wait(for descriptor: CInt, _ events: CInt) {
        var wait = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        poll(&wait, 1, 30_000)
    }
}
