import EventLoop
import HTTP
import HTTPServer
import Posix
import TestSupport

struct ClosureHandler: ExchangeHandler {
    let answer: @Sendable (Exchange) async -> Void
    func handle(_ exchange: Exchange) async { await answer(exchange) }
}

/// A server on a port of the kernel's choice.
struct LoopbackServer {
    let group: EventLoopGroup
    let server: HTTPServer<ClosureHandler>
    let address: SocketAddress

    init(
        loopCount: Int = 1,
        options: HTTPServerOptions = HTTPServerOptions(),
        report: @escaping @Sendable (HTTPServerEvent) -> Void = { _ in },
        _ answer: @escaping @Sendable (Exchange) async -> Void
    ) async throws {
        group = try EventLoopGroup(count: loopCount)
        server = HTTPServer(
            ClosureHandler(answer: answer),
            on: group,
            options: options,
            rejection: { rejection in
                var head = ResponseHead(rejection.status)
                if rejection.status == .serviceUnavailable { head.append(.retryAfter, "1") }
                return (head, Array("\(rejection)".utf8))
            },
            report: report
        )
        address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
    }

    func client() throws -> LoopbackClient { try LoopbackClient(address) }

    @discardableResult
    func stop(within limit: Duration = .seconds(2)) async -> Int {
        let count = await server.stop(within: limit)
        group.stop()
        return count
    }
}

/// Starts a server, runs `body` beside it and stops it whatever happens.
func withServer(
    loopCount: Int = 1,
    options: HTTPServerOptions = HTTPServerOptions(),
    _ answer: @escaping @Sendable (Exchange) async -> Void,
    _ body: (LoopbackServer) throws -> Void
) async throws {
    let server = try await LoopbackServer(loopCount: loopCount, options: options, answer)
    let result = Result { try body(server) }
    await server.stop(within: .milliseconds(200))
    try result.get()
}

extension Exchange {
    /// The whole body.
    func readAll() async throws(RequestBodyError) -> [UInt8] {
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try await body.read(into: buffer)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// A small answer, if the client is still there.
    func answer(_ status: ResponseStatus = .ok, _ text: String = "") async {
        do {
            try await response.respond(ResponseHead(status), bytes: Array(text.utf8))
        } catch {
            // The test's client sees what came of it.
        }
    }

    /// Writes from a place that stays where it is while the write is suspended.
    func write(_ bytes: [UInt8]) async throws(ResponseError) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try await response.write(UnsafeRawBufferPointer(copy))
    }

    var pathText: String { String(decoding: head.path, as: UTF8.self) }
}

/// Answers with method, path and body.
let echo: @Sendable (Exchange) async -> Void = { exchange in
    do {
        let body = try await exchange.readAll()
        await exchange.answer(
            .ok,
            "\(exchange.head.method) \(exchange.pathText) \(String(decoding: body, as: UTF8.self))"
        )
    } catch {
        await exchange.answer(.badRequest, "\(error)")
    }
}
