import HTTP
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CutTests {
    private static let block = [UInt8](repeating: 1, count: 1000)

    /// What a client sees of an answer of 2000 declared bytes whose handler does `rest` after 1000.
    private func seen(
        _ framing: BodyFraming = .sized(2000),
        version: String = "1.1",
        _ rest: @escaping @Sendable (Exchange) async throws -> Void
    ) async throws -> [UInt8]? {
        var bytes: [UInt8]?
        try await withServer { exchange in
            do {
                try await exchange.response.send(ResponseHead(.ok), body: framing)
                try await exchange.write(Self.block)
                try await rest(exchange)
            } catch {
                // The client's view is what counts.
            }
        } _: { server in
            let client = try server.client()
            try client.send("GET / HTTP/\(version)\r\nHost: a\r\n\r\n")
            // A reset may overtake the bytes, and then nothing at all is seen.
            bytes = try? client.rest()
        }
        return bytes
    }

    @Test func anAbortedAnswerIsNeverWhole() async throws {
        let bytes = try await seen { $0.response.abort() }
        #expect((bytes?.count ?? 0) < 2000)
    }

    @Test func anAbortedChunkedAnswerHasNoEnd() async throws {
        let bytes = try await seen(.chunked) { $0.response.abort() }
        #expect(bytes.map { !$0.suffix(5).elementsEqual("0\r\n\r\n".utf8) } ?? true)
    }

    @Test func anAbortedAnswerWithoutFramingIsReset() async throws {
        #expect(try await seen(.chunked, version: "1.0") { $0.response.abort() } == nil)
    }

    @Test func aHandlerThatReturnsAmidABodyCutsIt() async throws {
        let bytes = try await seen { _ in }
        #expect((bytes?.count ?? 0) < 2000)
    }

    @Test func aShortBodyIsCutAndTold() async throws {
        _ = try await seen { exchange in
            await #expect(throws: ResponseError.sizeMismatch(declared: 2000, written: 1000)) {
                try await exchange.response.finish()
            }
            await #expect(throws: ResponseError.sizeMismatch(declared: 2000, written: 1000)) {
                try await exchange.write(Self.block)
            }
        }
    }

    @Test func aBodyBeyondItsSizeIsCutAndTold() async throws {
        let bytes = try await seen(.sized(1500)) { exchange in
            await #expect(throws: ResponseError.sizeMismatch(declared: 1500, written: 2000)) {
                try await exchange.write(Self.block)
            }
        }
        #expect((bytes?.count ?? 0) < 1500)
    }

    @Test func aWholeBodyNeedsNoFinish() async throws {
        let bytes = try await seen(.sized(1000), version: "1.0") { _ in }
        #expect(bytes?.suffix(1000) == Self.block[...])
    }

    @Test func aClientThatWentAwayIsNoticedByTheWriter() async throws {
        let (results, result) = AsyncStream<ResponseError?>.makeStream()
        try await withServer { exchange in
            do throws(ResponseError) {
                try await exchange.response.send(ResponseHead(.ok), body: .chunked)
                while true { try await exchange.write(Self.block) }
            } catch {
                result.yield(error)
            }
        } _: { server in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.head()
            client.reset()
        }
        let error = await results.first { _ in true }
        guard case .disconnected = error else {
            Issue.record("the writer saw \(String(describing: error))")
            return
        }
    }

    @Test func aClientThatWentAwayIsNoticedByTheReader() async throws {
        let (results, result) = AsyncStream<RequestBodyError>.makeStream()
        try await withServer { exchange in
            do throws(RequestBodyError) {
                _ = try await exchange.readAll()
            } catch {
                result.yield(error)
            }
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            _ = try client.head()
            client.reset()
        }
        #expect(await results.first { _ in true } == .disconnected(received: 0))
    }
}
