import HTTP
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RefusalTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n", 400),
        ("GET / HTTP/1.1\n", 400),
        ("GET /\(String(repeating: "a", count: 9000))", 414),
        ("GET / HTTP/1.1\r\nx: \(String(repeating: "a", count: 70_000))", 431),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ])
    func aMalformedHeadIsAnsweredAndEndsTheConnection(text: String, status: Int) async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try client.send("GET /before HTTP/1.1\r\nHost: a\r\n\r\n" + text)
            #expect(try client.answer().text == "GET /before ")
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect(answer.text.hasPrefix("malformedHead"))
            #expect(answer.value(of: "Connection") == "close")
            client.endSending()
            #expect(try client.isEnded())
        }
    }

    @Test func aHandlerWithoutAnAnswerIsAnError() async throws {
        try await withServer { _ in
        } _: { server in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 500)
            #expect(answer.text == "noAnswer")
            #expect(try client.isEnded())
        }
    }

    @Test func aBodyThatEndsEarlyIsToldToTheHandler() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            client.endSending()
            let answer = try client.answer()
            #expect(answer.status == 400)
            #expect(answer.text == "disconnected(received: 3)")
        }
    }

    @Test func aFailedBodyWithoutAnAnswerHasItsOwnStatus() async throws {
        try await withServer { exchange in
            do throws(RequestBodyError) {
                _ = try await exchange.readAll()
            } catch {
                #expect(error == .disconnected(received: 1))
            }
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na")
            client.endSending()
            #expect(try client.answer().status == 400)
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536])
    func aSmallUnreadBodyIsDroppedAndTheConnectionKept(size: Int) async throws {
        try await withServer { exchange in
            await exchange.answer(.forbidden, exchange.pathText)
        } _: { server in
            let client = try server.client()
            for path in ["/1", "/2"] {
                try client.send("PUT \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
                try client.send([UInt8](repeating: 0x0a, count: size))
                let answer = try client.answer()
                #expect(answer.text == path)
                #expect(answer.value(of: "Connection") == nil)
            }
        }
    }

    @Test func aLargeUnreadBodyEndsTheConnectionAfterTheAnswer() async throws {
        try await withServer { exchange in
            await exchange.answer(.forbidden, "denied")
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n")
            // The server reads on, so that what a client sends before it looks does not reset the answer.
            for _ in 0..<80 { try client.send([UInt8](repeating: 0, count: 100_000)) }
            client.endSending()
            let answer = try client.answer()
            #expect(answer.status == 403)
            #expect(answer.text == "denied")
            #expect(answer.value(of: "Connection") == "close")
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: ["Content-Length: 11", "Transfer-Encoding: chunked"])
    func aBodyOverTheHandlersBoundIsRefused(length: String) async throws {
        try await withServer { exchange in
            exchange.body.sizeMax = 10
            await echo(exchange)
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\n\(length)\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.text == "tooLarge(sizeMax: 10)")
        }
    }
}
