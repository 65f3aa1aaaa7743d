package import HTTP
package import Posix
package import TLS

/// One request and its answer. Confined to the loop of its connection.
package final class Exchange {
    package let head: RequestHead
    package let body: RequestBody
    package let response: ResponseWriter
    private let connection: Connection

    init(_ head: RequestHead, on connection: Connection) {
        self.head = head
        self.connection = connection
        body = RequestBody(head, on: connection)
        response = ResponseWriter(head, body: body, on: connection)
    }

    /// The client, or the last proxy before the server.
    package var remote: SocketAddress { connection.remote }
    /// What the client connected to.
    package var local: SocketAddress { connection.local }
    package var isTLS: Bool { connection.isTLS }

    /// The certificate that the client showed for its connection, verified anew by every call: it costs as much as some
    /// signatures, and nothing where there is none.
    ///
    /// - Returns: `nil` over plain HTTP, where clients are not asked, and where this one showed none.
    package func clientCertificate() -> PeerCertificate? { connection.peerCertificate() }
}
