import EventLoop
import HTTP
import HTTPServer
import Posix
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite(.timeLimit(.minutes(1))) struct CapacityTests {
    @Test func aConnectionTooManyIsToldToComeBack() async throws {
        var options = HTTPServerOptions()
        options.connectionsMax = 2
        try await withServer(options: options, echo) { server in
            let clients = try (0..<2).map { _ in try server.client() }
            for client in clients {
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.answer()
            }
            do {
                let refused = try server.client()
                try refused.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try refused.answer()
                #expect(answer.status == 503)
                #expect(answer.value(of: "Retry-After") == "1")
                #expect(answer.value(of: "Connection") == "close")
                refused.endSending()
                #expect(try refused.isEnded())
            }
            clients[0].endSending()
            #expect(try clients[0].isEnded())
            // The place is free once the server has seen the end, which it told the client.
            var answer = 503
            for _ in 0..<1000 where answer == 503 {
                let next = try server.client()
                try next.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                answer = try next.answer().status
            }
            #expect(answer == 200)
        }
    }

    @Test func unfinishedHeadsShareABound() async throws {
        var options = HTTPServerOptions()
        options.unfinishedHeadsSizeMax = 100_000
        try await withServer(options: options, echo) { server in
            let start = "GET / HTTP/1.1\r\nHost: a\r\nx: \(String(repeating: "x", count: 60_000))"
            let first = try server.client()
            try first.send(start)
            let second = try server.client()
            try second.send(start)
            // Whichever came later has no room; the other goes on when it is gone.
            let giveUp = ContinuousClock.now + .seconds(5)
            let statuses = try [first, second].map { client in
                while client.isSilent(), ContinuousClock.now < giveUp {
                    guard second.isSilent(), first.isSilent() else { break }
                }
                if client.isSilent() { try client.send("\r\n\r\n") }
                return try client.answer().status
            }
            #expect(statuses.sorted() == [200, 503])
        }
    }

    private static let bodySize = 64 << 20

    @Test func aLargeBodyComesInThroughASmallBuffer() async throws {
        try await withServer { exchange in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
            defer { buffer.deallocate() }
            var received = 0
            var isRight = true
            let residentBefore = residentSize()
            var residentMost = 0
            do {
                while true {
                    let count = try await exchange.body.read(into: buffer)
                    guard count > 0 else { break }
                    isRight = isRight && buffer[0] == 0xab && buffer[count - 1] == 0xab
                    received += count
                    residentMost = max(residentMost, residentSize())
                }
            } catch {
                Issue.record(error)
            }
            #expect(residentMost - residentBefore < 24 << 20)
            await exchange.answer(.ok, "\(received) \(isRight)")
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.bodySize)\r\n\r\n")
            let block = [UInt8](repeating: 0xab, count: 1 << 20)
            for _ in 0..<64 { try client.send(block) }
            #expect(try client.answer().text == "\(Self.bodySize) true")
        }
    }

    @Test func aLargeBodyGoesOutThroughASmallBuffer() async throws {
        try await withServer { exchange in
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
            defer { block.deallocate() }
            _ = block.initializeMemory(as: UInt8.self, repeating: 0xcd)
            let residentBefore = residentSize()
            var residentMost = 0
            do {
                try await exchange.response.send(ResponseHead(.ok), body: .sized(Int64(Self.bodySize)))
                for _ in 0..<(Self.bodySize / block.count) {
                    try await exchange.response.write(UnsafeRawBufferPointer(block))
                    residentMost = max(residentMost, residentSize())
                }
                try await exchange.response.finish()
            } catch {
                Issue.record(error)
            }
            #expect(residentMost - residentBefore < 24 << 20)
        } _: { server in
            let client = try server.client()
            for _ in 0..<2 {
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.head()
                #expect(try client.consume(Self.bodySize) { $0 == 0xcd })
            }
        }
    }

    @Test func idleConnectionsAreCheap() async throws {
        try await withServer(echo) { server in
            var clients: [LoopbackClient] = []
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            for _ in 0..<50 {
                clients.append(try server.client())
                try clients[clients.count - 1].send(request)
                _ = try clients[clients.count - 1].answer()
            }
            let before = residentSize()
            for _ in 0..<400 {
                clients.append(try server.client())
                try clients[clients.count - 1].send(request)
                _ = try clients[clients.count - 1].answer()
            }
            #expect(server.server.connectionCount == 450)
            // Both ends live in this process, beside other tests.
            #expect(residentSize() - before < 400 * 64 * 1024)
        }
    }

    @Test func anAddressInUseIsRefused() async throws {
        let server = try await LoopbackServer(echo)
        let error = await #expect(throws: HTTPServerError.self) {
            _ = try await server.server.start(on: [try ListenAddress("\(server.address)")])
        }
        guard case .cannotListen(server.address, let errno) = error, errno.isAddressInUse else {
            Issue.record("\(String(describing: error))")
            return
        }
        await server.stop()
    }

    @Test func bothFamiliesAreServedOnOnePort() async throws {
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(ClosureHandler(answer: echo), on: group) { (ResponseHead($0.status), []) }
        let bound = try await server.start(on: [try ListenAddress(":0")])
        let client = try LoopbackClient(bound[0])
        try client.send("GET /v4 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().text == "GET /v4 ")
        #expect(bound[0].port != 0)
        await server.stop(within: .zero)
        group.stop()
    }
}

/// Bytes of this process in memory.
private func residentSize() -> Int {
    let file = open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = read(file, &text, text.count)
    let fields = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}
