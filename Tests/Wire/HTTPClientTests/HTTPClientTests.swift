import Base
import Foundation
import HTTPClient
import Posix
import TestSupport
import Testing

private func request(
    _ server: ScriptedServer,
    _ target: String = "/",
    _ method: OutgoingRequest.Method = .get,
    headers: [OutgoingRequest.Header] = [],
    body: [UInt8] = []
) throws -> OutgoingRequest {
    let url = try WebURL(server.origin + target)
    return OutgoingRequest(
        method,
        url,
        within: OutboundPolicy(origins: [url.origin]),
        headers: headers,
        body: body
    )
}

private func client(_ change: (inout HTTPClientOptions) -> Void = { _ in }) -> HTTPClient {
    var options = HTTPClientOptions()
    change(&options)
    return HTTPClient(options: options)
}

@Suite struct HTTPClientTests {
    @Test(arguments: [OutgoingRequest.Method.get, .head, .delete])
    func aRequestWithoutBodyIsAHead(method: OutgoingRequest.Method) async throws {
        let seen = Locked("")
        let server = try ScriptedServer { connection in
            let head = connection.head()
            seen.withLock { $0 = head }
            connection.send("HTTP/1.1 204 No\r\nx-A:  b \r\nX-a: c\r\n\r\n")
        }
        let answer = try await client().send(
            request(server, "/a/../b?c=%2f", method, headers: [.init("X-Test", "a:b")])
        )
        #expect(answer.status == 204)
        #expect(answer.headers.map { "\($0.name)=\($0.value)" } == ["x-A=b", "X-a=c"])
        #expect(answer.value(of: "X-A") == "b")
        #expect(answer.value(of: "Y") == nil)
        #expect(answer.body == [])
        #expect(
            seen.withLock { $0 } == """
                \(method.rawValue) /a/../b?c=%2f HTTP/1.1\r
                Host: 127.0.0.1:\(server.port)\r
                User-Agent: Martlet\r
                X-Test: a:b
                """
        )
    }

    @Test(arguments: [0, 1, 2000, 3_000_000]) func aBodyIsSentAsItIs(size: Int) async throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let server = try ScriptedServer { connection in
            let head = connection.head()
            let isRight =
                head.contains("\r\nContent-Length: \(size)") && !head.contains("Expect")
                && !head.contains("Content-Type") && connection.read(size) == bytes
            connection.answer(isRight ? 200 : 500)
        }
        #expect(try await client().send(request(server, "/", .post, body: bytes)).status == 200)
        #expect(try await client().send(request(server, "/", .put, body: bytes)).status == 200)
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func aRedirectIsAnAnswer(status: Int) async throws {
        let other = try ScriptedServer { $0.answer() }
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.answer(status, headers: ["Location: \(other.origin)/"])
        }
        let answer = try await client().send(request(server))
        #expect(answer.status == status)
        #expect(answer.value(of: "location") == "\(other.origin)/")
        #expect(server.connectionCount == 1)
        #expect(other.connectionCount == 0)
    }

    @Test func cookiesAreNotKept() async throws {
        let server = try ScriptedServer { connection in
            connection.answer(connection.head().contains("Cookie") ? 500 : 200, headers: ["Set-Cookie: a=b"])
        }
        let client = client()
        for _ in 0..<2 { #expect(try await client.send(request(server)).status == 200) }
    }

    @Test("declared, chunked, or up to the connection's end", arguments: [0, 1, 2], [99, 100, 101])
    func aBodyHasAMaximalSize(form: Int, size: Int) async throws {
        let body = String(repeating: "b", count: size)
        let server = try ScriptedServer { connection in
            _ = connection.head()
            switch form {
            case 0: connection.answer(200, body)
            case 1:
                let chunk = String(size, radix: 16)
                connection.send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\r\n\(body)\r\n0\r\n\r\n"
                )
            default: connection.send("HTTP/1.1 200 OK\r\n\r\n\(body)")
            }
        }
        let client = client { $0.bodySizeMax = 100 }
        let request = try request(server)
        guard size <= 100 else {
            await #expect(throws: HTTPClientError.responseTooLarge(request.url.origin, sizeMax: 100)) {
                try await client.send(request)
            }
            return
        }
        #expect(try await client.send(request).body == Array(body.utf8))
    }

    @Test func aBodyWithoutEndIsCut() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send(String(repeating: "x", count: 65_536)) {}
        }
        let request = try request(server)
        await #expect(throws: HTTPClientError.responseTooLarge(request.url.origin, sizeMax: 1 << 20)) {
            try await client().send(request)
        }
    }

    @Test("one line, many lines, or many interim heads", arguments: 0..<3)
    func aHeadWithoutEndIsCut(form: Int) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.send("HTTP/1.1 200 OK\r\nA: ")
            let part = ["aaaaaaaaaaaaaaaa", "a\r\nB: ", "a\r\n\r\nHTTP/1.1 103 Early\r\nA: "][form]
            if form == 2 { connection.send("\r\n\r\n") }
            while connection.send(String(repeating: part, count: 100)) {}
        }
        await #expect(throws: HTTPClientError.self) { try await client().send(request(server)) }
    }

    @Test func interimAnswersDoNotCount() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.send(
                "HTTP/1.1 103 Early\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nB: 2\r\nContent-Length: 0\r\n\r\n"
            )
        }
        let answer = try await client().send(request(server))
        #expect(answer.status == 200)
        #expect(answer.value(of: "A") == nil)
        #expect(answer.value(of: "B") == "2")
    }

    @Test(arguments: [
        "", "garbage", "HTTP/0.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func whatIsNoWholeAnswerIsAnError(answer: String) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.send(answer)
        }
        let request = try request(server)
        do throws(HTTPClientError) {
            let answer = try await client().send(request)
            Issue.record("\(answer)")
        } catch {
            guard case .transferFailed = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("before the head, in it, before the body, in it", arguments: 0..<4)
    func theWholeTimeIsLimited(stage: Int) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.send(
                ["", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nabc"][stage]
            )
            connection.waitForEnd()
        }
        let request = try request(server)
        await #expect(throws: HTTPClientError.timedOut(request.url.origin)) {
            try await client { $0.timeout = .milliseconds(100) }.send(request)
        }
    }

    @Test func aCancelledRequestEndsAtOnce() async throws {
        let (isAsked, asked) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { connection in
            _ = connection.head()
            asked.yield()
            connection.waitForEnd()
            asked.finish()
        }
        let request = try request(server)
        let client = client { $0.timeout = .seconds(60) }
        let task = Task { try await client.send(request) }
        var questions = isAsked.makeAsyncIterator()
        await questions.next()
        task.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        // The server sees the end too.
        #expect(await questions.next() == nil)
    }

    @Test func aRequestBeyondTheQueueIsTurnedAway() async throws {
        let (isAsked, asked) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { connection in
            _ = connection.head()
            asked.yield()
            connection.waitForEnd()
        }
        let request = try request(server)
        let client = client { options in
            options.threadCount = 1
            options.waitingMax = 1
        }
        let errors = await withTaskGroup(of: HTTPClientError?.self) { group in
            func add() {
                group.addTask {
                    do throws(HTTPClientError) {
                        _ = try await client.send(request)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            add()
            var questions = isAsked.makeAsyncIterator()
            await questions.next()
            // One of these waits, the other is turned away.
            add()
            add()
            let first = await group.next()
            group.cancelAll()
            var errors = [first ?? nil]
            for await error in group { errors.append(error) }
            return errors
        }
        #expect(errors == [.busy, .cancelled, .cancelled])
    }

    @Test func nobodyListens() async throws {
        let port = try ScriptedServer { _ in }.port
        let url = try WebURL("http://127.0.0.1:\(port)/")
        let request = OutgoingRequest(.get, url, within: OutboundPolicy(origins: [url.origin]))
        await #expect(throws: HTTPClientError.connectionFailed(url.origin)) {
            try await client().send(request)
        }
    }

    @Test func aNameThatIsNone() async throws {
        let url = try WebURL("http://nobody.invalid/")
        let request = OutgoingRequest(.get, url, within: OutboundPolicy(origins: [url.origin]))
        await #expect(throws: HTTPClientError.unresolvedName(url.origin)) { try await client().send(request) }
    }

    @Test(arguments: [
        ("X\r\nY", "b"), ("", "b"), ("X Y", "b"), ("X:", "b"), ("X", "b\r\nY: c"), ("X", "b\n"),
        ("X", "\u{0}"),
        ("X", ""), ("Ä", "b"),
    ])
    func aHeaderIsOneLine(name: String, value: String) async throws {
        let server = try ScriptedServer { $0.answer() }
        let request = try request(server, headers: [.init(name, value)])
        await #expect(throws: HTTPClientError.malformedHeader(name: name)) {
            try await client().send(request)
        }
        #expect(server.connectionCount == 0)
    }

    @Test func secretsAreNotPrinted() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.answer(200, "s3cret", headers: ["X-Token: s3cret"])
        }
        let request = try request(
            server,
            "/s3cret?s3cret",
            .post,
            headers: [.init("Authorization", "Bearer s3cret")],
            body: Array("s3cret".utf8)
        )
        let answer = try await client().send(request)
        for text in ["\(request)", String(reflecting: request), "\(answer)", String(reflecting: answer)] {
            #expect(!text.contains("s3cret") && !text.contains("115"))
        }
        var dumped = ""
        dump(request, to: &dumped)
        dump(answer, to: &dumped)
        #expect(!dumped.contains("s3cret") && !dumped.contains("115"))
    }
}

