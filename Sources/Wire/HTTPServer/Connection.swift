import EventLoop
import HTTP
import Posix
import TLS

/// Why a connection can no longer be read or written.
enum ConnectionEnd: Error {
    case timedOut
    case interrupted
    case failed(Errno)
    /// The loop holds as many unfinished heads as it may.
    case noRoomForHead
}

/// One client's socket: waiting, receiving, sending. Knows no request.
///
/// Confined to its loop's thread; `@unchecked Sendable` so that its task may capture it.
final class Connection: @unchecked Sendable {
    let context: LoopContext
    let remote: SocketAddress
    let readiness: Readiness
    var keepAlive = KeepAliveState()
    /// Received, but not yet asked for: the beginning of a body, or further requests.
    private(set) var surplus: [UInt8] = []
    private var transport: Transport?

    /// Takes ownership of `socket`.
    init(
        _ socket: consuming Socket,
        _ session: TLSSession?,
        remote: SocketAddress,
        in context: LoopContext
    ) throws(Errno) {
        self.context = context
        self.remote = remote
        readiness = try Readiness(socket.number, on: context.loop)
        transport = Transport(socket, session)
    }

    var isTLS: Bool { transport?.isTLS ?? false }

    /// `nil` also once the socket is gone.
    func peerCertificate() -> PeerCertificate? { transport?.peerCertificate() }

    /// The machine's end of the connection; the wildcard once the socket is gone.
    var local: SocketAddress {
        // The call fails only on a socket that is closed, and then nobody is left to care.
        (try? transport?.localAddress()) ?? SocketAddress(host: .v4(0, 0, 0, 0), port: 0)
    }

    /// Closes the socket. Everything after this ends with ``ConnectionEnd/interrupted``.
    func close() {
        readiness.close()
        transport = nil
        surplus = []
    }

    /// Ends every wait now; the socket is reset when it is closed, so that no answer looks complete.
    func cut() {
        transport?.resetOnClose()
        readiness.interrupt()
    }

    /// The server stops: no further request, and if none is running the end.
    func drain() {
        guard keepAlive.drain() == .close else { return }
        readiness.interrupt()
    }

    func endSending() { transport?.endSending() }

    /// Makes the connection fit for bytes; at once without TLS.
    func handshake(until deadline: MonotonicTime) async throws(ConnectionEnd) {
        var patience = Patience.until(deadline)
        while let transfer = transport?.handshake() {
            switch transfer {
            case .wantsRead: readiness.clearReadable()
            case .wantsWrite: readiness.clearWritable()
            case .end: throw .failed(.protocolError(call: "SSL_accept"))
            case .moved, .failed: break
            }
            try await wait(after: transfer, &patience)
        }
    }

    // MARK: receiving

