/// A field name, compared without regard to case (RFC 9110 §5.1).
package struct HeaderName: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As it is written to the wire.
    package let spelling: [UInt8]
    package let lowercase: [UInt8]

    /// Traps unless the literal is a token: for names in source code.
    package init(stringLiteral name: StaticString) {
        let bytes = name.withUTF8Buffer { Array($0) }
        precondition(Token.isToken(bytes), "a field name is a token")
        self.init(token: bytes)
    }

    /// `nil` unless `name` is a token (RFC 9110 §5.6.2).
    package init?(validating name: some StringProtocol) {
        let bytes = Array(name.utf8)
        guard Token.isToken(bytes) else { return nil }
        self.init(token: bytes)
    }

    private init(token: [UInt8]) {
        spelling = token
        lowercase = token.map { Token.lowercase($0) }
    }

    package var description: String { String(decoding: spelling, as: UTF8.self) }

    package static func == (left: Self, right: Self) -> Bool { left.lowercase == right.lowercase }
    package func hash(into hasher: inout Hasher) { hasher.combine(lowercase) }

    /// Whether `bytes` spell this name in some case.
    package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == lowercase.count else { return false }
        return lowercase.withUnsafeBufferPointer { lowercase in
            for index in 0..<bytes.count where Token.lowercase(bytes[index]) != lowercase[index] {
                return false
            }
            return true
        }
    }
}

extension HeaderName {
    package static let connection: HeaderName = "Connection"
    package static let contentLength: HeaderName = "Content-Length"
    package static let contentType: HeaderName = "Content-Type"
    package static let date: HeaderName = "Date"
    package static let expect: HeaderName = "Expect"
    package static let host: HeaderName = "Host"
    package static let retryAfter: HeaderName = "Retry-After"
    package static let server: HeaderName = "Server"
    package static let trailer: HeaderName = "Trailer"
    package static let transferEncoding: HeaderName = "Transfer-Encoding"
    package static let upgrade: HeaderName = "Upgrade"
}
