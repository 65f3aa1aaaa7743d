package import HTTP

/// Why a request's body cannot be read to its end. The connection closes after the answer.
package enum RequestBodyError: Error, Equatable, Sendable {
    /// The client ended or lost the connection after so many bytes of the body.
    case disconnected(received: Int64)
    /// The chunked framing is broken.
    case malformed(HTTPError)
    /// Slower than ``HTTPServerOptions/bodyRateMin``.
    case tooSlow(received: Int64)
    /// Larger than ``RequestBody/sizeMax``.
    case tooLarge(sizeMax: Int64)
    /// The server is stopping, the response was aborted, or the task was cancelled.
    case cancelled
}
