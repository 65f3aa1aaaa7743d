import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A non-blocking TCP socket that accepts. What it accepts has TCP_NODELAY and SO_KEEPALIVE set.
package struct ListeningSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - sharesPort: several sockets of this process may bind the same address (SO_REUSEPORT), and the
    ///     kernel spreads the connections. A foreign process of the same user could join as well, so look
    ///     first with ``probe(_:)``.
    ///   - sendBufferSize, receiveBufferSize: bytes; `nil` leaves them to the kernel.
    /// - Throws: ``Errno``; see ``Errno/isAddressInUse`` and ``Errno/isAddressUnavailable``.
    package init(
        _ address: SocketAddress,
        sharesPort: Bool,
        sendBufferSize: Int? = nil,
        receiveBufferSize: Int? = nil
    ) throws(Errno) {
        let descriptor = try Self.bound(address, sharesPort: sharesPort)
        _ = try check("setsockopt") { clinux_set_no_delay(descriptor.number) }
        _ = try check("setsockopt") { clinux_set_keep_alive(descriptor.number) }
        if let sendBufferSize {
            _ = try check("setsockopt") {
                clinux_set_send_buffer(descriptor.number, CInt(clamping: sendBufferSize))
            }
        }
        if let receiveBufferSize {
            _ = try check("setsockopt") {
                clinux_set_receive_buffer(descriptor.number, CInt(clamping: receiveBufferSize))
            }
        }
        _ = try check("listen") { listen(descriptor.number, 4096) }
        self.descriptor = descriptor
    }

    /// Whether the address can be bound with nobody else listening there.
    ///
    /// - Throws: ``Errno`` with the reason when it cannot.
    package static func probe(_ address: SocketAddress) throws(Errno) {
        let descriptor = try bound(address, sharesPort: false)
        _ = try check("listen") { listen(descriptor.number, 1) }
    }

    private static func bound(_ address: SocketAddress, sharesPort: Bool) throws(Errno) -> Descriptor {
        let descriptor = Descriptor(owning: try check("socket") { clinux_tcp_socket(address.isV6 ? 1 : 0) })
        _ = try check("setsockopt") { clinux_set_reuse_address(descriptor.number) }
        if sharesPort { _ = try check("setsockopt") { clinux_set_reuse_port(descriptor.number) } }
        if address.isV6 {
            // The wildcard serves IPv4 too; any other IPv6 address only itself.
            let isOnlyV6: CInt = address.isWildcard ? 0 : 1
            _ = try check("setsockopt") { clinux_set_v6_only(descriptor.number, isOnlyV6) }
        }
        var raw = address.raw
        _ = try check("bind") { clinux_bind(descriptor.number, &raw) }
        return descriptor
    }

    /// Borrowed, for registering.
    package var number: CInt { descriptor.number }

    /// Where it listens, with the port the kernel chose.
    package func localAddress() throws(Errno) -> SocketAddress {
        var raw = clinux_address()
        _ = try check("getsockname") { clinux_local_address(number, &raw) }
        return SocketAddress(raw)
    }

    /// The next connection.
    ///
    /// - Returns: the socket's descriptor, non-blocking, which the caller owns, and its peer; `nil` when
    ///   none waits. A connection that died while it waited is skipped.
    package func accept() throws(Errno) -> (descriptor: CInt, peer: SocketAddress)? {
        while true {
            var raw = clinux_address()
            do {
                let accepted = try check("accept4") { clinux_accept(number, &raw) }
                return (accepted, SocketAddress(raw))
            } catch {
                if error.isWouldBlock { return nil }
                guard isAboutTheConnection(error.code) else { throw error }
            }
        }
    }
}

/// accept(2) hands on network errors of the connection it would have returned; the next may be fine.
private func isAboutTheConnection(_ code: CInt) -> Bool {
    switch code {
    case ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH, EPERM:
        true
    default: false
    }
}
