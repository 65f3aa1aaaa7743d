/// Why a response cannot be sent to its end. The connection is cut then; there is nothing left to answer.
package enum ResponseError: Error, Equatable, Sendable {
    /// The client is gone; the errno value.
    case disconnected(CInt)
    /// The client takes less than ``HTTPServerOptions/bodyRateMin``.
    case tooSlow
    /// The server is stopping, or the response was aborted.
    case cancelled
    /// The body ended before its declared size, or would have gone beyond it.
    case sizeMismatch(declared: Int64, written: Int64)
}
