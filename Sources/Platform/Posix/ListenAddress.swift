import CLinux

/// Why a listen address cannot be used. The text is the setting as the operator wrote it.
package enum ListenAddressError: Error, Equatable {
    /// Not `host:port`, `:port`, `[v6]:port`.
    case malformed(String)
    /// The port is not a number from 0 to 65535.
    case badPort(String)
    /// The resolver does not know the name; its own words.
    case unknownHost(String, reason: String)
}

/// Where to listen, as an operator writes it: `:9000`, `127.0.0.1:9000`, `[::1]:9000`, `localhost:9000`.
package struct ListenAddress: Equatable, Sendable {
    /// Without brackets; empty means every address.
    package let host: String
    /// 0: the kernel chooses.
    package let port: UInt16

    package init(_ text: String) throws(ListenAddressError) {
        guard let colon = text.lastIndex(of: ":") else { throw .malformed(text) }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits)
        else {
            throw .badPort(text)
        }
        self.port = port
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { throw .malformed(text) }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") || host.contains("]") {
            throw .malformed(text)
        }
        self.host = String(host)
    }

    /// The addresses to bind. An empty host is `::`, which serves IPv4 too; a name may have several.
    /// Asks the resolver, so it may block: for start-up only.
    package func resolve() throws(ListenAddressError) -> [SocketAddress] {
        guard !host.isEmpty else { return [SocketAddress(host: .v6(high: 0, low: 0, scope: 0), port: port)] }
        var found = [clinux_address](repeating: clinux_address(), count: 16)
        let count = clinux_resolve(host, &found, CInt(found.count))
        guard count > 0 else {
            let reason = count == 0 ? "no IPv4 or IPv6 address" : String(cString: clinux_resolve_error(count))
            throw .unknownHost(host, reason: reason)
        }
        var addresses: [SocketAddress] = []
        for raw in found.prefix(Int(count)) {
            var address = SocketAddress(raw)
            address.port = port
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}
