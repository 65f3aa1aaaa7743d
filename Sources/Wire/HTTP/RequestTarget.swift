/// What a request is about (RFC 9112 §3.2), as ranges into the head's bytes. Nothing is percent-decoded.
struct RequestTarget: Sendable {
    /// `/` and what follows up to `?`; empty for `*`, and for an absolute-form without a path.
    var path: Range<Int>
    /// After the `?`; `nil` without one.
    var query: Range<Int>?
    /// An absolute-form's host and port, which replaces the Host field.
    var authority: Range<Int>?
    var isAsterisk = false

    /// - Parameter range: the target between its spaces.
    init(_ range: Range<Int>, of bytes: [UInt8], method: RequestMethod) throws(HTTPError) {
        for index in range where bytes[index] <= 0x20 || bytes[index] == 0x7f {
            throw bytes[index] == 0x0d ? .bareCarriageReturn : .malformedTarget
        }
        guard !range.isEmpty else { throw .malformedRequestLine }
        var start = range.lowerBound
        if bytes[range.lowerBound] == UInt8(ascii: "*") {
            guard range.count == 1, method == .options else { throw .malformedTarget }
            isAsterisk = true
            path = range.upperBound..<range.upperBound
            return
        }
        if bytes[range.lowerBound] != UInt8(ascii: "/") {
            let authority = try Self.authority(range, of: bytes)
            self.authority = authority
            start = authority.upperBound
        }
        let rest = start..<range.upperBound
        if let mark = bytes[rest].firstIndex(of: UInt8(ascii: "?")) {
            path = start..<mark
            query = mark + 1..<range.upperBound
        } else {
            path = rest
        }
    }

    /// Between `http://` or `https://` and the path.
    private static func authority(_ range: Range<Int>, of bytes: [UInt8]) throws(HTTPError) -> Range<Int> {
        for (scheme, size) in [("http://" as StaticString, 7), ("https://", 8)] where range.count > size {
            let start = range.lowerBound + size
            guard Token.matches(bytes[range.lowerBound..<start], scheme) else { continue }
            let end = bytes[start..<range.upperBound].firstIndex {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
            }
            let authority = start..<(end ?? range.upperBound)
            guard !authority.isEmpty, isHost(bytes[authority]) else { throw .malformedTarget }
            return authority
        }
        throw .malformedTarget
    }
}

/// Whether `bytes` could be a host with an optional port: the bytes of a registered name or an address
/// (RFC 3986 §3.2.2), no user information, nothing that another server would cut elsewhere.
func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
        }
    }
}