    /// One attempt. Keeps the readiness flags as they have to be before a wait.
    private func attemptReceive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        guard let transport, !readiness.isInterrupted else { return .wantsRead }
        guard readiness.isReadable || !transport.isToldByReadiness else { return .wantsRead }
        let transfer = transport.receive(into: buffer)
        switch transfer {
        case .moved(let count):
            let isDrained = transport.isToldByReadiness && count < buffer.count
            // The end of the peer's direction was told already and will not be told again.
            if isDrained, !readiness.isPeerClosed { readiness.clearReadable() }
        case .wantsRead: readiness.clearReadable()
        case .wantsWrite: readiness.clearWritable()
        case .end, .failed: break
        }
        return transfer
    }

    /// Receives straight into the caller's memory.
    ///
    /// - Returns: how many bytes came; 0 is the end of the peer's direction.
    func receive(
        into buffer: UnsafeMutableRawBufferPointer,
        _ patience: inout Patience
    ) async throws(ConnectionEnd) -> Int {
        while true {
            let transfer = attemptReceive(into: buffer)
            if case .moved(let count) = transfer {
                patience.move(count)
                return count
            }
            if case .end = transfer { return 0 }
            try await wait(after: transfer, &patience)
        }
    }

    /// Receives into ``surplus``, which must be empty.
    ///
    /// - Returns: whether bytes came; `false` is the end of the peer's direction.
    func receiveSurplus(_ patience: inout Patience) async throws(ConnectionEnd) -> Bool {
        while true {
            let transfer = attemptReceive(into: context.keptScratch)
            if case .moved(let count) = transfer {
                patience.move(count)
                surplus = Array(context.scratch[..<count])
                return true
            }
            if case .end = transfer { return false }
            try await wait(after: transfer, &patience)
        }
    }

    /// Reads and drops everything until the peer ends its direction or patience is over.
    func discardAll(until deadline: MonotonicTime) async throws(ConnectionEnd) {
        surplus = []
        var patience = Patience.until(deadline)
        while MonotonicTime.now < deadline {
            let transfer = attemptReceive(into: context.scratch)
            switch transfer {
            case .moved: continue
            case .end: return
            case .wantsRead, .wantsWrite, .failed: try await wait(after: transfer, &patience)
            }
        }
    }

    /// Reads the next head: from ``surplus``, then from the socket. Keeps what follows it as surplus.
    ///
    /// - Parameters:
    ///   - idleDeadline: until when its first byte has to come.
    ///   - timeout: from the first byte to the last.
    /// - Returns: the head or why it is refused; `nil` at the end of the peer's direction.
    func receiveHead(
        _ parser: inout RequestHeadParser,
        idleDeadline: MonotonicTime,
        timeout: Duration
    ) async throws(ConnectionEnd) -> Result<RequestHead, HTTPError>? {
        if !surplus.isEmpty {
            let bytes = surplus
            surplus = []
            if let answer = bytes.withUnsafeBytes({ take($0, &parser) }) { return answer }
        }
        var patience = Patience.until(parser.hasBegun ? MonotonicTime.now + timeout : idleDeadline)
        while true {
            let transfer = attemptReceive(into: context.keptScratch)
            switch transfer {
            case .moved(let count):
                let hadBegun = parser.hasBegun
                let received = UnsafeRawBufferPointer(rebasing: context.scratch[..<count])
                if let answer = take(received, &parser) { return answer }
                if !hadBegun { patience = .until(MonotonicTime.now + timeout) }
            case .end: return nil
            case .wantsRead, .wantsWrite, .failed:
                let heldSize = parser.heldSize
                guard context.holdHead(heldSize) else { throw .noRoomForHead }
                defer { context.releaseHead(heldSize) }
                try await wait(after: transfer, &patience)
            }
        }
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer,
        _ parser: inout RequestHeadParser
    ) -> Result<RequestHead, HTTPError>? {
        do throws(HTTPError) {
            switch try parser.parse(bytes) {
            case .incomplete: return nil
            case .complete(let head, let consumed):
                if consumed < bytes.count { surplus = Array(bytes[consumed...]) }
                return .success(head)
            }
        } catch {
            return .failure(error)
        }
    }

    /// Moves surplus bytes into `buffer`.
    func takeSurplus(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(surplus.count, buffer.count)
        guard count > 0 else { return 0 }
        surplus.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        dropSurplus(count)
        return count
    }

    func dropSurplus(_ count: Int) {
        if count == surplus.count { surplus = [] } else { surplus.removeFirst(count) }
    }

    // MARK: sending

    /// Sends all of `first`, then all of `second`; suspends while the socket is full.
    func send(
        _ first: [UInt8],
        _ second: UnsafeRawBufferPointer,
        _ patience: inout Patience
    ) async throws(ConnectionEnd) {
        var sent = 0
        let size = first.count + second.count
        while sent < size {
            let transfer = attemptSend(first, second, from: sent)
            if case .moved(let count) = transfer {
                sent += count
                patience.move(count)
            } else {
                try await wait(after: transfer, &patience)
            }
        }
    }

    private func attemptSend(_ first: [UInt8], _ second: UnsafeRawBufferPointer, from sent: Int) -> Transfer {
        guard let transport, !readiness.isInterrupted else { return .wantsWrite }
        guard readiness.isWritable || !transport.isToldByReadiness else { return .wantsWrite }
        let transfer = first.withUnsafeBytes { first in
            let rest = UnsafeRawBufferPointer(rebasing: first[min(sent, first.count)...])
            return transport.send(
                rest,
                UnsafeRawBufferPointer(rebasing: second[max(sent - first.count, 0)...])
            )
        }
        switch transfer {
        case .wantsWrite: readiness.clearWritable()
        case .wantsRead: readiness.clearReadable()
        case .moved, .end, .failed: break
        }
        return transfer
    }

    // MARK: waiting

    /// Waits for what `transfer` asks for.
    private func wait(after transfer: Transfer, _ patience: inout Patience) async throws(ConnectionEnd) {
        let start = MonotonicTime.now
        let deadline = patience.deadline(from: start)
        let wakeup: Wakeup
        switch transfer {
        case .wantsRead: wakeup = await readiness.readable(until: deadline)
        case .wantsWrite: wakeup = await readiness.writable(until: deadline)
        case .failed(let error): throw .failed(error)
        case .moved, .end: preconditionFailure("there is nothing to wait for")
        }
        guard wakeup != .interrupted else { throw .interrupted }
        guard patience.wait(from: start, to: .now) else { throw .timedOut }
    }
}
