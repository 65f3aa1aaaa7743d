import HTTP
import Testing

/// Parses `text` in the pieces that `cuts` make.
func parse(
    _ bytes: [UInt8],
    cuts: [Int] = [],
    limits: HeadLimits = HeadLimits()
) throws(HTTPError) -> (head: RequestHead, rest: [UInt8])? {
    var parser = RequestHeadParser(limits: limits)
    var start = 0
    for end in cuts + [bytes.count] {
        let piece = Array(bytes[start..<end])
        let result = piece.withUnsafeBytes { piece -> Result<RequestHeadParser.Progress, HTTPError> in
            do throws(HTTPError) { return .success(try parser.parse(piece)) } catch { return .failure(error) }
        }
        switch try result.get() {
        case .incomplete: start = end
        case .complete(let head, let consumed): return (head, Array(bytes[(start + consumed)...]))
        }
    }
    return nil
}

func parse(_ text: String) throws(HTTPError) -> RequestHead? { try parse(Array(text.utf8))?.head }

/// What a head says, for comparing two ways of reading it.
func summary(_ head: RequestHead) -> String {
    func text(_ bytes: ArraySlice<UInt8>?) -> String {
        bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    }
    let fields = head.fields.map { "\(text($0.name))=\(text($0.value))" }.joined(separator: "|")
    return "\(head.method) \(text(head.path)) \(text(head.query)) \(text(head.host)) \(head.version) "
        + "\(head.bodyLength) \(head.isKeepAlive) \(head.expectsContinue) \(fields)"
}