@Suite struct RequestForgeryTests {
    @Test func anOriginThatIsNotConfiguredIsNotAsked() async throws {
        let server = try ScriptedServer { $0.answer() }
        let url = try WebURL(server.origin)
        for other in [
            "http://127.0.0.1:1", "https://127.0.0.1:\(server.port)", "http://localhost:\(server.port)",
        ] {
            let policy = OutboundPolicy(origins: [try WebURL(other).origin], allowsOtherSecureNames: true)
            await #expect(throws: HTTPClientError.originNotAllowed(url.origin)) {
                try await client().send(OutgoingRequest(.get, url, within: policy))
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test(
        "a name that stands for an inner address",
        arguments: [
            "127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "0.0.0.0",
        ],
        [OutboundPolicy.Reach.publicAddresses, .privateNetworks]
    )
    func rebinding(address: String, reach: OutboundPolicy.Reach) async throws {
        let server = try ScriptedServer { $0.answer() }
        let url = try WebURL("http://rebinding.example:\(server.port)/")
        let policy = OutboundPolicy(origins: [url.origin], reach: reach)
        let client = client { $0.fixedAddresses = ["rebinding.example:\(server.port):\(address)"] }
        do throws(HTTPClientError) {
            _ = try await client.send(OutgoingRequest(.get, url, within: policy))
            Issue.record("an answer")
        } catch {
            switch error {
            case .addressNotAllowed(let origin, _): #expect(origin == url.origin)
            // The private address is let through, and nobody is there.
            case .connectionFailed, .timedOut: #expect(address == "10.0.0.1" && reach == .privateNetworks)
            default: Issue.record("\(error)")
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test func theLoopbackNameReachesLoopback() async throws {
        let server = try ScriptedServer { connection in
            _ = connection.head()
            connection.answer()
        }
        let url = try WebURL("http://localhost:\(server.port)/")
        let request = OutgoingRequest(.get, url, within: OutboundPolicy(origins: [url.origin]))
        #expect(try await client().send(request).status == 200)
    }

    @Test func theEnvironmentsProxyIsNotUsed() async throws {
        // Nothing else here reads it, and what it names does not listen.
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        let server = try ScriptedServer { connection in
            connection.answer(connection.head().hasPrefix("GET / HTTP") ? 200 : 500)
        }
        #expect(try await client().send(request(server)).status == 200)
    }

    @Test func aConfiguredProxyIsUsed() async throws {
        let proxy = try ScriptedServer { connection in
            connection.answer(connection.head().hasPrefix("GET http://idp.example/ HTTP") ? 200 : 500)
        }
        let url = try WebURL("http://idp.example/")
        let request = OutgoingRequest(.get, url, within: OutboundPolicy(origins: [url.origin]))
        #expect(try await client { $0.proxy = proxy.origin }.send(request).status == 200)
        await #expect(throws: HTTPClientError.self) {
            let inner = try WebURL("http://127.0.0.1/")
            let request = OutgoingRequest(.get, inner, within: OutboundPolicy(origins: [url.origin]))
            return try await client { $0.proxy = proxy.origin }.send(request)
        }
    }
}
