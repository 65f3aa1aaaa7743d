package import HTTP

/// The limits of a server. Every wait for a client has one.
package struct HTTPServerOptions: Sendable {
    package var headLimits = HeadLimits()
    /// Open connections over all loops; one more is answered 503 and closed.
    package var connectionsMax = 16_384
    /// Bytes of heads that are not complete yet, over all connections of one loop; a head beyond is answered
    /// 503. Large heads that never end cannot fill the memory.
    package var unfinishedHeadsSizeMax = 4 * 1024 * 1024
    /// Between two requests of a connection.
    package var idleTimeout = Duration.seconds(60)
    /// From a head's first byte to its last, and from a connection's begin to its first head's end.
    package var headTimeout = Duration.seconds(15)
    /// Bytes a second that a client must send, or take, while the server waits for it. The time in which
    /// the server itself is busy or slow does not count.
    package var bodyRateMin = 1024
    /// How long a client may be slower than that, and how often it is looked at.
    package var bodyRateGrace = Duration.seconds(20)
    /// A body left unread by an early answer is read and dropped up to this size, in bytes, to keep the
    /// connection; a larger one ends it.
    package var drainSizeMax: Int64 = 64 * 1024
    /// How long that may take.
    package var drainTimeout = Duration.seconds(1)
    /// How long a closing connection is read after the last answer, so that the client can take it in
    /// before a reset for its unread bytes would discard it.
    package var lingerTimeout = Duration.seconds(2)
    /// SO_SNDBUF and SO_RCVBUF in bytes; `nil` leaves them to the kernel's tuning.
    package var sendBufferSize: Int?
    package var receiveBufferSize: Int?

    package init() {}
}
