import EventLoop
import HTTP
import HTTPServer
import Posix
import TLS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TLSServingTests {
    private func withServer(
        options: HTTPServerOptions = HTTPServerOptions(),
        _ body: (SocketAddress) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("tls")
        try folder.write(.localhost)
        try folder.write(.other, in: "other.example")
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(
            TLSTestHandler(),
            on: group,
            options: options,
            certificates: try TLSCertificates.load(folder: folder.path)
        ) { (ResponseHead($0.status), Array("\($0)".utf8)) }
        let address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
        let result = Result { try body(address) }
        await server.stop(within: .milliseconds(200))
        group.stop()
        try result.get()
    }

    @Test(arguments: [0, 1, 16_000, 16_384, 16_385, 3_000_000])
    func bodiesTravelBothWays(size: Int) async throws {
        try await withServer { address in
            let client = try TLSClient(address)
            #expect(client.version == "TLSv1.3")
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            if size > 0 { try client.send([UInt8](repeating: 3, count: size)) }
            let answer = "\(size * 3) true"
            let head = String(decoding: try client.bytes(15), as: UTF8.self)
            #expect(head == "HTTP/1.1 200 OK")
            try client.send("GET /\(size) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let rest = try client.rest()
            #expect(
                String(decoding: rest.prefix(200), as: UTF8.self).contains(
                    "\r\n\r\n\(answer)HTTP/1.1 200 OK\r\n"
                )
            )
            #expect(rest.suffix(size).allSatisfy { $0 == 7 })
            #expect(String(decoding: rest, as: UTF8.self).contains("Content-Length: \(size)\r\n"))
        }
    }

    @Test func anAbortedAnswerHasNoGoodbye() async throws {
        try await withServer { address in
            let client = try TLSClient(address)
            try client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(throws: TLSClient.Failure.self) { try client.rest() }
        }
    }

    @Test func theNameChoosesTheCertificate() async throws {
        try await withServer { address in
            let client1 = try TLSClient(address, name: "localhost")
            #expect(client1.serverName == "localhost")
            let client2 = try TLSClient(address, name: "other.example")
            #expect(client2.serverName == "other.example")
            let client3 = try TLSClient(address, name: "unknown.example")
            #expect(client3.serverName == "localhost")
        }
    }

    @Test func onlyHTTP1IsAgreedOn() async throws {
        try await withServer { address in
            let client4 = try TLSClient(address, protocols: ["h2", "http/1.1"])
            #expect(client4.agreedProtocol == "http/1.1")
            let client5 = try TLSClient(address, protocols: ["h2"])
            #expect(client5.agreedProtocol == "")
            let client6 = try TLSClient(address)
            #expect(client6.agreedProtocol == "")
        }
    }

    @Test func whatIsNotTLSIsCutWithoutHarm() async throws {
        try await withServer { address in
            let plain = try Socket.connecting(to: address)
            var epoll = try Epoll()
            try epoll.add(plain.number, .writable, token: 0)
            _ = try epoll.wait(timeout: .seconds(5)) { _ in }
            let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            _ = request.withUnsafeBytes { plain.send($0, UnsafeRawBufferPointer(start: nil, count: 0)) }
            let client = try TLSClient(address)
            try client.send("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try client.rest().last == 7)
        }
    }

    @Test func aHandshakeThatStallsIsCut() async throws {
        var options = HTTPServerOptions()
        options.headTimeout = .milliseconds(50)
        try await withServer(options: options) { address in
            let silent = try Socket.connecting(to: address)
            var epoll = try Epoll()
            try epoll.add(silent.number, .peerClosed, token: 0)
            #expect(try epoll.wait(timeout: .seconds(5)) { _ in } == 1)
        }
    }
}
