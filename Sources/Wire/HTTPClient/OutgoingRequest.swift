/// A request of our own.
///
/// Printing it shows the method and the origin: paths, headers and bodies carry secrets.
package struct OutgoingRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package struct Header: Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

        /// A token of RFC 9110 §5.6.2 and a value that ends no line. An empty value would be no header to libcurl.
        var isWellFormed: Bool {
            !name.isEmpty && name.utf8.allSatisfy(Self.isTokenByte) && !value.isEmpty
                && value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
        }

        private static func isTokenByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }

    package var method: Method
    package var url: WebURL
    /// Whom the request may reach.
    package var policy: OutboundPolicy
    /// `Host`, `User-Agent` and `Content-Length` come by themselves.
    package var headers: [Header]
    /// Copied as a whole while it is sent. Not for HEAD.
    package var body: [UInt8]

    package init(
        _ method: Method,
        _ url: WebURL,
        within policy: OutboundPolicy,
        headers: [Header] = [],
        body: [UInt8] = []
    ) {
        precondition(method != .head || body.isEmpty, "a HEAD request has no body")
        (self.method, self.url, self.policy) = (method, url, policy)
        (self.headers, self.body) = (headers, body)
    }
}

extension OutgoingRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) \(url.origin)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
