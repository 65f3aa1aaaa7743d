import EventLoop
import HTTP

extension Connection {
    /// Reads requests and has them answered, one after the other, until the connection ends; closes it.
    func serve(_ handler: some ExchangeHandler) async {
        defer { close() }
        guard await begin() else { return }
        var isFirst = true
        var busyCount = 0
        while let head = await nextHead(isFirst: isFirst) {
            isFirst = false
            keepAlive.requestHead(isKeepAlive: head.isKeepAlive)
            let exchange = Exchange(head, on: self)
            await handler.handle(exchange)
            guard await complete(exchange) else { return }
            // A client that sends faster than it is served must not keep the others waiting.
            busyCount += 1
            if busyCount % 16 == 0 { await Task.yield() }
        }
    }

    /// Tells the client that there is no room, without reading its request.
    func refuse() async {
        defer { close() }
        if await begin() { await reject(.tooManyConnections) }
    }

    /// - Returns: whether bytes can travel; a client that does not get there has nothing to be told.
    private func begin() async -> Bool {
        do {
            try await handshake(until: MonotonicTime.now + context.options.headTimeout)
            return true
        } catch {
            return false
        }
    }

    /// - Returns: `nil` when the connection is over; a head that is refused has been answered then.
    private func nextHead(isFirst: Bool) async -> RequestHead? {
        let options = context.options
        var parser = RequestHeadParser(limits: options.headLimits)
        do {
            let result = try await receiveHead(
                &parser,
                idleDeadline: MonotonicTime.now + (isFirst ? options.headTimeout : options.idleTimeout),
                timeout: options.headTimeout
            )
            switch result {
            case .success(let head): return head
            case .failure(let error): await reject(.malformedHead(error))
            case nil: break
            }
        } catch {
            switch error {
            case .timedOut where parser.hasBegun: await reject(.headTooSlow)
            case .noRoomForHead: await reject(.tooManyHeads)
            // An idle connection may be closed at any time, a broken one only be closed.
            case .timedOut, .interrupted, .failed: break
            }
        }
        return nil
    }

    /// After the handler: makes sure that the request is answered and read.
    ///
    /// - Returns: whether another request may follow.
    private func complete(_ exchange: Exchange) async -> Bool {
        if !exchange.response.isHeadSent { await answerInstead(exchange) }
        await exchange.response.end()
        exchange.body.end()
        guard exchange.response.isFinished else { return false }
        _ = keepAlive.responseEnd()
        let isKept = exchange.response.isKeepAlive
        if isKept, await exchange.body.drain() {
            if case .readNext = keepAlive.requestEnd() { return true }
            if surplus.isEmpty { return false }
        }
        if isKept || !exchange.body.isFinished || !surplus.isEmpty { await linger() }
        return false
    }

    private func answerInstead(_ exchange: Exchange) async {
        let reason = exchange.body.failure.map { HTTPRejection.bodyFailed($0) } ?? .noAnswer
        var (head, bytes) = context.rejection(reason)
        head.closesConnection = true
        do {
            try await exchange.response.respond(head, bytes: bytes)
        } catch {
            // The client is gone, and the response has cut the connection.
        }
    }

    /// Answers by the server itself, outside of any exchange, and ends the connection.
    private func reject(_ rejection: HTTPRejection) async {
        let (head, bytes) = context.rejection(rejection)
        var answer: [UInt8] = []
        head.encode(
            into: &answer,
            framing: bytes.isEmpty ? .empty : .sized(Int64(bytes.count)),
            version: .http11,
            isKeepAlive: false,
            date: context.date
        )
        answer.append(contentsOf: bytes)
        var patience = Patience.until(MonotonicTime.now + context.options.lingerTimeout)
        do {
            try await send(answer, UnsafeRawBufferPointer(start: nil, count: 0), &patience)
            await linger()
        } catch {
            // A client that does not take its refusal has nothing more to learn.
        }
    }

    /// Reads on until the client has seen the end: closing a socket with unread bytes resets it, and the
    /// reset overtakes the answer.
    private func linger() async {
        endSending()
        do {
            try await discardAll(until: MonotonicTime.now + context.options.lingerTimeout)
        } catch {
            // Time is up, or the client reset the connection itself.
        }
    }
}
