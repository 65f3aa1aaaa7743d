import EventLoop
import HTTP
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StopTests {
    @Test func aRunningExchangeFinishesAndAnIdleConnectionEnds() async throws {
        let (starts, started) = AsyncStream<Void>.makeStream()
        let (goes, go) = AsyncStream<Void>.makeStream()
        let server = try await LoopbackServer { exchange in
            if exchange.pathText == "/wait" {
                started.yield()
                _ = await goes.first { _ in true }
            }
            await echo(exchange)
        }
        let idle = try server.client()
        try idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try idle.answer()
        let busy = try server.client()
        try busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = await starts.first { _ in true }

        async let cutCount = server.server.stop(within: .seconds(5))
        #expect(try idle.isEnded())
        #expect(throws: LoopbackClient.Failure.self) { try server.client() }
        go.yield()
        let answer = try busy.answer()
        #expect(answer.text == "GET /wait ")
        #expect(answer.value(of: "Connection") == "close")
        #expect(try busy.isEnded())
        #expect(await cutCount == 0)
        #expect(server.server.connectionCount == 0)
        server.group.stop()
    }

    @Test func whatDoesNotFinishInTimeIsCut() async throws {
        let (starts, started) = AsyncStream<Void>.makeStream()
        let (errors, failed) = AsyncStream<RequestBodyError>.makeStream()
        let server = try await LoopbackServer { exchange in
            started.yield()
            do throws(RequestBodyError) {
                _ = try await exchange.readAll()
            } catch {
                failed.yield(error)
            }
        }
        let client = try server.client()
        try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
        _ = await starts.first { _ in true }
        #expect(await server.stop(within: .milliseconds(20)) == 1)
        #expect(await errors.first { _ in true } == .cancelled)
        #expect(throws: LoopbackClient.Failure.self) { try client.answer() }
        #expect(server.server.connectionCount == 0)
    }

    @Test func anIdleServerStopsAtOnce() async throws {
        let server = try await LoopbackServer(loopCount: 2, echo)
        #expect(await server.stop(within: .seconds(100)) == 0)
    }
}
