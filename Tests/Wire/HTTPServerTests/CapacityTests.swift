import EventLoop
import HTTP
import HTTPServer
import Posix
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CapacityTests {
    @Test func aConnectionTooManyIsToldToComeBack() async throws {
        var options = HTTPServerOptions()
        options.connectionsMax = 2
        try await withServer(options: options, echo) { server in
            let clients = try (0..<2).map { _ in try server.client() }
            for client in clients {
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.answer()
            }
            do {
                let refused = try server.client()
                try refused.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try refused.answer()
                #expect(answer.status == 503)
                #expect(answer.value(of: "Retry-After") == "1")
                #expect(answer.value(of: "Connection") == "close")
                refused.endSending()
                #expect(try refused.isEnded())
            }
            clients[0].endSending()
            #expect(try clients[0].isEnded())
            // The place is free once the server has seen the end, which it told the client.
            var answer = 503
            for _ in 0..<1000 where answer == 503 {
                let next = try server.client()
                try next.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                answer = try next.answer().status
            }
            #expect(answer == 200)
        }
    }

    @Test func unfinishedHeadsShareABound() async throws {
        var options = HTTPServerOptions()
        options.unfinishedHeadsSizeMax = 100_000
        try await withServer(options: options, echo) { server in
            let start = "GET / HTTP/1.1\r\nHost: a\r\nx: \(String(repeating: "x", count: 60_000))"
            let first = try server.client()
            try first.send(start)
            let second = try server.client()
            try second.send(start)
            // Whichever came later has no room; the other goes on when it is gone.
            let giveUp = ContinuousClock.now + .seconds(5)
            let statuses = try [first, second].map { client in
                while client.isSilent(), ContinuousClock.now < giveUp {
                    guard second.isSilent(), first.isSilent() else { break }
                }
                if client.isSilent() { try client.send("\r\n\r\n") }
                return try client.answer().status
            }
            #expect(statuses.sorted() == [200, 503])
        }
    }

    @Test func anAddressInUseIsRefused() async throws {
        let server = try await LoopbackServer(echo)
        let error = await #expect(throws: HTTPServerError.self) {
            _ = try await server.server.start(on: [try ListenAddress("\(server.address)")])
        }
        guard case .cannotListen(server.address, let errno) = error, errno.isAddressInUse else {
            Issue.record("\(String(describing: error))")
            return
        }
        await server.stop()
    }

    @Test func bothFamiliesAreServedOnOnePort() async throws {
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(ClosureHandler(answer: echo), on: group) { (ResponseHead($0.status), []) }
        let bound = try await server.start(on: [try ListenAddress(":0")])
        let client = try LoopbackClient(bound[0])
        try client.send("GET /v4 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().text == "GET /v4 ")
        #expect(bound[0].port != 0)
        await server.stop(within: .zero)
        group.stop()
    }
}
