package import EventLoop
import HTTP
package import Posix
package import TLS

/// What an operator should hear of.
package enum HTTPServerEvent: Sendable, Equatable {
    /// New connections wait until descriptors or memory are free again.
    case acceptPaused(Errno)
    /// A connection ended before it began, for want of memory or certificates.
    case connectionDropped(String)
    /// ``HTTPServerOptions/connectionsMax`` are open; one more was turned away.
    case connectionRefused
}

package enum HTTPServerError: Error, Equatable, Sendable {
    /// The address cannot be listened on.
    case cannotListen(SocketAddress, Errno)
    /// The address setting means nothing here.
    case badAddress(ListenAddressError)
}

/// An HTTP/1.1 server on the loops of a group.
///
/// Each loop listens for itself (SO_REUSEPORT) and keeps the connections it accepts; a connection is one task
/// of its loop, which answers one request after the other.
package final class HTTPServer<Handler: ExchangeHandler>: Sendable {
    private let options: HTTPServerOptions
    private let servers: [LoopServer<Handler>]
    private let count: ConnectionCount

    /// - Parameters:
    ///   - certificates: every connection is TLS with them; `nil` for plain HTTP.
    ///   - rejection: the answer to a request that never reached the handler, or that it left unanswered.
    ///   - report: called on a loop's thread, so it must not block.
    package init(
        _ handler: Handler,
        on group: EventLoopGroup,
        options: HTTPServerOptions = HTTPServerOptions(),
        certificates: TLSCertificates? = nil,
        rejection: @escaping RejectionAnswer,
        report: @escaping @Sendable (HTTPServerEvent) -> Void = { _ in }
    ) {
        self.options = options
        let count = ConnectionCount(max: options.connectionsMax)
        self.count = count
        servers = group.loops.map { loop in
            LoopServer(
                handler,
                in: LoopContext(loop, options, certificates, rejection),
                count: count,
                report: report
            )
        }
    }

    /// Connections open now, over all loops.
    package var connectionCount: Int { count.present }

    /// Listens on every address that `addresses` mean. May be called again for more.
    ///
    /// - Returns: where it listens, with the ports the kernel chose for port 0.
    /// - Throws: ``HTTPServerError`` for the first address that fails; none of them is listened on then. A port that
    ///   another process listens on is refused, even one that would share it.
    package func start(on addresses: [ListenAddress]) async throws(HTTPServerError) -> [SocketAddress] {
        var bound: [SocketAddress] = []
        var listeners = [[Listener]](repeating: [], count: servers.count)
        for address in addresses {
            for candidate in try Self.resolve(address) {
                bound.append(try listen(candidate, &listeners))
            }
        }
        for (server, own) in zip(servers, listeners) {
            let result = await Task(executorPreference: server.loop) { () -> Result<Void, Errno> in
                do throws(Errno) { return .success(try server.begin(own)) } catch { return .failure(error) }
            }.value
            if case .failure(let error) = result {
                await stop(within: .zero)
                throw .cannotListen(bound[0], error)
            }
        }
        return bound
    }

    /// Stops accepting, closes idle connections, lets running exchanges finish, and cuts what is left then.
    ///
    /// A handler that does not return after its connection was cut is left behind after another second.
    /// - Returns: how many connections were cut.
    @discardableResult
    package func stop(within limit: Duration) async -> Int {
        let deadline = MonotonicTime.now + limit
        let tasks = servers.map { server in
            Task(executorPreference: server.loop) { await server.stop(until: deadline) }
        }
        var cutCount = 0
        for task in tasks { cutCount += await task.value }
        return cutCount
    }

    private static func resolve(_ address: ListenAddress) throws(HTTPServerError) -> [SocketAddress] {
        do {
            return try address.resolve()
        } catch {
            throw .badAddress(error)
        }
    }

    /// One socket a loop on the same address.
    private func listen(
        _ address: SocketAddress,
        _ listeners: inout [[Listener]]
    ) throws(HTTPServerError) -> SocketAddress {
        var address = address
        do throws(Errno) {
            do throws(Errno) {
                try ListeningSocket.probe(address)
            } catch {
                // A machine without IPv6 still has every IPv4 address.
                guard error.isAddressUnavailable, address.isV6, address.isWildcard else { throw error }
                address = SocketAddress(host: .v4(0, 0, 0, 0), port: address.port)
                try ListeningSocket.probe(address)
            }
            for index in servers.indices {
                let socket = try ListeningSocket(
                    address,
                    sharesPort: true,
                    sendBufferSize: options.sendBufferSize,
                    receiveBufferSize: options.receiveBufferSize
                )
                // The first one's port becomes everybody's.
                address = try socket.localAddress()
                listeners[index].append(Listener(socket))
            }
        } catch {
            throw .cannotListen(address, error)
        }
        return address
    }
}