@Suite struct RequestHeadTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "get / - a http11 none true false Host=a"),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "get / - a http11 none true false Host=a"),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", "get / -  http11 none true false Host="),
        (
            "GET /a%2Fb/ü?x=1&y=?/ HTTP/1.1\r\nhost:\t b:9000 \t\r\n\r\n",
            "get /a%2Fb/ü x=1&y=?/ b:9000 http11 none true false host=b:9000"
        ),
        ("GET / HTTP/1.0\r\n\r\n", "get / - - http10 none false false "),
        (
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            "get / - - http10 none true false Connection=Keep-Alive"
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n",
            "get / - a http11 none false false Host=a|Connection=x, CLOSE"
        ),
        (
            "PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "put /k - a http11 sized(0) true false Host=a|Content-Length=0"
        ),
        (
            "PUT /k HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
            "put /k - a http11 sized(9223372036854775807) true false Host=a|Content-Length=9223372036854775807"
        ),
        (
            "PUT /k HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n",
            "put /k - a http11 chunked true true Host=a|transfer-encoding=Chunked|Expect=100-Continue"
        ),
        ("PUT /k HTTP/1.0\r\nExpect: nonsense\r\n\r\n", "put /k - - http10 none false false Expect=nonsense"),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "options  - a http11 none true false Host=a"),
        ("GET http://h:1/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "get /p q h:1 http11 none true false Host=a"),
        ("GET HTTPS://h HTTP/1.1\r\nHost: a\r\n\r\n", "get / - h http11 none true false Host=a"),
        ("GET http://h?q HTTP/1.1\r\nHost: a\r\n\r\n", "get / q h http11 none true false Host=a"),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", "get / - a http11 none true false Host=a"),
        (
            "M-SEARCH / HTTP/1.1\r\nHost: [::1]:80\r\nx-y!: a \u{e9} b\r\n\r\n",
            "M-SEARCH / - [::1]:80 http11 none true false Host=[::1]:80|x-y!=a \u{e9} b"
        ),
    ])
    func aHeadIsRead(text: String, expected: String) throws {
        let head = try #require(try parse(text))
        let methodIsPlain = text.hasPrefix("get ")
        #expect(summary(head).lowercased() == expected.lowercased())
        #expect((head.method == .other("get")) == methodIsPlain)
    }

    private static let refusals: [(String, HTTPError, UInt16)] = [
        ("GET /\r\n", .malformedRequestLine, 400),
        ("GET\r\n", .malformedRequestLine, 400),
        (" GET / HTTP/1.1\r\n", .malformedRequestLine, 400),
        ("\r\n\r\n", .malformedRequestLine, 400),
        ("GET  / HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET / x HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET /  HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET / HTTP/1.1 \r\n", .malformedRequestLine, 400),
        ("G@T / HTTP/1.1\r\n", .malformedRequestLine, 400),
        ("GET /\u{1} HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET /\u{7f} HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET /\t HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET /\0 HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET a/b HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET * HTTP/1.1\r\n", .malformedTarget, 400),
        ("OPTIONS *a HTTP/1.1\r\n", .malformedTarget, 400),
        ("CONNECT a:80 HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET ftp://a/ HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET http:///p HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET http://user@h/ HTTP/1.1\r\n", .malformedTarget, 400),
        ("GET / HTTP/1.2\r\n", .unsupportedVersion, 505),
        ("GET / HTTP/2.0\r\n", .unsupportedVersion, 505),
        ("GET / HTTP/0.9\r\n", .unsupportedVersion, 505),
        ("PRI * HTTP/2.0\r\n", .unsupportedVersion, 505),
        ("GET / http/1.1\r\n", .malformedRequestLine, 400),
        ("GET / HTTP/1.11\r\n", .malformedRequestLine, 400),
        ("GET / HTTP/11\r\n", .malformedRequestLine, 400),
        ("GET / HTTP/x.1\r\n", .malformedRequestLine, 400),
        ("GET / HTTP/1.1\n", .bareLineFeed, 400),
        ("\nGET / HTTP/1.1\r\n", .bareLineFeed, 400),
        ("GET /\r HTTP/1.1\r\n", .bareCarriageReturn, 400),
        ("GET / HTTP/1.1\r\r\n", .bareCarriageReturn, 400),
        ("GET / HTTP/1.1\r\nHost: a\n", .bareLineFeed, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed, 400),
        ("GET / HTTP/1.1\r\nHost: a\rb\r\n", .bareCarriageReturn, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\r\n", .bareCarriageReturn, 400),
        ("GET / HTTP/1.1\r\nHost\r: a\r\n", .bareCarriageReturn, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n", .foldedLine, 400),
        ("GET / HTTP/1.1\r\n\tHost: a\r\n", .foldedLine, 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHost\t: a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\n: a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHost\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHo(st: a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHo\0st: a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nH\u{f6}st: a\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nx: a\0b\r\n", .malformedFieldValue, 400),
        ("GET / HTTP/1.1\r\nx: a\u{1f}b\r\n", .malformedFieldValue, 400),
        ("GET / HTTP/1.1\r\nx: a\u{7f}\r\n", .malformedFieldValue, 400),
        ("GET / HTTP/1.1\r\n\r\n", .missingHost, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .malformedHost, 400),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            .conflictingLengths, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\nContent-Length: x\r\n\r\n",
            .conflictingLengths, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            .repeatedContentLength, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            .repeatedContentLength, 400
        ),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", .repeatedContentLength, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .malformedContentLength, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", .malformedContentLength, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", .malformedContentLength, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", .malformedContentLength, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n", .malformedContentLength, 400),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n\r\n",
            .malformedContentLength, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
            .malformedContentLength, 400
        ),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", .unsupportedTransferEncoding, 501),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            .unsupportedTransferEncoding, 501
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .unsupportedTransferEncoding,
            501
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            .malformedTransferEncoding, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
            .malformedTransferEncoding, 400
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
            .malformedTransferEncoding, 400
        ),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", .malformedTransferEncoding, 400),
        ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n", .malformedTransferEncoding, 400),
        ("PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .malformedTransferEncoding, 400),
    ]

    @Test(arguments: refusals.indices)
    func aMalformedHeadIsRefused(row: Int) {
        let (text, error, status) = Self.refusals[row]
        #expect(throws: error, "\(text.debugDescription)") { try parse(text) }
        #expect(error.status.code == status)
    }

    @Test(arguments: refusals.indices)
    func aRefusalDoesNotDependOnTheCut(row: Int) {
        let (text, error, _) = Self.refusals[row]
        let bytes = Array(text.utf8)
        #expect(throws: error) { try parse(bytes, cuts: Array(1..<bytes.count)) }
        for cut in 1..<bytes.count {
            #expect(throws: error, "cut at \(cut)") { try parse(bytes, cuts: [cut]) }
        }
    }

    @Test func aHeadDoesNotDependOnTheCut() throws {
        let text =
            "\r\nPUT /b/k?q=1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 3\r\nx-amz-meta-a:  v w \r\n\r\nabcGET"
        let bytes = Array(text.utf8)
        let whole = try #require(try parse(bytes))
        #expect(whole.rest == Array("abcGET".utf8))
        for cuts in (1..<bytes.count).map({ [$0] }) + [Array(1..<bytes.count)] {
            let pieces = try #require(try parse(bytes, cuts: cuts))
            #expect(summary(pieces.head) == summary(whole.head))
            #expect(pieces.rest == whole.rest)
        }
    }

    @Test func everyPrefixOfAHeadIsIncomplete() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        for count in 0..<bytes.count { #expect(try parse(Array(bytes[..<count])) == nil) }
    }

    @Test(arguments: [(8192, true), (8193, false), (100_000, false)])
    func theTargetHasABound(size: Int, isAccepted: Bool) throws {
        let text = "GET /\(String(repeating: "a", count: size - 1)) HTTP/1.1\r\nHost: a\r\n\r\n"
        if isAccepted {
            #expect(try parse(text)?.target.count == size)
        } else {
            #expect(throws: HTTPError.targetTooLong) { try parse(text) }
        }
    }

    @Test func anEndlessRequestLineIsRefusedBeforeItsEnd() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 8192 + 65)
        #expect(throws: HTTPError.targetTooLong) { try parse(bytes) }
        #expect(throws: Never.self) { try parse(Array(bytes.dropLast())) }
    }

    @Test(arguments: [(65_536, true), (65_537, false)])
    func theFieldsHaveABoundInBytes(size: Int, isAccepted: Bool) throws {
        // "Host: a" CRLF, "x: " value CRLF, CRLF.
        let value = String(repeating: "v", count: size - 9 - 5 - 2)
        let text = "GET / HTTP/1.1\r\nHost: a\r\nx: \(value)\r\n\r\n"
        if isAccepted {
            #expect(try parse(text)?.value(of: "x")?.count == value.utf8.count)
        } else {
            #expect(throws: HTTPError.fieldsTooLarge) { try parse(text) }
            #expect(HTTPError.fieldsTooLarge.status.code == 431)
        }
    }

    @Test func anEndlessFieldIsRefusedBeforeItsEnd() {
        let start = Array("GET / HTTP/1.1\r\n".utf8)
        #expect(throws: HTTPError.fieldsTooLarge) {
            try parse(start + [UInt8](repeating: UInt8(ascii: "a"), count: 65_537), cuts: [start.count])
        }
    }

    @Test(arguments: [(200, true), (201, false)])
    func theFieldsHaveABoundInNumber(count: Int, isAccepted: Bool) throws {
        let fields = (1..<count).map { "x-\($0): \($0)\r\n" }.joined()
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        if isAccepted {
            let head = try #require(try parse(text))
            #expect(head.fields.count == count)
            #expect(head.text(of: "X-199") == "199")
        } else {
            #expect(throws: HTTPError.fieldsTooLarge) { try parse(text) }
        }
    }

    @Test func fieldsAreFoundWithoutRegardToCaseAndInOrder() throws {
        let head = try #require(try parse("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-b: 2\r\nx-a: 3\r\n\r\n"))
        #expect(head.text(of: "x-a") == "1")
        #expect(head.values(of: "X-a").map { String(decoding: $0, as: UTF8.self) } == ["1", "3"])
        #expect(head.value(of: "x-") == nil)
        #expect(head.value(of: "x-aa") == nil)
        #expect(head.values(of: "x-c").isEmpty)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func mutatedHeadsNeitherCrashNorHang(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        let sample = Array(
            "PUT /b/k?q=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 12\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
                .utf8
        )
        for _ in 0..<100 {
            let bytes = mutation.mutate(sample)
            let whole = outcome(bytes, [])
            let cuts = mutation.cuts(bytes.count)
            #expect(outcome(bytes, cuts) == whole, "\(bytes) cut at \(cuts)")
        }
    }

    private func outcome(_ bytes: [UInt8], _ cuts: [Int]) -> String {
        do throws(HTTPError) {
            guard let (head, rest) = try parse(bytes, cuts: cuts) else { return "incomplete" }
            return summary(head) + " \(rest)"
        } catch {
            return "\(error)"
        }
    }
}
