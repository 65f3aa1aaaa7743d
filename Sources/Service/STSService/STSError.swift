internal import IAM
internal import Policy
internal import XML

/// Why no temporary credentials are handed out, as a client of the security token service sees it.
package struct STSError: Error, Equatable, Sendable {
    /// As AWS and MinIO spell them.
    package enum Code: String, Sendable, CaseIterable {
        case accessDenied = "AccessDenied"
        case expiredToken = "ExpiredToken"
        case idpCommunicationError = "IDPCommunicationError"
        case idpRejectedClaim = "IDPRejectedClaim"
        case insecureConnection = "InsecureConnection"
        case internalError = "InternalError"
        case invalidAction = "InvalidAction"
        case invalidClientCertificate = "InvalidClientCertificate"
        case invalidIdentityToken = "InvalidIdentityToken"
        case invalidParameterValue = "InvalidParameterValue"
        case malformedPolicyDocument = "MalformedPolicyDocument"
        case missingParameter = "MissingParameter"
        case notImplemented = "NotImplemented"
        case packedPolicyTooLarge = "PackedPolicyTooLarge"
        case serviceUnavailable = "ServiceUnavailable"
        case slowDown = "SlowDown"

        package var status: Int {
            switch self {
            case .accessDenied, .idpRejectedClaim: 403
            case .internalError: 500
            case .notImplemented: 501
            case .serviceUnavailable, .slowDown: 503
            case .expiredToken, .idpCommunicationError, .insecureConnection, .invalidAction,
                .invalidClientCertificate, .invalidIdentityToken, .invalidParameterValue,
                .malformedPolicyDocument, .missingParameter, .packedPolicyTooLarge:
                400
            }
        }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    package var status: Int { code.status }

    package static let tooManyFailures = STSError(
        .slowDown,
        "Too many failed sign-ins from this address. Try again in a minute."
    )

    /// The one place where errors of credentials become answers.
    init(from error: IAMError) {
        switch error {
        case .malformedPolicy(.tooLarge(_, let sizeMax)):
            self.init(.packedPolicyTooLarge, "The session policy is larger than \(sizeMax) bytes.")
        case .malformedPolicy(let error): self.init(.malformedPolicyDocument, "\(error)")
        case .emptyPolicy: self.init(.malformedPolicyDocument, "The policy has no statements.")
        case .noSuchUser, .notAUser, .userIsRoot:
            self.init(.accessDenied, "Temporary credentials are not for whoever signed this request.")
        case .noSuchPolicy:
            self.init(.invalidParameterValue, "None of the given policies exists.")
        case .claimsTooLarge(_, let sizeMax):
            self.init(.invalidParameterValue, "The claims are larger than \(sizeMax) bytes.")
        case .invalidExpiration: self.init(.expiredToken, "The token has expired.")
        case .invalidName, .invalidAccessKey, .invalidSecretKey:
            self.init(.invalidParameterValue, "The name of the identity cannot be stored.")
        case .unreadable(let path): self.init(.internalError, "\(path) cannot be read.")
        case .unavailable, .cancelled:
            self.init(.serviceUnavailable, "Too few drives answer, please try again.")
        case .tooManyTemporaryCredentials(let countMax):
            self.init(
                .slowDown,
                "There are \(countMax) temporary credentials of this user already. Try again when some have expired."
            )
        case .reservedForRoot, .noSuchGroup, .noSuchServiceAccount, .noSuchTemporaryCredential, .policyInUse,
            .policyIsBuiltIn,
            .groupNotEmpty, .policyChangeHasNoEffect, .accessKeyExists, .malformedImport,
            .changeTooLarge:
            self.init(.internalError, "We encountered an internal error, please try again.")
        }
    }

    /// The answer's body.
    package func xml(requestID: String) -> [UInt8] {
        var writer = XMLWriter()
        writer.element("ErrorResponse", attributes: [STSResponse.namespace]) { writer in
            writer.element("Error") { writer in
                writer.element("Type", status < 500 ? "Sender" : "Receiver")
                writer.element("Code", code.rawValue)
                writer.element("Message", message)
            }
            writer.element("RequestId", requestID)
        }
        return writer.document
    }
}
