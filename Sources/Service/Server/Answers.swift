internal import HTTP
internal import HTTPServer
internal import S3API
internal import S3Service

/// How answers look on the wire, whoever makes them.
struct Answers: Sendable {
    static let serverName = "Martlet"

    let hostID: String
    let region: String

    func head(_ status: Int, requestID: RequestID) -> ResponseHead {
        var head = ResponseHead(ResponseStatus(UInt16(status)))
        head.append(.server, Self.serverName)
        head.append("x-amz-request-id", requestID.description)
        head.append("x-amz-id-2", hostID)
        return head
    }

    func head(_ response: S3Response, requestID: RequestID) -> ResponseHead {
        head(response.status, response.headers, requestID: requestID)
    }

    func head(
        _ status: Int,
        _ headers: [(name: String, value: String)],
        requestID: RequestID
    ) -> ResponseHead {
        var head = head(status, requestID: requestID)
        for (name, value) in headers { head.append(name, value) }
        return head
    }

    /// Head and document of an error.
    func error(_ error: S3Error, resource: String, requestID: RequestID) -> (ResponseHead, [UInt8]) {
        var head = head(error.status, requestID: requestID)
        for field in error.headers { head.append(field.name, field.value) }
        if error.status == 503 { head.append(.retryAfter, "1") }
        guard !head.status.isBodyless else { return (head, []) }
        head.append(.contentType, "application/xml")
        return (
            head,
            error.xml(resource: resource, requestID: requestID.description, hostID: hostID, region: region)
        )
    }

    /// For a request that never reached a handler, or that it left unanswered.
    func rejection(_ rejection: HTTPRejection, requestID: RequestID) -> (ResponseHead, [UInt8]) {
        var (head, document) = error(S3Error(from: rejection), resource: "", requestID: requestID)
        head.status = rejection.status
        return (head, document)
    }
}

extension ResponseHead {
    /// A stored name that is no header field's cannot be answered and is left out.
    fileprivate mutating func append(_ name: String, _ value: String) {
        guard let field = HeaderName(validating: name) else { return }
        append(field, value)
    }
}

extension S3Error {
    /// In S3's words what the HTTP server refuses; the status stays the server's.
    init(from rejection: HTTPRejection) {
        switch rejection {
        case .malformedHead(let error):
            switch error.status {
            case .uriTooLong: self.init(.keyTooLong, "The request target is too long.")
            case .requestHeaderFieldsTooLarge: self.init(.requestHeaderSectionTooLarge)
            case .notImplemented: self.init(.notImplemented, "The transfer coding is not implemented.")
            case .httpVersionNotSupported: self.init(.invalidRequest, "The HTTP version is not supported.")
            default: self.init(.invalidRequest, "The request is not valid HTTP: \(error).")
            }
        case .headTooSlow, .bodyFailed(.tooSlow): self.init(.requestTimeout)
        case .tooManyConnections, .tooManyHeads: self.init(.slowDown)
        case .bodyFailed(let error): self.init(from: error)
        case .noAnswer: self.init(.internalError)
        }
    }
}
