/// A request's method; case counts (RFC 9110 §9.1), so `get` is another method.
package enum RequestMethod: Sendable, Hashable, CustomStringConvertible {
    case get
    case head
    case put
    case post
    case delete
    case options
    case patch
    /// A valid token that S3 gives no meaning.
    case other(String)

    /// `token` must be a token.
    init(token: ArraySlice<UInt8>) {
        self =
            switch token.count {
            case 3 where token.elementsEqual("GET".utf8): .get
            case 3 where token.elementsEqual("PUT".utf8): .put
            case 4 where token.elementsEqual("HEAD".utf8): .head
            case 4 where token.elementsEqual("POST".utf8): .post
            case 6 where token.elementsEqual("DELETE".utf8): .delete
            case 7 where token.elementsEqual("OPTIONS".utf8): .options
            case 5 where token.elementsEqual("PATCH".utf8): .patch
            default: .other(String(decoding: token, as: UTF8.self))
            }
    }

    package var description: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .put: "PUT"
        case .post: "POST"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .other(let name): name
        }
    }
}
