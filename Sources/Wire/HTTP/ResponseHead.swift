/// How the end of a response's body is told to the client.
package enum BodyFraming: Sendable, Equatable {
    case empty
    /// Exactly so many bytes follow; Content-Length says so.
    case sized(Int64)
    /// The size is not known: chunked, or for an HTTP/1.0 client up to the end of the connection.
    case chunked
}

/// A response's status and fields. The fields are kept as they will be sent.
package struct ResponseHead: Sendable {
    package var status: ResponseStatus
    /// The connection ends after this answer.
    package var closesConnection = false
    private(set) var fieldLines: [UInt8] = []

    package init(_ status: ResponseStatus) { self.status = status }

    /// Appends a field line.
    ///
    /// Bytes that no value may hold (control bytes, so also CR and LF) are sent as spaces: whatever a value
    /// was made of, it cannot begin another field. Traps on the fields that the server itself owns:
    /// Connection, Content-Length, Date and Transfer-Encoding.
    package mutating func append(_ name: HeaderName, _ value: some StringProtocol) {
        append(name, bytes: value.utf8)
    }

    /// As above, for a value that is bytes already.
    package mutating func append(_ name: HeaderName, bytes value: some Sequence<UInt8>) {
        precondition(!Self.isOwned(name), "\(name) belongs to the server")
        fieldLines.append(contentsOf: name.spelling)
        fieldLines.append(UInt8(ascii: ":"))
        fieldLines.append(UInt8(ascii: " "))
        for byte in value { fieldLines.append(Token.isValueByte(byte) ? byte : UInt8(ascii: " ")) }
        fieldLines.append(0x0d)
        fieldLines.append(0x0a)
    }

    private static func isOwned(_ name: HeaderName) -> Bool {
        switch name.lowercase.count {
        case 4: name == .date
        case 10: name == .connection
        case 14: name == .contentLength
        case 17: name == .transferEncoding
        default: false
        }
    }

    /// The head's bytes, ending with the empty line, appended to `output`.
    ///
    /// - Parameters:
    ///   - date: a whole `Date` line, see ``DateLine``.
    ///   - version: the request's; a keep-alive answer to HTTP/1.0 must say so.
    package func encode(
        into output: inout [UInt8],
        framing: BodyFraming,
        version: HTTPVersion,
        isKeepAlive: Bool,
        date: [UInt8]
    ) {
        output.reserveCapacity(output.count + fieldLines.count + 192)
        output.append("HTTP/1.1 ")
        output.append(decimal: Int64(status.code))
        output.append(" ")
        output.append(status.reason)
        output.append("\r\n")
        output.append(contentsOf: date)
        output.append(contentsOf: fieldLines)
        switch framing {
        case .empty where status.isBodyless: break
        case .empty: output.append("Content-Length: 0\r\n")
        case .sized(let size):
            output.append("Content-Length: ")
            output.append(decimal: size)
            output.append("\r\n")
        case .chunked where version == .http11: output.append("Transfer-Encoding: chunked\r\n")
        case .chunked: break
        }
        if !isKeepAlive {
            output.append("Connection: close\r\n")
        } else if version == .http10 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
    }
}

extension [UInt8] {
    /// The literal's bytes.
    package mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    mutating func append(decimal value: Int64) {
        precondition(value >= 0)
        guard value >= 10 else {
            append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        append(decimal: value / 10)
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// A chunk's size line.
    package mutating func append(chunkSize size: Int) {
        precondition(size > 0, "a chunk of 0 bytes is the last one")
        append(contentsOf: String(size, radix: 16).utf8)
        append("\r\n")
    }
}
