package import HTTP
import Posix

/// The answer to one request: a head, then its body, pushed; a full socket suspends the caller.
///
///     send ──▶ write* ──▶ finish
///     respond                          abort from anywhere
///
/// Confined to the loop of its connection; one call at a time; over when the handler returns.
package final class ResponseWriter {
    private enum State {
        case waiting
        case streaming
        case finished
        case failed(ResponseError)
    }

    private let request: RequestHead
    private let body: RequestBody
    private let connection: Connection
    private var state = State.waiting
    private var framing = BodyFraming.empty
    /// The head, or a chunk's frame, on its way with the next bytes.
    private var pending: [UInt8] = []
    private var patience: Patience
    private var hasBody = false
    private(set) var isKeepAlive = false

    init(_ request: RequestHead, body: RequestBody, on connection: Connection) {
        self.request = request
        self.body = body
        self.connection = connection
        let options = connection.context.options
        patience = .rate(RateWindow(bytesPerSecondMin: options.bodyRateMin, grace: options.bodyRateGrace))
    }

    /// A head was given; another cannot be.
    package private(set) var isHeadSent = false
    /// Bytes of the body handed to ``write(_:)`` so far; for HEAD they did not travel.
    package private(set) var bytesSent: Int64 = 0

    /// Gives the head. It travels with the first bytes of the body, or with ``finish()``.
    ///
    /// For HEAD, and for statuses without a body, what is written is counted and dropped; the head of a HEAD
    /// keeps the size it is given.
    package func send(_ head: ResponseHead, body framing: BodyFraming) async throws(ResponseError) {
        if case .failed(let error) = state { throw error }
        precondition(!isHeadSent, "an exchange has one answer")
        isHeadSent = true
        body.isAnswered = true
        state = .streaming
        self.framing = framing
        hasBody = request.method != .head && !head.status.isBodyless && framing != .empty
        let endsWithConnection = hasBody && framing == .chunked && request.version == .http10
        isKeepAlive =
            !connection.keepAlive.isClosing && !head.closesConnection && !endsWithConnection
            && body.isDrainable
        head.encode(
            into: &pending,
            framing: framing,
            version: request.version,
            isKeepAlive: isKeepAlive,
            date: connection.context.date
        )
    }

    /// Sends bytes of the body; on return they are the kernel's and the memory is the caller's again.
    ///
    /// - Throws: ``ResponseError``; the connection is cut then, and later calls throw the same.
    package func write(_ bytes: UnsafeRawBufferPointer) async throws(ResponseError) {
        try checkStreaming()
        guard !bytes.isEmpty else { return }
        bytesSent += Int64(bytes.count)
        if case .sized(let declared) = framing, bytesSent > declared {
            throw fail(.sizeMismatch(declared: declared, written: bytesSent))
        }
        guard hasBody else { return }
        let isChunked = framing == .chunked && request.version == .http11
        if isChunked { pending.append(chunkSize: bytes.count) }
        try await flush(bytes)
        if isChunked { pending.append("\r\n") }
    }

    /// Completes the answer. A sized body that is short cuts the connection instead.
    package func finish() async throws(ResponseError) {
        try checkStreaming()
        if hasBody {
            switch framing {
            case .empty: break
            case .sized(let declared):
                guard bytesSent == declared else {
                    throw fail(.sizeMismatch(declared: declared, written: bytesSent))
                }
            case .chunked:
                if request.version == .http11 { pending.append("0\r\n\r\n") }
            }
        }
        try await flush(UnsafeRawBufferPointer(start: nil, count: 0))
        state = .finished
    }

    /// A whole small answer in one write. The bytes are copied once.
    package func respond(_ head: ResponseHead, bytes: [UInt8]) async throws(ResponseError) {
        try await send(head, body: bytes.isEmpty ? .empty : .sized(Int64(bytes.count)))
        bytesSent = Int64(bytes.count)
        if hasBody { pending.append(contentsOf: bytes) }
        try await finish()
    }

    /// Cuts the connection, so that the client cannot take what it has for a whole answer.
    package func abort() {
        switch state {
        case .failed: break
        case .waiting, .streaming, .finished: _ = fail(.cancelled)
        }
    }

    // MARK: for the connection

    var isFinished: Bool {
        guard case .finished = state else { return false }
        return true
    }

    var isFailed: Bool {
        guard case .failed = state else { return false }
        return true
    }

    /// After the handler: completes an answer that lacks nothing but ``finish()``, cuts any other.
    func end() async {
        guard case .streaming = state else { return }
        let isWhole: Bool
        switch framing {
        case .empty: isWhole = true
        case .sized(let declared): isWhole = !hasBody || bytesSent == declared
        case .chunked: isWhole = !hasBody
        }
        guard isWhole else {
            abort()
            return
        }
        do {
            try await finish()
        } catch {
            // The state keeps the reason; there is nobody left to tell.
        }
    }

    private func checkStreaming() throws(ResponseError) {
        switch state {
        case .streaming: break
        case .failed(let error): throw error
        case .waiting: preconditionFailure("the head comes first")
        case .finished: preconditionFailure("the answer is complete")
        }
    }

    private func flush(_ bytes: UnsafeRawBufferPointer) async throws(ResponseError) {
        guard !pending.isEmpty || !bytes.isEmpty else { return }
        var patience = patience
        do {
            try await connection.send(pending, bytes, &patience)
        } catch {
            switch error {
            case .timedOut: throw fail(.tooSlow)
            case .interrupted: throw fail(.cancelled)
            case .failed(let errno): throw fail(.disconnected(errno.code))
            case .noRoomForHead: preconditionFailure("the head is complete")
            }
        }
        self.patience = patience
        pending.removeAll(keepingCapacity: true)
    }

    private func fail(_ error: ResponseError) -> ResponseError {
        state = .failed(error)
        connection.cut()
        return error
    }
}
