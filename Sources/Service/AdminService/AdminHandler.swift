internal import HTTP
internal import IAM
package import S3API
package import S3Service

/// The administration interface behind the server's hook.
package struct AdminHandler: AdminHandling {
    private let interface: AdminInterface
    private let hostID: String

    /// - Parameter hostID: names the server in errors.
    package init(_ interface: AdminInterface, hostID: String) {
        (self.interface, self.hostID) = (interface, hostID)
    }

    package func answer(_ request: AdminRequest<some RequestSource>) async -> AdminAnswer {
        var operation = "Admin"
        do throws(AdminError) {
            guard let path = CallPath(request.request.head.path) else { throw AdminError(.noSuchRoute) }
            let incoming = IncomingCall(
                path: path,
                method: request.request.method,
                query: request.request.query,
                contentType: request.request.header("content-type"),
                credential: request.credential,
                signatureKind: request.request.signatureKind
            )
            let response = try await interface.answer(
                incoming,
                access: RequestAccess(check: request.access),
                body: RequestBody(request: request),
                found: { operation = $0 }
            )
            return AdminAnswer(
                operation: operation,
                status: response.status,
                headers: response.headers,
                body: response.body,
                afterwards: response.afterSending
            )
        } catch {
            return answer(to: error, operation: operation, path: request.path, requestID: request.requestID)
        }
    }

    package func answer(to error: S3Error, path: String, requestID: RequestID) -> AdminAnswer {
        // Clients of other versions find out by this answer which one to speak, whatever else is wrong.
        if case .otherVersion(let version)? = CallPath(Array(path.utf8)) {
            let mismatch = AdminError.otherVersion(version)
            return answer(to: mismatch, operation: "Admin", path: path, requestID: requestID)
        }
        return answer(to: AdminError(from: error), operation: "Admin", path: path, requestID: requestID)
    }

    private func answer(
        to error: AdminError,
        operation: String,
        path: String,
        requestID: RequestID
    ) -> AdminAnswer {
        AdminAnswer(
            operation: operation,
            status: error.status,
            headers: [("Content-Type", "application/json")],
            body: error.json(resource: path, requestID: requestID.description, hostID: hostID),
            errorCode: error.code
        )
    }
}

private struct RequestAccess: CallAccess {
    let check: AccessCheck

    func isAllowed(_ rights: Rights, adding conditions: [String: [String]]) async -> Bool {
        await check.isAllowed(rights, values: conditions)
    }
}

private struct RequestBody<Source: RequestSource>: AdminBody {
    let request: AdminRequest<Source>

    func bytes(sizeMax: Int) async throws(AdminError) -> [UInt8] {
        do throws(S3Error) {
            return try await request.body(sizeMax: sizeMax)
        } catch {
            guard error.code != .maxMessageLengthExceeded else {
                throw AdminError(.configTooLarge, "The data exceeds the allowed maximum of \(sizeMax) bytes.")
            }
            throw AdminError(from: error)
        }
    }
}
