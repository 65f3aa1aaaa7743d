import EventLoop
import HTTPServer
import Posix
import Server
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ConsoleHandlerTests {
    /// What the console's port answers to these bytes.
    private func answer(to text: String, isHead: Bool = false) async throws -> LoopbackClient.Answer {
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(ConsoleHandler(), on: group, rejection: ConsoleHandler.rejection)
        let address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
        let answer = Result {
            let client = try LoopbackClient(address)
            try client.send(text)
            return try client.answer(toHead: isHead)
        }
        _ = await server.stop(within: .zero)
        group.stop()
        return try answer.get()
    }

    @Test(arguments: ["/", "/browser/bucket", "/?a=b"])
    func everyPathIsThePageThatSaysThereIsNone(path: String) async throws {
        let answer = try await answer(to: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer.value(of: "Content-Type") == "text/html; charset=utf-8")
        #expect(answer.value(of: "Cache-Control") == "no-store")
        #expect(answer.text.contains("not built yet"))
        #expect(answer.text.hasSuffix("</html>\n\n") || answer.text.hasSuffix("</html>\n"))
    }

    @Test func aHeadHasThePagesSizeAndNoBody() async throws {
        let page = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try await answer(to: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", isHead: true)
        #expect(head.status == 200)
        #expect(head.value(of: "Content-Length") == "\(page.body.count)")
    }

    @Test(arguments: ["PUT", "POST", "DELETE", "OPTIONS", "PATCH", "BREW"])
    func nothingCanBeChanged(method: String) async throws {
        let answer = try await answer(to: "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.status == 405)
    }

    @Test func whatIsNoRequestIsRefusedInPlainWords() async throws {
        let answer = try await answer(to: "GET / HTTP/1.1\r\nno colon\r\n\r\n")
        #expect(answer.status == 400)
        #expect(answer.value(of: "Content-Type") == "text/plain")
        #expect(answer.text == "The request was refused.\n")
    }
}
