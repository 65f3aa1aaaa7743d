import Base
import Testing

@testable import martlet_bench

@Suite struct ResponseHeadTests {
    @Test func statusLengthAndConnectionAreRead() throws {
        let head = try head("HTTP/1.1 200 OK", "Content-Length: 4096", "ETag: \"x\"")
        #expect(head.status == 200 && head.contentLength == 4096 && head.keepsAlive && !head.isInterim)
    }

    @Test(arguments: [
        (["HTTP/1.1 200 OK"], true), (["HTTP/1.1 200 OK", "Connection: close"], false),
        (["HTTP/1.1 200 OK", "connection: x, CLOSE"], false), (["HTTP/1.0 200 OK"], false),
        (["HTTP/1.0 200 OK", "Connection: keep-alive"], true), (["HTTP/1.1 200 "], true),
        (["HTTP/1.1 200"], true),
    ])
    func theConnectionIsKeptAsTheServerSays(lines: [String], keepsAlive: Bool) throws {
        #expect(try ResponseHead(Array(lines.joined(separator: "\r\n").utf8)).keepsAlive == keepsAlive)
    }

    @Test(arguments: [(99, false), (100, true), (199, true), (200, false)])
    func interimAnswersAreKnown(status: Int, isInterim: Bool) throws {
        guard status >= 100 else {
            #expect(throws: RequestError.malformedHead) { try head("HTTP/1.1 \(status) x") }
            return
        }
        #expect(try head("HTTP/1.1 \(status) x").isInterim == isInterim)
    }

    @Test(arguments: [
        "", "HTTP/1.1", "HTTP/2 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 -20 OK", "HTTP/1.1 600 OK",
        "http/1.1 200 OK",
        "HTTP/1.1 200 OK\r\nno colon", "HTTP/1.1 200 OK\r\n: x", "HTTP/1.1 200 OK\r\nContent-Length: -1",
        "HTTP/1.1 200 OK\r\nContent-Length:", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2",
    ])
    func aMalformedHeadIsRefused(text: String) {
        #expect(throws: RequestError.malformedHead) { try ResponseHead(Array(text.utf8)) }
    }

    @Test func aBodyWithoutItsLengthIsRefused() {
        #expect(throws: RequestError.contentLengthMissing) {
            try head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        }
    }

    @Test(arguments: [(0, true), (1, false)])
    func aHeadIsReadUpToItsLimit(excess: Int, isRead: Bool) {
        let line = Array("HTTP/1.1 200 OK\r\nx: ".utf8)
        let bytes = line + [UInt8](repeating: 97, count: ResponseHead.sizeMax + excess - line.count)
        #expect(((try? ResponseHead(bytes)) != nil) == isRead)
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func mutatedHeadsNeverCrash(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: keep-alive, close\r\nServer: x"
        for _ in 0..<200 {
            guard let head = try? ResponseHead(mutated(Array(text.utf8), using: &generator)) else { continue }
            #expect((100...599).contains(head.status) && head.contentLength ?? 0 >= 0)
        }
    }

    private func head(_ lines: String...) throws -> ResponseHead {
        try ResponseHead(Array(lines.joined(separator: "\r\n").utf8))
    }
}
