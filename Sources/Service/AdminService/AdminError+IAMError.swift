package import IAM

extension AdminError {
    /// The one place where errors of users and policies become answers. Without `default`: a new one does not
    /// compile until somebody has decided what clients are told.
    package init(from error: IAMError) {
        switch error {
        case .noSuchUser: self.init(.noSuchUser)
        case .noSuchGroup: self.init(.noSuchGroup)
        case .noSuchPolicy: self.init(.noSuchPolicy)
        case .noSuchServiceAccount: self = .noSuchServiceAccount
        case .noSuchTemporaryCredential: self.init(.noSuchAccessKey)
        case .policyInUse(_, let holders):
            let names = holders.map(\.name).joined(separator: ", ")
            self.init(.policyInUse, Code.policyInUse.defaultMessage + ": it is attached to \(names).")
        case .policyIsBuiltIn(let name):
            self.init(.iamActionNotAllowed, "The policy '\(name)' is built in and cannot be removed.")
        case .groupNotEmpty: self.init(.groupNotEmpty)
        case .policyChangeHasNoEffect: self.init(.policyChangeAlreadyApplied)
        case .accessKeyExists: self.init(.invalidCredentials, "The access key is already taken.", status: 403)
        case .userIsRoot: self = .sameAsRoot
        case .notAUser:
            self.init(.iamActionNotAllowed, "Temporary credentials and service accounts cannot have this.")
        case .invalidAccessKey(let reason): self.init(.invalidAccessKey, "The access key \(reason.text).")
        case .invalidSecretKey(let reason): self.init(.invalidSecretKey, "The secret key \(reason.text).")
        case .invalidName(let name, let reason): self.init(.invalidArgument, "'\(name)' \(reason.text).")
        case .malformedPolicy(let error): self.init(.malformedPolicy, "\(error)")
        case .emptyPolicy: self.init(.malformedPolicy, "The policy has no statements.")
        case .invalidExpiration: self.init(.expirationInvalid)
        case .claimsTooLarge(_, let sizeMax):
            self.init(.invalidArgument, "The claims are larger than \(sizeMax) bytes.")
        case .malformedImport(let path): self.init(.configBadFormat, "\(path) of the archive cannot be read.")
        case .tooManyTemporaryCredentials(let countMax):
            self.init(.slowDown, "The user has \(countMax) temporary credentials already.")
        case .reservedForRoot:
            self.init(.accessDenied, "Only the root user makes service accounts of the root user.")
        case .changeTooLarge(_, let sizeMax):
            self.init(.configTooLarge, "The change is larger than \(sizeMax) bytes.")
        case .unreadable(let path): self.init(.unreadable, "\(path) cannot be read.")
        case .unavailable: self.init(.storageUnavailable)
        case .cancelled: self.init(.serviceUnavailable)
        }
    }

    package static let noSuchServiceAccount = AdminError(
        .invalidCredentials,
        "The specified service account is not found",
        status: 404
    )

    package static let sameAsRoot = AdminError(
        .invalidCredentials,
        "Credential is not allowed to be same as admin access key",
        status: 403
    )
}

extension IAMError.Reason {
    fileprivate var text: String {
        switch self {
        case .tooShort(let sizeMin): "is shorter than \(sizeMin) characters"
        case .tooLong(let sizeMax): "is longer than \(sizeMax) characters"
        case .reservedCharacters: "has characters that cannot be in a name"
        case .incomplete: "is given without what belongs to it"
        }
    }
}

/// Runs a call of the identity store and translates what it throws.
func translating<Answer>(_ call: () async throws(IAMError) -> Answer) async throws(AdminError) -> Answer {
    do {
        return try await call()
    } catch {
        throw AdminError(from: error)
    }
}
