package import HTTP

/// Why the server answers a request by itself, without or after its handler. The connection ends with it.
package enum HTTPRejection: Sendable, Equatable {
    case malformedHead(HTTPError)
    /// The head was not complete in time.
    case headTooSlow
    /// ``HTTPServerOptions/connectionsMax`` are open.
    case tooManyConnections
    /// ``HTTPServerOptions/unfinishedHeadsSizeMax`` are waiting for their ends.
    case tooManyHeads
    /// The handler returned without an answer after the body failed.
    case bodyFailed(RequestBodyError)
    /// The handler returned without an answer.
    case noAnswer

    package var status: ResponseStatus {
        switch self {
        case .malformedHead(let error): error.status
        case .headTooSlow: .requestTimeout
        case .tooManyConnections, .tooManyHeads: .serviceUnavailable
        case .bodyFailed(.tooSlow): .requestTimeout
        case .bodyFailed(.tooLarge): .contentTooLarge
        case .bodyFailed(.malformed), .bodyFailed(.disconnected): .badRequest
        case .bodyFailed(.cancelled): .serviceUnavailable
        case .noAnswer: .internalServerError
        }
    }
}

/// What a rejection looks like on the wire: its status belongs in the head, and Retry-After to 503.
package typealias RejectionAnswer = @Sendable (HTTPRejection) -> (ResponseHead, [UInt8])
