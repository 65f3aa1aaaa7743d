import HTTP
import HTTPServer

struct TLSTestHandler: ExchangeHandler {
    /// PUT answers the sum of the bytes, GET of `/cut` stops halfway, any other as many bytes as its path says.
    func handle(_ exchange: Exchange) async {
        do {
            switch exchange.head.method {
            case .put: try await sum(exchange)
            case .get, .head, .post, .delete, .options, .patch, .other: try await send(exchange)
            }
        } catch {
            exchange.response.abort()
        }
    }

    private func sum(_ exchange: Exchange) async throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 16)
        defer { buffer.deallocate() }
        var sum = 0
        while true {
            let count = try await exchange.body.read(into: buffer)
            guard count > 0 else { break }
            for byte in buffer[..<count] { sum += Int(byte) }
        }
        try await exchange.response.respond(ResponseHead(.ok), bytes: Array("\(sum) \(exchange.isTLS)".utf8))
    }

    private func send(_ exchange: Exchange) async throws {
        let path = String(decoding: exchange.head.path.dropFirst(), as: UTF8.self)
        let size = Int(path) ?? 20_000
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_000, alignment: 16)
        defer { buffer.deallocate() }
        _ = buffer.initializeMemory(as: UInt8.self, repeating: 7)
        try await exchange.response.send(ResponseHead(.ok), body: .sized(Int64(size)))
        var left = size
        while left > 0 {
            let count = min(left, buffer.count)
            try await exchange.response.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            left -= count
            if path == "cut" { return exchange.response.abort() }
        }
        try await exchange.response.finish()
    }
}
