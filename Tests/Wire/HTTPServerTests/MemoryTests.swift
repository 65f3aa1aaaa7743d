import HTTP
import HTTPServer
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the server takes of a process that has nothing else in it: each test runs in one of its own.
@Suite(.timeLimit(.minutes(1))) struct MemoryTests {
    @Test func aLargeBodyComesInThroughASmallBuffer() async {
        await #expect(processExitsWith: .success) { try await receiveLargeBody() }
    }

    @Test func aLargeBodyGoesOutThroughASmallBuffer() async {
        await #expect(processExitsWith: .success) { try await sendLargeBody() }
    }

    @Test func idleConnectionsAreCheap() async {
        await #expect(processExitsWith: .success) { try await keepIdleConnections() }
    }
}

private let bodySize = 64 << 20

private func receiveLargeBody() async throws {
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
        try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(bodySize)\r\n\r\n")
        let block = [UInt8](repeating: 0xab, count: 1 << 20)
        for _ in 0..<64 { try client.send(block) }
        #expect(try client.answer().text == "\(bodySize) true")
    }
}

private func sendLargeBody() async throws {
    try await withServer { exchange in
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { block.deallocate() }
        _ = block.initializeMemory(as: UInt8.self, repeating: 0xcd)
        let residentBefore = residentSize()
        var residentMost = 0
        do {
            try await exchange.response.send(ResponseHead(.ok), body: .sized(Int64(bodySize)))
            for _ in 0..<(bodySize / block.count) {
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
            #expect(try client.consume(bodySize) { $0 == 0xcd })
        }
    }
}

private func keepIdleConnections() async throws {
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
        // Both ends live in this process.
        #expect(residentSize() - before < 400 * 64 * 1024)
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
