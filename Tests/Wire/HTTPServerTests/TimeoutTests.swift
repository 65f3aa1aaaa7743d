import HTTP
import TestSupport
import Testing

@testable import HTTPServer

@Suite(.timeLimit(.minutes(10))) struct TimeoutTests {
    @Test func anIdleConnectionIsClosedWithoutAWord() async throws {
        var options = HTTPServerOptions()
        options.idleTimeout = .milliseconds(50)
        try await withServer(options: options, echo) { server in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try client.answer()
            #expect(try client.isEnded())
        }
    }

    @Test func aConnectionThatSendsNothingIsClosed() async throws {
        var options = HTTPServerOptions()
        options.headTimeout = .milliseconds(50)
        try await withServer(options: options, echo) { server in
            let client = try server.client()
            #expect(try client.isEnded())
        }
    }

    @Test func aHeadThatTricklesIsRefused() async throws {
        var options = HTTPServerOptions()
        options.headTimeout = .milliseconds(60)
        try await withServer(options: options, echo) { server in
            let client = try server.client()
            let start = ContinuousClock.now
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nx: ")
            // More bytes do not buy more time.
            while client.isSilent() { try client.send("x") }
            let answer = try client.answer()
            #expect(answer.status == 408)
            #expect(ContinuousClock.now - start >= .milliseconds(60))
            client.endSending()
            #expect(try client.isEnded())
        }
    }

    @Test func aBodyThatStallsIsTooSlow() async throws {
        var options = HTTPServerOptions()
        options.bodyRateGrace = .milliseconds(50)
        try await withServer(options: options, echo) { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
            let answer = try client.answer()
            #expect(answer.text == "tooSlow(received: 3)")
            #expect(answer.value(of: "Connection") == "close")
        }
    }

    @Test func aSlowHandlerIsNotTheClientsFault() async throws {
        var options = HTTPServerOptions()
        options.bodyRateGrace = .milliseconds(20)
        options.bodyRateMin = 1 << 40
        try await withServer(options: options) { exchange in
            try? await Task.sleep(for: .milliseconds(50))
            await echo(exchange)
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try client.answer().text == "PUT / abc")
        }
    }

    @Test func aClientThatDoesNotTakeItsAnswerIsCut() async throws {
        var options = HTTPServerOptions()
        options.bodyRateGrace = .milliseconds(50)
        let (results, result) = AsyncStream<ResponseError>.makeStream()
        let server = try await LoopbackServer(options: options) { exchange in
            do throws(ResponseError) {
                try await exchange.response.send(ResponseHead(.ok), body: .chunked)
                let block = [UInt8](repeating: 0, count: 1 << 20)
                while true { try await exchange.write(block) }
            } catch {
                result.yield(error)
            }
        }
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await results.first { _ in true } == .tooSlow)
        await server.stop()
    }

    @Test func theWindowLooksAtEachStretchOfWaitingAlone() {
        var window = RateWindow(bytesPerSecondMin: 100, grace: .seconds(1))
        var verdicts: [Bool] = []
        window.move(1_000_000)
        verdicts.append(window.wait(.milliseconds(999)))
        verdicts.append(window.wait(.milliseconds(1)))
        window.move(99)
        verdicts.append(window.wait(.milliseconds(500)))
        verdicts.append(window.wait(.milliseconds(500)))
        window.move(100)
        verdicts.append(window.wait(.seconds(1)))
        verdicts.append(window.wait(.seconds(1)))
        #expect(verdicts == [true, true, true, false, true, false])
    }
}
