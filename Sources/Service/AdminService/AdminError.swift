package import AdminEncryption
internal import JSON
package import S3API

/// Why a call of the administration interface fails, as its client sees it. Programs match on the code, the message is
/// for people; neither has secrets.
package struct AdminError: Error, Equatable, Sendable {
    /// One of ``Code``, or one of S3's.
    package let code: String
    package let message: String
    package let status: Int

    package init(_ code: Code, _ message: String? = nil, status: Int? = nil) {
        self.code = code.rawValue
        self.message = message ?? code.defaultMessage
        self.status = status ?? code.status
    }

    /// What the transport of the body or the check of the signature found.
    package init(from error: S3Error) {
        (code, message, status) = (error.code.rawValue, error.message, error.status)
    }

    package init(from error: AdminEncryptionError) {
        switch error {
        case .tooLarge(_, let sizeMax):
            self.init(.configTooLarge, "The data exceeds the allowed maximum of \(sizeMax) bytes.")
        case .truncated, .unknownAlgorithm:
            self.init(.configBadFormat, "The body is not an encrypted payload.")
        case .notAuthentic:
            self.init(.configBadFormat, "The body was not encrypted with the secret key of the request.")
        case .tooManyDerivations: self.init(.slowDown)
        case .cancelled: self.init(.serviceUnavailable)
        case .noMemory: self.init(.slowDown, "There is no memory to decrypt or encrypt the body.")
        }
    }

    /// To a client that speaks another version than 3.
    static func otherVersion(_ version: String) -> AdminError {
        AdminError(
            .versionMismatch,
            "The server speaks version v3 of the administration interface, not \(version)."
        )
    }

    /// The answer's body: MinIO's error as JSON, which its clients try before they try XML.
    package func json(resource: String, requestID: String, hostID: String) -> [UInt8] {
        let document: JSONValue = [
            "Code": .string(code), "Message": .string(message), "Resource": .string(resource),
            "RequestId": .string(requestID), "HostId": .string(hostID),
        ]
        return document.encoded
    }
}
