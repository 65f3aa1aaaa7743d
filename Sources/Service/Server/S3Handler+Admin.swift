internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3API
internal import S3Service
internal import SigV4

extension S3Handler {
    /// A request for the administration interface, up to its signature; the rest is its handler's.
    func administer(
        _ exchange: Exchange,
        _ kind: SignatureKind,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        let answer: AdminAnswer
        do throws(S3Error) {
            answer = try await administer(exchange, kind, requestID, &outcome.accessKey)
        } catch {
            guard let admin else {
                await send(error, exchange, requestID, &outcome)
                return
            }
            let path = String(decoding: exchange.head.path, as: UTF8.self)
            answer = admin.answer(to: error, path: path, requestID: requestID)
        }
        await send(answer, exchange, requestID, &outcome)
    }

    private func administer(
        _ exchange: Exchange,
        _ kind: SignatureKind,
        _ requestID: RequestID,
        _ accessKey: inout String?
    ) async throws(S3Error) -> AdminAnswer {
        var request = try S3Request(
            exchange.head,
            bucket: nil,
            key: nil,
            signatureKind: kind,
            scheme: exchange.isTLS ? "https" : "http"
        )
        switch kind {
        case .authorizationHeader, .queryParameters: break
        case .anonymous, .version2Header, .version2Query, .otherScheme: throw S3Error(.accessDenied)
        }
        // Its clients know no region.
        let authentication = try await authenticate(exchange, kind: kind, acceptsAnyRegion: true)
        accessKey = authentication.identity.accessKey
        request.payload = authentication.payload
        guard let credential = authentication.credential, let identity = credential.identity.signed else {
            throw S3Error(.accessDenied)
        }
        guard let admin else {
            throw S3Error(.notImplemented, "The administration interface is not implemented.")
        }
        return await admin.answer(
            AdminRequest(
                request,
                path: String(decoding: exchange.head.path, as: UTF8.self),
                requestID: requestID,
                credential: credential,
                identity: identity,
                access: accessCheck(authentication.identity, request, exchange, requestID),
                sourceAddress: clientAddress(exchange),
                isTLS: exchange.isTLS,
                source: ExchangeSource(exchange.body, time: time),
                signature: authentication.signature
            )
        )
    }
}
