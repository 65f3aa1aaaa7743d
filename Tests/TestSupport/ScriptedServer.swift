import Base
import Foundation

/// A TCP server on loopback that says exactly what it is told: each connection is a closure on a thread of its own.
///
/// Serves until the value goes away.
package final class ScriptedServer: Sendable {
    package struct Failure: Error {
        package let what: String
    }

    package final class Connection {
        private let descriptor: CInt

        fileprivate init(_ descriptor: CInt) { self.descriptor = descriptor }
        deinit { close(descriptor) }

        /// Up to the empty line, without it; what follows is left unread. Shorter where the peer ends.
        package func head() -> String {
            var bytes: [UInt8] = []
            while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8), let byte = read(1).first {
                bytes.append(byte)
            }
            return String(decoding: bytes.dropLast(4), as: UTF8.self)
        }

        /// Fewer where the peer ends.
        package func read(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                var part = [UInt8](repeating: 0, count: count - bytes.count)
                let received = recv(descriptor, &part, part.count, 0)
                guard received > 0 else { break }
                bytes += part[..<received]
            }
            return bytes
        }

        /// - Returns: false when the peer has gone.
        @discardableResult
        package func send(_ bytes: [UInt8]) -> Bool {
            var offset = 0
            while offset < bytes.count {
                let count = bytes[offset...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }

        @discardableResult
        package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// A whole answer.
        package func answer(_ status: Int = 200, _ body: String = "", headers: [String] = []) {
            let lines = ["HTTP/1.1 \(status) Whatever", "Content-Length: \(body.utf8.count)"] + headers
            send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
        }

        /// Blocks until the peer closes its end.
        package func waitForEnd() { while !read(1).isEmpty {} }
    }

    package let port: UInt16
    private let descriptor: CInt
    private let accepted = Locked(0)

    package var origin: String { "http://127.0.0.1:\(port)" }
    package var connectionCount: Int { accepted.withLock { $0 } }

    package init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let results = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                [
                    bind(descriptor, pointer, size), listen(descriptor, 64),
                    getsockname(descriptor, pointer, &size),
                ]
            }
        }
        guard descriptor >= 0, results == [0, 0, 0] else {
            throw Failure(what: "no listening socket: \(errno)")
        }
        port = UInt16(bigEndian: address.sin_port)
        let accepted = accepted
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                accepted.withLock { $0 += 1 }
                Thread.detachNewThread { serve(Connection(connection)) }
            }
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, CInt(SHUT_RDWR)) }
}
