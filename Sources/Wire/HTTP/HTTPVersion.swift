/// The versions that are spoken.
package enum HTTPVersion: Sendable, Equatable {
    /// One request a connection unless the client asks for more; no chunked bodies.
    case http10
    case http11
}
