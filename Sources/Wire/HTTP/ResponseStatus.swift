/// A status code from 200 to 599. Open: any code may be answered.
package struct ResponseStatus: Sendable, Hashable {
    package let code: UInt16

    /// Traps outside of 200...599: interim answers are the server's own.
    package init(_ code: UInt16) {
        precondition((200...599).contains(code))
        self.code = code
    }

    package static let ok = Self(200)
    package static let created = Self(201)
    package static let accepted = Self(202)
    package static let noContent = Self(204)
    package static let partialContent = Self(206)
    package static let movedPermanently = Self(301)
    package static let found = Self(302)
    package static let seeOther = Self(303)
    package static let notModified = Self(304)
    package static let temporaryRedirect = Self(307)
    package static let badRequest = Self(400)
    package static let unauthorized = Self(401)
    package static let forbidden = Self(403)
    package static let notFound = Self(404)
    package static let methodNotAllowed = Self(405)
    package static let notAcceptable = Self(406)
    package static let requestTimeout = Self(408)
    package static let conflict = Self(409)
    package static let gone = Self(410)
    package static let lengthRequired = Self(411)
    package static let preconditionFailed = Self(412)
    package static let contentTooLarge = Self(413)
    package static let uriTooLong = Self(414)
    package static let unsupportedMediaType = Self(415)
    package static let rangeNotSatisfiable = Self(416)
    package static let tooManyRequests = Self(429)
    package static let requestHeaderFieldsTooLarge = Self(431)
    package static let internalServerError = Self(500)
    package static let notImplemented = Self(501)
    package static let badGateway = Self(502)
    package static let serviceUnavailable = Self(503)
    package static let gatewayTimeout = Self(504)
    package static let httpVersionNotSupported = Self(505)
    package static let insufficientStorage = Self(507)

    /// Answers with these never have a body (RFC 9110 §6.4.1).
    package var isBodyless: Bool { code == 204 || code == 304 }

    /// For the status line; clients go by the code.
    package var reason: StaticString {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}
