/// Reads a request's head from bytes that come in any pieces.
///
///     [CRLF] method SP target SP version CRLF  *(field CRLF)  CRLF
///
/// Each line is judged when its line feed is there, and a line that is too long before that, so the answer
/// does not depend on how the bytes were cut. One empty line before the request is skipped (RFC 9112 §2.2).
/// Holds at most the limits' worth of bytes. One parser a head.
package struct RequestHeadParser: ~Copyable {
    package enum Progress {
        /// Everything was taken and the head goes on.
        case incomplete
        /// `consumed` bytes belonged to the head; what follows is body, or the next head.
        case complete(RequestHead, consumed: Int)
    }

    private struct RequestLine {
        var method: RequestMethod
        var version: HTTPVersion
        var target: RequestTarget
        var targetRange: Range<Int>
    }

    private let limits: HeadLimits
    private var bytes: [UInt8] = []
    private var lineStart = 0
    private var hasSkippedEmptyLine = false
    private var requestLine: RequestLine?
    private var fields: FieldLines

    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        fields = FieldLines(limits: limits)
    }

    /// Whether a byte of the head has come.
    package var hasBegun: Bool { !bytes.isEmpty || hasSkippedEmptyLine }

    /// Bytes held so far.
    package var heldSize: Int { bytes.count }

    /// Takes more bytes. After an error or a complete head the parser is used up.
    package mutating func parse(_ input: UnsafeRawBufferPointer) throws(HTTPError) -> Progress {
        var offset = 0
        while let end = lineFeed(in: input, from: offset) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[offset...end]))
            offset = end + 1
            if try takeLine() { return .complete(try head(), consumed: offset) }
            lineStart = bytes.count
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[offset...]))
        try checkUnfinishedLine()
        return .incomplete
    }

    private func checkUnfinishedLine() throws(HTTPError) {
        let size = bytes.count - lineStart
        if requestLine != nil {
            try fields.check(unfinished: size)
        } else if size > limits.requestLineSizeMax {
            throw .targetTooLong
        }
    }

    /// Returns whether the line ends the head.
    private mutating func takeLine() throws(HTTPError) -> Bool {
        let line = lineStart..<bytes.count
        if requestLine != nil { return try fields.append(line, of: bytes) }
        guard line.count <= limits.requestLineSizeMax else { throw .targetTooLong }
        guard line.count >= 2, bytes[line.upperBound - 2] == 0x0d else { throw .bareLineFeed }
        let content = line.lowerBound..<line.upperBound - 2
        if content.isEmpty {
            guard !hasSkippedEmptyLine else { throw .malformedRequestLine }
            hasSkippedEmptyLine = true
            bytes.removeAll(keepingCapacity: true)
            return false
        }
        requestLine = try parseRequestLine(content)
        return false
    }

    private func parseRequestLine(_ line: Range<Int>) throws(HTTPError) -> RequestLine {
        guard !bytes[line].contains(0x0d) else { throw .bareCarriageReturn }
        guard let methodEnd = bytes[line].firstIndex(of: 0x20),
            let versionStart = bytes[line].lastIndex(of: 0x20), methodEnd < versionStart
        else { throw .malformedRequestLine }
        guard Token.isToken(bytes[line.lowerBound..<methodEnd]) else { throw .malformedRequestLine }
        let version = try parseVersion(bytes[(versionStart + 1)..<line.upperBound])
        let target = methodEnd + 1..<versionStart
        guard target.count <= limits.targetSizeMax else { throw .targetTooLong }
        let method = RequestMethod(token: bytes[line.lowerBound..<methodEnd])
        return RequestLine(
            method: method,
            version: version,
            target: try RequestTarget(target, of: bytes, method: method),
            targetRange: target
        )
    }

    private func parseVersion(_ text: ArraySlice<UInt8>) throws(HTTPError) -> HTTPVersion {
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        let start = text.startIndex
        guard text.count == 8, text.starts(with: "HTTP/".utf8), isDigit(text[start + 5]),
            text[start + 6] == UInt8(ascii: "."), isDigit(text[start + 7])
        else { throw .malformedRequestLine }
        switch (text[start + 5], text[start + 7]) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return .http11
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http10
        default: throw .unsupportedVersion
        }
    }

    private func head() throws(HTTPError) -> RequestHead {
        guard let requestLine else { preconditionFailure("fields are read after the request line") }
        return try RequestHead(
            method: requestLine.method,
            version: requestLine.version,
            target: requestLine.target,
            targetRange: requestLine.targetRange,
            fields: FieldSection(bytes: bytes, entries: fields.entries)
        )
    }
}
