package import Posix

/// Whom a request may reach. The program asks for URLs that came from outside; this is what keeps it from being
/// sent to its own machine's services, or to those beside it.
///
/// A configured origin that is an address reaches that address and no other; `localhost` reaches loopback. Any other name
/// reaches what ``Reach`` says, asked of the address that is connected to, so that a name that changes its mind between
/// two look-ups gains nothing.
package struct OutboundPolicy: Sendable {
    package enum Reach: Sendable {
        case publicAddresses
        /// Those and ``AddressScope/privateNetwork``. Loopback and link-local addresses stay out of reach.
        case privateNetworks
    }

    private let origins: Set<WebOrigin>
    private let reach: Reach
    private let allowsOtherSecureNames: Bool

    /// - Parameters:
    ///   - origins: from the operator's configuration.
    ///   - reach: of the names among them.
    ///   - allowsOtherSecureNames: whether other names may be asked too, by `https`, on its own port, at public addresses.
    package init(
        origins: some Sequence<WebOrigin>,
        reach: Reach = .publicAddresses,
        allowsOtherSecureNames: Bool = false
    ) {
        self.origins = Set(origins)
        self.reach = reach
        self.allowsOtherSecureNames = allowsOtherSecureNames
    }

    /// Whether anything may be sent there at all; addresses are yet to be asked for.
    package func allows(_ origin: WebOrigin) -> Bool {
        if origins.contains(origin) { return true }
        guard allowsOtherSecureNames, case .name = origin.host, !origin.host.isLoopbackName else {
            return false
        }
        return origin.scheme == .https && origin.port == origin.scheme.defaultPort
    }

    /// Whether a connection to `address` may carry a request to `origin`.
    package func allows(_ address: SocketAddress.Host, for origin: WebOrigin) -> Bool {
        guard allows(origin) else { return false }
        let scope = AddressScope(address)
        switch origin.host {
        case .address(let named): return address == named && scope != .reserved
        case .name:
            if origin.host.isLoopbackName { return scope == .loopback }
            switch scope {
            case .global: return true
            case .privateNetwork: return origins.contains(origin) && reach == .privateNetworks
            case .loopback, .linkLocal, .reserved: return false
            }
        }
    }
}
