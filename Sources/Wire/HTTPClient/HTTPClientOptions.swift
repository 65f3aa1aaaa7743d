/// How one client asks.
package struct HTTPClientOptions: Sendable {
    /// From the call to the answer's last byte, time in the queue included.
    package var timeout = Duration.seconds(15)
    /// Name look-up, connection and TLS handshake together.
    package var connectTimeout = Duration.seconds(5)
    /// Of an answer's body, in bytes.
    package var bodySizeMax = 1 << 20
    /// Of an answer's head, interim answers included, in bytes.
    package var headSizeMax = 64 << 10
    /// A PEM file of authorities to trust beside the system's.
    package var authoritiesPath: String?
    /// The URL of a proxy that every request goes through. It looks up the names, so addresses are then not checked here.
    /// The environment's proxies are never used.
    package var proxy: String?
    /// Addresses of names that are not looked up: `name:port:address`, an IPv6 address in brackets. Policies hold for them
    /// as for any other.
    package var fixedAddresses: [String] = []
    /// Requests at a time.
    package var threadCount = 4
    /// Requests that may wait for a thread.
    package var waitingMax = 256

    package init() {}
}
