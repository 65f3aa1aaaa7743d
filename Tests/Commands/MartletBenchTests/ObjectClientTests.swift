import Posix
import SigV4
import Testing

@testable import martlet_bench

@Suite(.timeLimit(.minutes(10))) struct ObjectClientTests {
    private static let ok = ScriptedServer.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0")

    @Test func requestsAreSignedAndShareAConnection() throws {
        let server = try ScriptedServer([Self.ok, Self.ok, .init("HTTP/1.1 204 No Content")])
        let client = ObjectClient(account(server.address))
        var pattern = BodyPattern(size: 5000)
        #expect(try client.createBucket())
        try client.put("k/1", &pattern, number: 1)
        try client.delete("k/1")
        let requests = server.requests()
        #expect(
            requests.map { $0.prefix { $0 != "\r\n" } } == [
                "|PUT /bucket HTTP/1.1", "PUT /bucket/k/1 HTTP/1.1", "DELETE /bucket/k/1 HTTP/1.1",
            ]
        )
        #expect(requests.allSatisfy { $0.contains("AWS4-HMAC-SHA256 Credential=access/") })
        #expect(
            requests[1].contains("\r\ncontent-length: 5000") && requests[1].contains(": UNSIGNED-PAYLOAD\r\n")
        )
    }

    @Test func aHashedPayloadIsDeclared() throws {
        let server = try ScriptedServer([Self.ok])
        var pattern = BodyPattern(size: 5000)
        let digest = PayloadKind.hashed(pattern.digest(ofObject: 7)).text
        try ObjectClient(account(server.address, payload: .hashed)).put("k", &pattern, number: 7)
        #expect(server.requests()[0].contains("x-amz-content-sha256: \(digest)\r\n"))
    }

    @Test(arguments: [0, 1, 4096, BodyPattern.blockSizeMax + 5])
    func anObjectThatIsRightIsAccepted(size: Int) throws {
        let server = try ScriptedServer([object(2, size: size)])
        var pattern = BodyPattern(size: size)
        try ObjectClient(account(server.address)).readBack("k", &pattern, number: 2)
        #expect(server.requests().count == 1)
    }

    @Test func anotherObjectIsNotAccepted() throws {
        let server = try ScriptedServer([object(3, size: 4096)])
        var pattern = BodyPattern(size: 4096)
        let client = ObjectClient(account(server.address))
        #expect(throws: RequestError.wrongBytes(objectOffset: 0)) {
            try client.readBack("k", &pattern, number: 2)
        }
        #expect(server.requests().count == 1)
    }

    @Test func theHeadOfAVersionHasNoBodyAndNamesTheVersion() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4096\r\nx-amz-version-id: "
        let server = try ScriptedServer([.init(answer + "v1"), .init(answer + "v1"), .init(answer + "v2")])
        let client = ObjectClient(account(server.address))
        try client.head("k", size: 4096)
        try client.head("k", versionID: "v1", size: 4096)
        #expect(throws: RequestError.wrongVersion) {
            try client.head("k", versionID: "v1", size: 4096)
        }
        let targets = server.requests().map { $0.prefix { $0 != "\r\n" } }
        #expect(targets[0] == "|HEAD /bucket/k HTTP/1.1")
        #expect(targets[1] == "HEAD /bucket/k?versionId=v1 HTTP/1.1")
    }

    @Test func aWriteSaysWhichVersionItIs() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0"
        let server = try ScriptedServer([.init(answer), .init(answer + "\r\nX-Amz-Version-Id: abc")])
        let client = ObjectClient(account(server.address))
        var pattern = BodyPattern(size: 1)
        #expect(try client.put("k", &pattern, number: 0) == nil)
        #expect(try client.put("k", &pattern, number: 1) == "abc")
        #expect(server.requests().count == 2)
    }

    @Test(arguments: [0, 4095, 4096, 8191])
    func oneWrongByteIsSeen(offset: Int) throws {
        var answer = object(2, size: 8192)
        answer.bytes[answer.bytes.count - 8192 + offset] ^= 1
        let server = try ScriptedServer([answer])
        var pattern = BodyPattern(size: 8192)
        let client = ObjectClient(account(server.address))
        let error = #expect(throws: RequestError.self) { try client.readBack("k", &pattern, number: 2) }
        guard case .wrongBytes(let start) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(start <= offset)
        #expect(server.requests().count == 1)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", RequestError.contentLengthMissing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4097", .wrongSize(expected: 4096, announced: 4097)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4096", .endedEarly),
        ("HTTP/1.1 206 Partial\r\nContent-Length: 0", .unexpectedStatus(206, code: nil)),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 9", .unexpectedStatus(404, code: nil)),
        ("rubbish", .malformedHead),
    ])
    func aWrongAnswerToAGetIsNamed(head: String, expected: RequestError) throws {
        let server = try ScriptedServer([.init(head, Array("<Error/>x".utf8), endsConnection: true)])
        var pattern = BodyPattern(size: 4096)
        let client = ObjectClient(account(server.address))
        let error = #expect(throws: RequestError.self) { try client.readBack("k", &pattern, number: 2) }
        // Of a body cut short the bytes that came are compared as well.
        #expect(error == expected || expected == .endedEarly && error == .wrongBytes(objectOffset: 0))
        #expect(server.requests().count == 1)
    }

    @Test func theErrorDocumentExplainsAStatus() throws {
        let document = Array("<Error><Code>SlowDown</Code><Message>m</Message></Error>".utf8)
        let answer = ScriptedServer.Answer(
            "HTTP/1.1 503 Slow Down\r\nContent-Length: \(document.count)",
            document,
            endsConnection: true
        )
        let server = try ScriptedServer([answer])
        var pattern = BodyPattern(size: 10)
        let client = ObjectClient(account(server.address))
        #expect(throws: RequestError.unexpectedStatus(503, code: "SlowDown")) {
            try client.put("k", &pattern, number: 0)
        }
        #expect(server.requests().count == 1)
    }

    @Test func aBucketOfOnesOwnIsUsed() throws {
        let document = Array("<Error><Code>BucketAlreadyOwnedByYou</Code></Error>".utf8)
        let server = try ScriptedServer([
            .init(
                "HTTP/1.1 409 Conflict\r\nContent-Length: \(document.count)",
                document,
                endsConnection: true
            )
        ])
        #expect(try !ObjectClient(account(server.address)).createBucket())
        #expect(server.requests().count == 1)
    }

    @Test func interimAnswersAreSkipped() throws {
        let server = try ScriptedServer([
            .init("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0")
        ])
        var pattern = BodyPattern(size: 1)
        try ObjectClient(account(server.address)).put("k", &pattern, number: 0)
        #expect(server.requests().count == 1)
    }

    @Test(arguments: [
        ScriptedServer.Answer(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close",
            endsConnection: true
        ),
        ScriptedServer.Answer("HTTP/1.0 200 OK\r\nContent-Length: 0", endsConnection: true),
    ])
    func aConnectionThatTheServerEndsIsReplaced(answer: ScriptedServer.Answer) throws {
        let server = try ScriptedServer([answer, Self.ok])
        let client = ObjectClient(account(server.address))
        var pattern = BodyPattern(size: 1)
        try client.put("a", &pattern, number: 0)
        try client.put("b", &pattern, number: 1)
        #expect(server.requests().map { $0.hasPrefix("|") } == [true, true])
    }

    @Test func aConnectionThatTheServerEndedWithoutAWordIsReplaced() throws {
        let server = try ScriptedServer([
            ScriptedServer.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0", endsConnection: true), Self.ok,
        ])
        let client = ObjectClient(account(server.address))
        var pattern = BodyPattern(size: 1)
        let first = try client.connect()
        try client.put("a", &pattern, number: 0)
        while try !first.hasEnded() {}
        try client.put("b", &pattern, number: 1)
        #expect(server.requests().map { $0.hasPrefix("|") } == [true, true])
    }

    @Test func nobodyListeningIsANetworkError() throws {
        let unused = try ListeningSocket(.loopback(port: 0), sharesPort: false).localAddress()
        let error = #expect(throws: RequestError.self) { try ObjectClient(account(unused)).connect() }
        guard case .network = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    private func object(_ number: Int, size: Int) -> ScriptedServer.Answer {
        var pattern = BodyPattern(size: size)
        let body = (0..<pattern.blockCount).flatMap { index in
            pattern.withBlock(index, ofObject: number) { Array($0) }
        }
        return .init("HTTP/1.1 200 OK\r\nContent-Length: \(size)", body)
    }

    private func account(_ address: SocketAddress, payload: PayloadForm = .unsigned) -> ObjectClient.Account {
        ObjectClient.Account(
            authority: address.description,
            address: address,
            signer: SigV4Signer(accessKey: "access", secret: "secret"),
            bucket: "bucket",
            payload: payload
        )
    }
}
