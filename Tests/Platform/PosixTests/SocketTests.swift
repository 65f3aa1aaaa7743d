import Posix
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct SocketTests {
    /// Waits until `number` is readable or writable.
    private func wait(_ number: CInt, _ interest: Epoll.Interest) throws {
        var epoll = try Epoll()
        try epoll.add(number, interest, token: 1)
        try #require(try epoll.wait(timeout: .seconds(5)) { _ in } == 1)
    }

    private func accepted(from listener: borrowing ListeningSocket) throws -> (CInt, SocketAddress) {
        let waiting = try listener.accept()
        return try #require(waiting)
    }

    @Test func bytesTravelBetweenAConnectedPair() throws {
        let listener = try ListeningSocket(.loopback(port: 0), sharesPort: false)
        #expect(try listener.accept() == nil)
        let address = try listener.localAddress()
        #expect(address.port != 0)
        let client = try Socket.connecting(to: address)
        try wait(listener.number, .readable)
        let (descriptor, peer) = try accepted(from: listener)
        let server = Socket(Descriptor(owning: descriptor))
        try wait(client.number, .writable)
        #expect(try client.pendingError() == nil)
        #expect(try client.localAddress() == peer)
        #expect(try server.localAddress() == address)

        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { buffer.deallocate() }
        #expect(server.receive(into: buffer) == .wantsRead)
        let (first, second): ([UInt8], [UInt8]) = ([1, 2], [3])
        let sent = first.withUnsafeBytes { first in second.withUnsafeBytes { client.send(first, $0) } }
        #expect(sent == .moved(3))
        try wait(server.number, .readable)
        #expect(server.receive(into: buffer) == .moved(3))
        #expect(Array(buffer[..<3]) == [1, 2, 3])

        client.endSending()
        try wait(server.number, .peerClosed)
        #expect(server.receive(into: buffer) == .end)
    }

    @Test func aMappedAddressBecomesVersion4() throws {
        let listener = try ListeningSocket(
            SocketAddress(host: .v6(high: 0, low: 0, scope: 0), port: 0),
            sharesPort: false
        )
        let port = try listener.localAddress().port
        let client = try Socket.connecting(to: .loopback(port: port))
        try wait(listener.number, .readable)
        let (descriptor, peer) = try accepted(from: listener)
        _ = Descriptor(owning: descriptor)
        #expect(peer == (try client.localAddress()))
        #expect(peer.hostText == "127.0.0.1")
    }

    @Test func aSocketThatIsFullWantsToWait() throws {
        let listener = try ListeningSocket(.loopback(port: 0), sharesPort: false)
        let client = try Socket.connecting(to: try listener.localAddress())
        try wait(client.number, .writable)
        let block = [UInt8](repeating: 0, count: 1 << 20)
        var last = Transfer.moved(0)
        for _ in 0..<1000 {
            last = block.withUnsafeBytes { client.send($0, UnsafeRawBufferPointer(start: nil, count: 0)) }
            guard case .moved = last else { break }
        }
        #expect(last == .wantsWrite)
    }

    @Test func aPortInUseIsRefusedUnlessBothShareIt() throws {
        let first = try ListeningSocket(.loopback(port: 0), sharesPort: true)
        let address = try first.localAddress()
        let error = #expect(throws: Errno.self) { try ListeningSocket.probe(address) }
        #expect(error?.isAddressInUse == true)
        _ = try ListeningSocket(address, sharesPort: true)
    }

    @Test func aRefusedConnectionIsReported() throws {
        let address: SocketAddress
        do {
            let listener = try ListeningSocket(.loopback(port: 0), sharesPort: false)
            address = try listener.localAddress()
        }
        let client = try Socket.connecting(to: address)
        try wait(client.number, .writable)
        #expect(try client.pendingError()?.code == ECONNREFUSED)
    }
}
