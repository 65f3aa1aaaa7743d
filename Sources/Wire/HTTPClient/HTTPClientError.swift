/// Why there is no answer. Neither headers, bodies, paths nor queries are in here.
package enum HTTPClientError: Error, Equatable, Sendable {
    // Nothing was sent.
    /// A header's name or value would not be one line. Its value is not shown.
    case malformedHeader(name: String)
    case originNotAllowed(WebOrigin)
    /// The origin's name stands for that address, at which it may not be asked.
    case addressNotAllowed(WebOrigin, address: String)
    /// Too many requests wait already.
    case busy
    case unresolvedName(WebOrigin)
    case connectionFailed(WebOrigin)
    /// - reason: OpenSSL's, such as that the certificate is nobody's.
    case tlsFailed(WebOrigin, reason: String)

    // Something may have been sent.
    case cancelled
    /// The whole time is over, whatever it was spent on.
    case timedOut(WebOrigin)
    case responseTooLarge(WebOrigin, sizeMax: Int)
    /// The connection broke, or what came is not HTTP.
    case transferFailed(WebOrigin, reason: String)

    /// libcurl does not work: an option is unknown to it, or there is no memory.
    case libraryFailed(reason: String)
}
