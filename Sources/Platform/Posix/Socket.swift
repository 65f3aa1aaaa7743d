import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What one non-blocking attempt to move bytes came to.
package enum Transfer: Equatable, Sendable {
    /// So many bytes moved; more than 0.
    case moved(Int)
    /// Wait until the descriptor is readable, then try again. (A TLS write may have to read first.)
    case wantsRead
    /// Wait until the descriptor is writable, then try again.
    case wantsWrite
    /// The peer has ended its direction; never the answer to a send.
    case end
    /// The connection is broken.
    case failed(Errno)
}

/// A connected, non-blocking TCP socket.
package struct Socket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Borrowed, for registering.
    package var number: CInt { descriptor.number }

    /// Begins to connect; the socket is writable once it is connected or failed, see ``pendingError()``.
    package static func connecting(to address: SocketAddress) throws(Errno) -> Socket {
        let descriptor = Descriptor(owning: try check("socket") { clinux_tcp_socket(address.isV6 ? 1 : 0) })
        _ = try check("setsockopt") { clinux_set_no_delay(descriptor.number) }
        var raw = address.raw
        do {
            _ = try check("connect") { clinux_connect(descriptor.number, &raw) }
        } catch {
            guard error.code == EINPROGRESS else { throw error }
        }
        return Socket(descriptor)
    }

    /// What an asynchronous step, such as connecting, failed with; `nil` when it did not.
    package func pendingError() throws(Errno) -> Errno? {
        let code = try check("getsockopt") { clinux_socket_error(number) }
        return code == 0 ? nil : Errno(code: code, call: "connect")
    }

    /// Fills at most `buffer.count` bytes, which must not be 0.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        precondition(!buffer.isEmpty)
        do {
            let count = try check("recv") { clinux_receive(number, buffer.baseAddress, buffer.count) }
            return count == 0 ? .end : .moved(count)
        } catch {
            return error.isWouldBlock ? .wantsRead : .failed(error)
        }
    }

    /// Sends a prefix of `first` followed by `second` in one call; never raises SIGPIPE.
    package func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
        precondition(first.count + second.count > 0)
        do {
            let count = try check("sendmsg") {
                clinux_send(number, first.baseAddress, first.count, second.baseAddress, second.count)
            }
            return .moved(count)
        } catch {
            return error.isWouldBlock ? .wantsWrite : .failed(error)
        }
    }

    /// Tells the peer that nothing more will be sent; its bytes can still be received.
    package func endSending() {
        // The only failures are a connection that is gone and our own wrong descriptor.
        _ = shutdown(number, CInt(SHUT_WR))
    }

    /// Ends both directions now. The descriptor stays open until the value goes away.
    package func cut() {
        // As above.
        _ = shutdown(number, CInt(SHUT_RDWR))
    }

    /// Makes the coming close a reset, so that the peer cannot take the end for a regular one.
    package func resetOnClose() {
        // Failing that, the peer sees an early end instead of a reset.
        _ = clinux_set_linger_zero(number)
    }

    /// The address the peer connected to.
    package func localAddress() throws(Errno) -> SocketAddress {
        var raw = clinux_address()
        _ = try check("getsockname") { clinux_local_address(number, &raw) }
        return SocketAddress(raw)
    }
}
