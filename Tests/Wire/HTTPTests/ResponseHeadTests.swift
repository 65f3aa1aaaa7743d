import Base
import HTTP
import Testing

@Suite struct ResponseHeadTests {
    private func encoded(
        _ head: ResponseHead,
        _ framing: BodyFraming,
        _ version: HTTPVersion = .http11,
        isKeepAlive: Bool = true
    ) -> String {
        var bytes: [UInt8] = []
        head.encode(
            into: &bytes,
            framing: framing,
            version: version,
            isKeepAlive: isKeepAlive,
            date: Array("D\r\n".utf8)
        )
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func framingDecidesTheFields() {
        let head = ResponseHead(.ok)
        #expect(encoded(head, .empty) == "HTTP/1.1 200 OK\r\nD\r\nContent-Length: 0\r\n\r\n")
        #expect(
            encoded(head, .sized(1_234_567_890))
                == "HTTP/1.1 200 OK\r\nD\r\nContent-Length: 1234567890\r\n\r\n"
        )
        #expect(encoded(head, .chunked) == "HTTP/1.1 200 OK\r\nD\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(
            encoded(head, .chunked, .http10, isKeepAlive: false)
                == "HTTP/1.1 200 OK\r\nD\r\nConnection: close\r\n\r\n"
        )
        #expect(
            encoded(head, .empty, .http10)
                == "HTTP/1.1 200 OK\r\nD\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
        )
    }

    @Test(arguments: [204, 304] as [UInt16])
    func answersWithoutBodyDeclareNone(code: UInt16) {
        #expect(!encoded(ResponseHead(ResponseStatus(code)), .empty).contains("Content-Length"))
    }

    @Test func fieldsKeepTheirOrderAndSpelling() {
        var head = ResponseHead(ResponseStatus(299))
        head.append("x-Amz-Id", "1")
        head.append("ETag", bytes: [0x22, 0xe9, 0x22])
        var bytes: [UInt8] = []
        head.encode(into: &bytes, framing: .empty, version: .http11, isKeepAlive: true, date: [])
        let expected =
            Array("HTTP/1.1 299 Status\r\nx-Amz-Id: 1\r\nETag: \"".utf8) + [0xe9]
            + Array("\"\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(bytes == expected)
    }

    @Test func aValueCannotBeginAnotherField() {
        var head = ResponseHead(.ok)
        head.append("x", "a\r\nSet-Cookie: b\0\u{7f}\tc")
        #expect(encoded(head, .empty).contains("x: a  Set-Cookie: b  \tc\r\n"))
    }

    @Test func theDateLineChangesWithTheSecond() {
        var line = DateLine()
        func text(_ nanoseconds: Int64) -> String {
            String(decoding: line.bytes(at: Timestamp(nanoseconds: nanoseconds)), as: UTF8.self)
        }
        #expect(text(784_111_777_000_000_000) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
        #expect(text(784_111_777_999_999_999) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
        #expect(text(784_111_778_000_000_000) == "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n")
        #expect(text(0) == "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    }

    @Test func namesAreComparedWithoutRegardToCase() {
        #expect(HeaderName(validating: "content-TYPE") == .contentType)
        #expect(Set<HeaderName>(["a", "A", "b"]).count == 2)
        #expect(HeaderName(validating: "a b") == nil)
        #expect(HeaderName(validating: "") == nil)
        #expect(HeaderName(validating: "a\r\n") == nil)
    }
}
