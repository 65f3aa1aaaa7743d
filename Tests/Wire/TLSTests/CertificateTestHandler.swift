import Base
import HTTP
import HTTPServer
import TLS

/// Answers every request with an empty 200, and remembers whose it was.
struct CertificateTestHandler: ExchangeHandler {
    final class Seen: Sendable {
        private let certificates = Locked<[PeerCertificate?]>([])

        fileprivate func append(_ certificate: PeerCertificate?) {
            certificates.withLock { $0.append(certificate) }
        }

        /// Of the requests so far, in their order.
        func all() -> [PeerCertificate?] { certificates.withLock { $0 } }
    }

    let seen = Seen()

    func handle(_ exchange: Exchange) async {
        seen.append(exchange.clientCertificate())
        do {
            try await exchange.response.respond(ResponseHead(.ok), bytes: [])
        } catch {
            exchange.response.abort()
        }
    }
}
