package import Posix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A blocking client that sends exactly the bytes it is told, and gives up after five seconds.
package final class LoopbackClient {
    package struct Failure: Error {
        package let what: String

        package init(what: String) { self.what = what }
    }

    package struct Answer {
        package let head: String
        package let body: [UInt8]
        package var status: Int { Int(head.split(separator: " ")[1]) ?? 0 }
        package var text: String { String(decoding: body, as: UTF8.self) }

        package func value(of name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name.lowercased() {
                    return String(parts[1].drop { $0 == " " })
                }
            }
            return nil
        }
    }

    private let descriptor: CInt
    private var received: [UInt8] = []

    package init(_ address: SocketAddress, receiveBufferSize: CInt? = nil) throws {
        descriptor = try Self.connected(to: address, receiveBufferSize: receiveBufferSize)
    }

    /// A blocking socket whose calls end after five seconds. The caller's to close.
    package static func connected(
        to address: SocketAddress,
        receiveBufferSize: CInt? = nil
    ) throws -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        if var size = receiveBufferSize { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = address.port.bigEndian
        target.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            defer { close(descriptor) }
            throw Failure(what: "connect: \(errno)")
        }
        return descriptor
    }

    deinit { close(descriptor) }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send: \(errno)") }
            offset += count
        }
    }

    package func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Drops the connection at once with a reset.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Receives once more. Returns whether bytes came.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(what: errno == EAGAIN ? "nothing came" : "recv: \(errno)") }
        received += buffer[..<count]
        return count > 0
    }

    /// Whether nothing has come so far.
    package func isSilent() -> Bool {
        var byte: UInt8 = 0
        return received.isEmpty && recv(descriptor, &byte, 1, CInt(MSG_PEEK | MSG_DONTWAIT)) == -1
    }

    /// Everything up to the end of the connection.
    package func rest() throws -> [UInt8] {
        while try fill() {}
        defer { received = [] }
        return received
    }

    /// Whether the server has ended the connection and nothing is left to read.
    package func isEnded() throws -> Bool { try rest().isEmpty }

    package func head() throws -> String {
        while true {
            let end = Array("\r\n\r\n".utf8)
            if received.count >= 4,
                let start = (0...(received.count - 4)).first(where: { Array(received[$0..<$0 + 4]) == end })
            {
                defer { received.removeFirst(start + 4) }
                return String(decoding: received[..<start], as: UTF8.self)
            }
            guard try fill() else { throw Failure(what: "ended amid a head") }
        }
    }

    package func bytes(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try fill() else { throw Failure(what: "ended after \(received.count) of \(count) bytes") }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Reads and drops `count` bytes, handing each stretch to `look`.
    package func consume(_ count: Int, _ look: (UInt8) -> Bool) throws -> Bool {
        var left = count
        while left > 0 {
            if received.isEmpty { guard try fill() else { return false } }
            let taken = min(left, received.count)
            guard look(received[0]) else { return false }
            received.removeFirst(taken)
            left -= taken
        }
        return true
    }

    /// A whole answer whose size is declared; HEAD answers have no body.
    package func answer(toHead isHead: Bool = false) throws -> Answer {
        let head = try head()
        let answer = Answer(head: head, body: [])
        guard !isHead, let size = answer.value(of: "Content-Length").flatMap({ Int($0) }) else {
            return answer
        }
        return Answer(head: head, body: try bytes(size))
    }
}
