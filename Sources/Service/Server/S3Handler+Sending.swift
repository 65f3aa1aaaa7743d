internal import Engine
internal import HTTP
internal import HTTPServer
internal import S3API
internal import S3Service
internal import Telemetry

extension S3Handler {
    func send(
        _ health: HealthEndpoint,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.operation = "Health"
        let (status, headers) = health.answer(engine.health, query: exchange.head.query)
        await respond(exchange, answers.head(status, headers, requestID: requestID), [], &outcome)
    }

    func send(
        _ error: S3Error,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.errorCode = error.code.rawValue
        let resource = String(decoding: exchange.head.path, as: UTF8.self)
        let (head, document) = answers.error(error, resource: resource, requestID: requestID)
        await respond(exchange, head, document, &outcome)
    }

    func send(
        _ response: S3Response,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        let head = answers.head(response, requestID: requestID)
        outcome.actions = response.actions
        outcome.objectSize = response.writtenSize
        outcome.versionID = response.headers.first { $0.name == S3Header.versionID }?.value
        switch response.body {
        case .empty: await respond(exchange, head, [], &outcome)
        case .bytes(let bytes): await respond(exchange, head, bytes, &outcome)
        case .announced(let size):
            outcome.status = response.status
            outcome.objectSize = size
            do {
                try await exchange.response.send(head, body: .sized(size))
                try await exchange.response.finish()
            } catch {
                outcome.wasCut = true
            }
        case .object(let reader, let size):
            defer { reader.close() }
            outcome.objectSize = reader.version.size
            await stream(reader, size: size, head, response, exchange, requestID, &outcome)
        }
    }

    func send(
        _ answer: AdminAnswer,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.operation = answer.operation
        outcome.errorCode = answer.errorCode
        let head = answers.head(answer.status, answer.headers, requestID: requestID)
        await respond(exchange, head, answer.body, &outcome)
        answer.afterwards?()
    }

    /// XML of the security token service.
    func send(
        _ status: Int,
        _ xml: [UInt8],
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        var head = answers.head(status, [("Content-Type", "application/xml")], requestID: requestID)
        if status == 503 { head.append(.retryAfter, "1") }
        await respond(exchange, head, xml, &outcome)
    }

    private func respond(
        _ exchange: Exchange,
        _ head: ResponseHead,
        _ bytes: [UInt8],
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.status = Int(head.status.code)
        do {
            try await exchange.response.respond(head, bytes: bytes)
        } catch {
            // The connection is cut; the log line says so, and nobody else is left to be told.
            outcome.wasCut = true
        }
    }

    /// The head leaves only with verified bytes behind it. After that a failure can but cut the connection, so
    /// that no client takes what it has for the whole.
    private func stream(
        _ reader: ObjectReader,
        size: Int64,
        _ head: ResponseHead,
        _ answer: S3Response,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        var piece: ObjectReader.Piece?
        do throws(EngineError) {
            piece = try await reader.next()
        } catch {
            // What the object was said to be does not hold for the error, but who may read it does.
            var error = S3Error(from: error)
            error.headers = answer.headers.filter { CrossOrigin.isOwn($0.name) }
                .map { S3Error.Field($0.name, $0.value) }
            await send(error, exchange, requestID, &outcome)
            return
        }
        outcome.status = Int(head.status.code)
        let response = exchange.response
        do {
            try await response.send(head, body: .sized(size))
            while let present = piece {
                try await response.write(present.bytes)
                // The bytes are the piece's, up to here.
                withExtendedLifetime(present) {}
                piece = try await reader.next()
            }
            try await response.finish()
        } catch {
            outcome.wasCut = true
            response.abort()
            guard let error = error as? EngineError else { return }
            outcome.errorCode = S3Error(from: error).code.rawValue
            logger.with(requestID: requestID.description).error(
                "a read failed amid its answer, the connection was cut",
                ["reason": .of(error)]
            )
        }
    }
}
