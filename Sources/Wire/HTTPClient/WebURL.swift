/// Scheme, host and port: who is asked.
package struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http
        case https

        package var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    package let scheme: Scheme
    package let host: WebHost
    package let port: UInt16

    /// `https://name:8443`; the scheme's own port is left out.
    package var description: String {
        let origin = "\(scheme.rawValue)://\(host)"
        return port == scheme.defaultPort ? origin : "\(origin):\(port)"
    }
}

/// An absolute `http` or `https` URL in the strict form of RFC 3986, so that whoever reads it sees the same host.
///
///     https://name:8443/path?query
///     ╰── origin ─────╯╰─ target ─╯
package struct WebURL: Hashable, Sendable {
    package static let sizeMax = 4096

    package let origin: WebOrigin
    /// Path and query as they were; at least `/`.
    package let target: String

    /// White space around the text is not removed, nothing is decoded, nothing is guessed.
    package init(_ text: String) throws(WebURLError) {
        guard text.utf8.count <= Self.sizeMax else {
            throw .tooLong(size: text.utf8.count, sizeMax: Self.sizeMax)
        }
        guard let colon = text.firstIndex(of: ":"),
            let scheme = WebOrigin.Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://")
        else { throw .unknownScheme }
        let rest = text[text.index(colon, offsetBy: 3)...]
        try Self.check(rest, offset: text.utf8.count - rest.utf8.count)
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard !authority.contains("@") else { throw .userInformation }
        let (host, port) = try Self.split(authority)
        origin = WebOrigin(
            scheme: scheme,
            host: try WebHost(host),
            port: try port.map(Self.number) ?? scheme.defaultPort
        )
        let target = rest[authorityEnd...]
        self.target = target.first == "/" ? String(target) : "/\(target)"
    }

    /// `origin` and `target` joined again: the host in lower case, the scheme's own port left out.
    package var text: String { origin.description + target }

    private static func check(_ text: Substring, offset: Int) throws(WebURLError) {
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "#"): throw .fragment
            case 0...0x20, 0x7f...0xff, UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
                UInt8(ascii: "}"):
                throw .unexpectedByte(byte, offset: offset + index)
            default: break
            }
        }
    }

    private static func split(_ authority: Substring) throws(WebURLError) -> (Substring, Substring?) {
        let end = authority.first == "[" ? authority.firstIndex(of: "]") : authority.startIndex
        guard let end else { throw .malformedHost }
        guard let colon = authority[end...].firstIndex(of: ":") else { return (authority, nil) }
        return (authority[..<colon], authority[authority.index(after: colon)...])
    }

    private static func number(_ text: Substring) throws(WebURLError) -> UInt16 {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(text), port > 0
        else { throw .malformedPort }
        return port
    }
}
