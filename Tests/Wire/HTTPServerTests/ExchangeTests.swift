import HTTP
import HTTPServer
import Testing

@Suite struct ExchangeTests {
    @Test func aConnectionAnswersOneRequestAfterTheOther() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            for number in 1...3 {
                try client.send("PUT /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                let answer = try client.answer()
                #expect(answer.status == 200)
                #expect(answer.text == "PUT /\(number) abc")
                try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.answer().text == "GET /\(number) ")
            }
        }
    }
}
