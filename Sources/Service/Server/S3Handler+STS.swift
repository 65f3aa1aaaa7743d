internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3API
internal import S3Service
internal import STSService
internal import SigV4

extension S3Handler {
    /// A call of the security token service, from its form to the answer.
    func issueCredentials(
        _ sts: STSEndpoint,
        _ parameters: STSEndpoint.Parameters,
        _ exchange: Exchange,
        _ kind: SignatureKind,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.operation = "STS"
        let address = clientAddress(exchange)
        var call = STSCallLog()
        let result: Result<STSResponse, STSError>
        do throws(STSError) {
            let answer = try await sts.inTurn(of: address) { () async throws(STSError) -> STSResponse in
                try await response(sts, parameters, exchange, kind, requestID, address, &call)
            }
            result = .success(answer)
        } catch {
            result = .failure(error)
        }
        outcome.operation = call.operation ?? "STS"
        outcome.accessKey = call.accessKey
        sts.record(call.operation, result, user: call.user, from: address, requestID)
        switch result {
        case .success(let response):
            outcome.accessKey = call.accessKey ?? response.accessKey
            await send(200, response.xml(requestID: requestID.description), exchange, requestID, &outcome)
        case .failure(let error):
            outcome.errorCode = error.code.rawValue
            let body = error.xml(requestID: requestID.description)
            await send(error.status, body, exchange, requestID, &outcome)
        }
    }

    /// Characters of a name that nobody has confirmed, in the audit.
    private static var userNameMax: Int { 256 }

    /// What is known of a call by the time it ends.
    private struct STSCallLog {
        var operation: String?
        /// Whose signature it has.
        var accessKey: String?
        var user: String?
    }

    private func response(
        _ sts: STSEndpoint,
        _ parameters: STSEndpoint.Parameters,
        _ exchange: Exchange,
        _ kind: SignatureKind,
        _ requestID: RequestID,
        _ address: String,
        _ call: inout STSCallLog
    ) async throws(STSError) -> STSResponse {
        let attempts = sts.attempts(of: address)
        let bytes = try await sts.bytes(parameters, exchange, attempts)
        let form = try STSForm(parsing: bytes)
        call.operation = form.operation
        call.user = form["LDAPUsername"].map { String($0.prefix(Self.userNameMax)) }
        var signer: SignedIdentity?
        defer {
            call.accessKey = signer?.accessKey
            call.user = signer?.userName ?? call.user
        }
        let request = try stsRequest(exchange, kind)
        let seconds = ["sts:durationseconds": form["DurationSeconds"].map { [$0] } ?? []]
        return try await sts.interface.answer(
            form,
            sender: { () throws(STSError) in
                let body = parameters == .body ? bytes : []
                let identity = try sts.sender(exchange, kind, body: body, attempts: attempts)
                signer = identity
                return identity
            },
            isPermitted: { identity, rights in
                await accessCheck(.signed(identity), request, exchange, requestID)
                    .isAllowed(rights, values: seconds)
            },
            from: sts.origin(exchange),
            attempts: attempts
        )
    }

    /// What conditions of policies are asked about.
    private func stsRequest(_ exchange: Exchange, _ kind: SignatureKind) throws(STSError) -> S3Request {
        do throws(S3Error) {
            return try S3Request(
                exchange.head,
                bucket: nil,
                key: nil,
                signatureKind: kind,
                scheme: exchange.isTLS ? "https" : "http"
            )
        } catch {
            throw STSError(.invalidParameterValue, error.message)
        }
    }
}
