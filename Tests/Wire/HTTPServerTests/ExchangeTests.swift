import HTTP
import HTTPServer
import Posix
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ExchangeTests {
    @Test(arguments: [1, 2])
    func aConnectionAnswersOneRequestAfterTheOther(loopCount: Int) async throws {
        try await withServer(loopCount: loopCount, echo) { server in
            for _ in 1...4 {
                let client = try server.client()
                for number in 1...3 {
                    try client.send("PUT /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                    let answer = try client.answer()
                    #expect(answer.status == 200)
                    #expect(answer.text == "PUT /\(number) abc")
                    #expect(answer.value(of: "Connection") == nil)
                    #expect(answer.value(of: "Date")?.hasSuffix(" GMT") == true)
                    try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try client.answer().text == "GET /\(number) ")
                }
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer { exchange in
            // The first takes longest.
            if exchange.pathText == "/0" { try? await Task.sleep(for: .milliseconds(20)) }
            await echo(exchange)
        } _: { server in
            let client = try server.client()
            let requests = (0..<100).map { number in
                number % 2 == 0
                    ? "GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
                    : "PUT /\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
            }
            try client.send(requests.joined())
            for number in 0..<100 {
                let text = number % 2 == 0 ? "GET /\(number) " : "PUT /\(number) ab"
                #expect(try client.answer().text == text)
            }
        }
    }

    @Test func aRequestMayComeByteByByte() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            for byte in Array("PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy".utf8) {
                try client.send([byte])
            }
            #expect(try client.answer().text == "PUT /k xy")
        }
    }

    @Test func anHTTP10ConnectionEndsUnlessAskedOtherwise() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try client.answer().value(of: "Connection") == "keep-alive")
            try client.send("GET /b HTTP/1.0\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.text == "GET /b ")
            #expect(answer.value(of: "Connection") == "close")
            #expect(try client.isEnded())
        }
    }

    @Test func aClientThatClosesGetsItsAnswerFirst() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try client.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try client.answer().value(of: "Connection") == "close")
            #expect(try client.isEnded())
        }
    }

    @Test func aHalfClosedClientGetsItsAnswers() async throws {
        try await withServer { exchange in
            try? await Task.sleep(for: .milliseconds(10))
            await echo(exchange)
        } _: { server in
            let client = try server.client()
            try client.send(
                "PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            client.endSending()
            #expect(try client.answer().text == "PUT /1 ab")
            #expect(try client.answer().text == "GET /2 ")
            #expect(try client.isEnded())
        }
    }

    @Test func aHeadRequestGetsTheSizeWithoutTheBytes() async throws {
        try await withServer { exchange in
            do {
                if exchange.pathText == "/small" {
                    try await exchange.response.respond(ResponseHead(.ok), bytes: [1, 2, 3])
                } else {
                    try await exchange.response.send(ResponseHead(.ok), body: .sized(5_000_000_000_000))
                    try await exchange.response.finish()
                }
            } catch {
                Issue.record(error)
            }
        } _: { server in
            let client = try server.client()
            try client.send("HEAD /small HTTP/1.1\r\nHost: a\r\n\r\nHEAD /large HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer(toHead: true).value(of: "Content-Length") == "3")
            #expect(try client.answer(toHead: true).value(of: "Content-Length") == "5000000000000")
            #expect(client.isSilent())
        }
    }

    @Test func aChunkedAnswerIsFramedForItsClient() async throws {
        try await withServer { exchange in
            do {
                try await exchange.response.send(ResponseHead(.ok), body: .chunked)
                for text in ["hello", "", String(repeating: "x", count: 16)] {
                    try await exchange.write(Array(text.utf8))
                }
                try await exchange.response.finish()
            } catch {
                Issue.record(error)
            }
        } _: { server in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.head().contains("\r\nTransfer-Encoding: chunked"))
            let expected = "5\r\nhello\r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"
            #expect(String(decoding: try client.bytes(expected.utf8.count), as: UTF8.self) == expected)
            try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let head = try client.head()
            #expect(!head.contains("Transfer-Encoding") && head.contains("\r\nConnection: close"))
            #expect(String(decoding: try client.rest(), as: UTF8.self) == "helloxxxxxxxxxxxxxxxx")
        }
    }

    @Test func aChunkedRequestHasTrailers() async throws {
        try await withServer { exchange in
            do {
                #expect(exchange.body.declaredSize == nil)
                let body = try await exchange.readAll()
                let trailer = exchange.body.trailers.text(of: "x-amz-checksum-crc32") ?? "none"
                await exchange.answer(.ok, "\(body.count) \(trailer)")
            } catch {
                Issue.record(error)
            }
        } _: { server in
            let client = try server.client()
            try client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n")
            try client.send([UInt8](repeating: 7, count: 100_000))
            try client.send("\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n")
            #expect(try client.answer().text == "100000 AAAAAA==")
        }
    }

    @Test func brokenChunksAreToldToTheHandlerAndEndTheConnection() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try client.send(
                "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabGET / HTTP/1.1\r\n"
            )
            let answer = try client.answer()
            #expect(answer.status == 400)
            #expect(answer.text == "malformed(HTTP.HTTPError.malformedChunkEnd)")
            #expect(answer.value(of: "Connection") == "close")
            #expect(try client.isEnded())
        }
    }

    @Test func theClientIsToldToContinueWhenTheBodyIsRead() async throws {
        try await withServer { exchange in
            if exchange.pathText == "/denied" {
                await exchange.answer(.forbidden, "no")
            } else {
                await echo(exchange)
            }
        } _: { server in
            let client = try server.client()
            try client.send("PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.head() == "HTTP/1.1 100 Continue")
            #expect(client.isSilent())
            try client.send("ab")
            #expect(try client.answer().text == "PUT /k ab")
            // A client that does not wait is not told.
            try client.send(
                "PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\ncd"
            )
            #expect(try client.answer().text == "PUT /k cd")
            // botocore asks for an empty body too, and takes the next answer for a broken one if it is not told.
            try client.send("PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.head() == "HTTP/1.1 100 Continue")
            #expect(try client.answer().text == "PUT /k ")
            // One that is denied must not send.
            try client.send(
                "PUT /denied HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            let answer = try client.answer()
            #expect(answer.status == 403)
            #expect(answer.value(of: "Connection") == "close")
            client.endSending()
            #expect(try client.isEnded())
        }
    }

    @Test func whoIsNotToldToContinueIsToldToLeave() async throws {
        try await withServer { exchange in
            await exchange.answer(.ok, "unread")
        } _: { server in
            for size in [0, 2] {
                let client = try server.client()
                try client.send(
                    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\nExpect: 100-continue\r\n\r\n"
                )
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.value(of: "Connection") == "close")
                #expect(try client.isEnded())
            }
        }
    }

    @Test func theEndsOfTheConnectionAreKnown() async throws {
        try await withServer { exchange in
            await exchange.answer(.ok, "\(exchange.remote.hostText) \(exchange.local) \(exchange.isTLS)")
        } _: { server in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer().text == "127.0.0.1 \(server.address) false")
        }
    }
}
