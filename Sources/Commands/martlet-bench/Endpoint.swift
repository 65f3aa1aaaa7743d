import Posix

/// The server's address as the command line names it: `http://host[:port]`.
struct Endpoint: Equatable, Sendable, CustomStringConvertible {
    /// What the Host field says: host and port as they were written.
    let authority: String
    private let address: ListenAddress

    /// `nil` unless it is plain HTTP, with a host, and without a path.
    init?(_ text: String) {
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            !authority.contains(where: { "/?#@%".contains($0) })
        else { return nil }
        let hasPort = authority.last != "]" && authority.contains(":")
        // Whatever the reason, the caller says what an endpoint looks like.
        guard let address = try? ListenAddress(hasPort ? String(authority) : "\(authority):80"),
            !address.host.isEmpty, address.port > 0
        else { return nil }
        self.authority = String(authority)
        self.address = address
    }

    var description: String { "http://\(authority)" }

    /// Where to connect. Asks the resolver, so it may block.
    ///
    /// - Throws: ``BenchError/unknownHost(_:reason:)``; ``BenchError/notLoopback(_:)`` when any of the
    ///   name's addresses leads off this machine and `allowRemote` is false.
    func resolve(allowRemote: Bool) throws(BenchError) -> SocketAddress {
        let found: [SocketAddress]
        do {
            found = try address.resolve()
        } catch {
            switch error {
            case .unknownHost(let host, let reason): throw .unknownHost(host, reason: reason)
            case .malformed(let text), .badPort(let text):
                throw .unknownHost(text, reason: "not an address")
            }
        }
        guard allowRemote || found.allSatisfy(\.isLoopback) else { throw .notLoopback(description) }
        // A name such as localhost may have an address nobody listens on: IPv4 is the likelier one.
        guard let first = found.first(where: { !$0.isV6 }) ?? found.first else {
            throw .unknownHost(address.host, reason: "no address")
        }
        return first
    }
}
