import EventLoop
package import HTTP

/// A request's body, pulled: what is not read stays in the socket, and the client has to wait.
///
/// Confined to the loop of its connection; one read at a time; over when the handler returns.
package final class RequestBody {
    /// Bytes the client says it sends, 0 without a body; `nil` when it is chunked.
    package let declaredSize: Int64?
    /// All of the body, with its trailers, has been read.
    package private(set) var isFinished: Bool
    /// Bytes handed out so far.
    package private(set) var received: Int64 = 0
    /// More than this ends in ``RequestBodyError/tooLarge(sizeMax:)``; a declared size is refused before
    /// its first byte is asked for. `nil` is no bound.
    package var sizeMax: Int64?
    /// A chunked body's trailer fields; empty until ``isFinished``.
    package private(set) var trailers = FieldSection.empty

    private let connection: Connection
    /// Bytes still to come of a sized body.
    private var remaining: Int64
    /// The framing of a chunked one.
    private var decoder: ChunkedDecoder?
    private var patience: Patience
    private(set) var failure: RequestBodyError?
    private var awaitsContinue: Bool
    private var isOver = false
    /// A final answer has begun, after which an interim one would be taken for its body.
    var isAnswered = false

    init(_ head: RequestHead, on connection: Connection) {
        self.connection = connection
        let options = connection.context.options
        patience = .rate(RateWindow(bytesPerSecondMin: options.bodyRateMin, grace: options.bodyRateGrace))
        switch head.bodyLength {
        case .none: declaredSize = 0
        case .sized(let size): declaredSize = size
        case .chunked:
            declaredSize = nil
            decoder = ChunkedDecoder()
        }
        remaining = declaredSize ?? 0
        isFinished = declaredSize == 0
        // Bytes that came along show that the client did not wait. One that announces an empty body may wait all the
        // same, and botocore takes the answer to its next request for broken if this one has no `100 Continue`.
        awaitsContinue = head.expectsContinue && (isFinished || connection.surplus.isEmpty)
    }

    /// Reads at most `buffer.count` bytes, which must not be 0, into the caller's memory, which must stay
    /// valid until the return.
    ///
    /// The first read sends `100 Continue` to a client that waits for it. Suspends until there is a byte.
    /// - Returns: how many bytes were read; 0 is the end, after which every read returns 0.
    /// - Throws: ``RequestBodyError``; later reads throw the same.
    package func read(into buffer: UnsafeMutableRawBufferPointer) async throws(RequestBodyError) -> Int {
        precondition(!buffer.isEmpty && !isOver)
        if let failure { throw failure }
        do {
            if isFinished {
                try await sendContinue()
                return 0
            }
            return try await readSome(into: buffer)
        } catch {
            failure = error
            throw error
        }
    }

    private func readSome(into buffer: UnsafeMutableRawBufferPointer) async throws(RequestBodyError) -> Int {
        guard !Task.isCancelled else { throw .cancelled }
        if let sizeMax, declaredSize ?? 0 > sizeMax { throw .tooLarge(sizeMax: sizeMax) }
        try await sendContinue()
        let count = decoder == nil ? try await readSized(into: buffer) : try await readChunked(into: buffer)
        if let sizeMax, received > sizeMax { throw .tooLarge(sizeMax: sizeMax) }
        return count
    }

    private func readSized(into buffer: UnsafeMutableRawBufferPointer) async throws(RequestBodyError) -> Int {
        let count = try await receive(into: buffer, atMost: remaining)
        remaining -= Int64(count)
        isFinished = remaining == 0
        return count
    }

    private func readChunked(into buffer: UnsafeMutableRawBufferPointer) async throws(RequestBodyError) -> Int
    {
        while true {
            let available = try parseFraming()
            if isFinished { return 0 }
            if available > 0 {
                let count = try await receive(into: buffer, atMost: available)
                decoder?.tookData(count)
                return count
            }
            var patience = patience
            defer { self.patience = patience }
            var hasMore = false
            do {
                hasMore = try await connection.receiveSurplus(&patience)
            } catch {
                throw bodyError(error)
            }
            guard hasMore else { throw .disconnected(received: received) }
        }
    }

    /// Takes framing from the surplus.
    ///
    /// - Returns: how many bytes of a chunk may be taken; 0 when more framing has to come.
    private func parseFraming() throws(RequestBodyError) -> Int64 {
        guard var decoder else { preconditionFailure("only a chunked body has framing") }
        let result = connection.surplus.withUnsafeBytes { bytes -> Result<Int, HTTPError> in
            do throws(HTTPError) { return .success(try decoder.parseFraming(bytes)) } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let count): connection.dropSurplus(count)
        case .failure(let error): throw .malformed(error)
        }
        self.decoder = decoder
        if decoder.isAtEnd {
            trailers = decoder.trailers
            isFinished = true
        }
        return decoder.dataRemaining
    }

    /// At least one byte of the body: surplus first, then straight from the socket.
    private func receive(
        into buffer: UnsafeMutableRawBufferPointer,
        atMost limit: Int64
    ) async throws(RequestBodyError) -> Int {
        let window = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(buffer.count), limit))])
        var count = connection.takeSurplus(into: window)
        if count == 0 {
            var patience = patience
            defer { self.patience = patience }
            do {
                count = try await connection.receive(into: window, &patience)
            } catch {
                throw bodyError(error)
            }
            guard count > 0 else { throw .disconnected(received: received) }
        }
        received += Int64(count)
        return count
    }

    private func sendContinue() async throws(RequestBodyError) {
        guard awaitsContinue, !isAnswered else { return }
        awaitsContinue = false
        var patience = patience
        do {
            try await connection.send(
                Self.continueHead,
                UnsafeRawBufferPointer(start: nil, count: 0),
                &patience
            )
        } catch {
            throw bodyError(error)
        }
    }

    private static let continueHead = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    private func bodyError(_ end: ConnectionEnd) -> RequestBodyError {
        switch end {
        case .timedOut: .tooSlow(received: received)
        case .interrupted: .cancelled
        case .failed: .disconnected(received: received)
        case .noRoomForHead: preconditionFailure("the head is complete")
        }
    }

    // MARK: for the connection

    /// The body is over: the handler has returned.
    func end() { isOver = true }

    /// Whether so little is left, as far as is known, that reading it is cheaper than a new connection.
    /// A client that was never told to continue may not send it at all, or not know what comes next.
    var isDrainable: Bool {
        if awaitsContinue { return false }
        if isFinished { return true }
        return failure == nil && remaining <= connection.context.options.drainSizeMax
    }

    /// Reads and drops the rest.
    ///
    /// - Returns: whether the next request can be read.
    func drain() async -> Bool {
        guard isDrainable else { return false }
        let options = connection.context.options
        patience = .until(MonotonicTime.now + options.drainTimeout)
        sizeMax = nil
        let limit = received + options.drainSizeMax
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { scratch.deallocate() }
        do {
            while !isFinished, received <= limit { _ = try await readSome(into: scratch) }
        } catch {
            failure = error
        }
        return isFinished
    }
}
