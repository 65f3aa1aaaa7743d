internal import Base
internal import Directory
internal import JSON
internal import STSService
internal import Telemetry

/// A directory as the security token service asks it.
struct LDAPLogin: DirectoryLogin {
    let directory: Directory
    let logger: Logger

    func identity(userName: String, password: Secret) async throws(LoginError) -> VouchedIdentity {
        let identity: DirectoryIdentity
        do throws(DirectoryError) {
            identity = try await directory.authenticate(userName, password: password)
        } catch {
            throw loginError(error)
        }
        var vouched = VouchedIdentity(parent: identity.dn, groups: identity.groups)
        vouched.claims["ldapUser"] = .string(identity.dn)
        vouched.claims["ldapActualUser"] = .string(identity.actualDN)
        vouched.claims["ldapUsername"] = .string(userName)
        return vouched
    }

    /// Whether there is such a user is nobody's to know.
    private func loginError(_ error: DirectoryError) -> LoginError {
        let refused = LoginError.rejected("The user name or the password is wrong.")
        switch error {
        case .refused(.ambiguousUser(let count)):
            logger.error(
                "the directory has several users of one name, so none of them is let in",
                ["count": .count(count)]
            )
            return refused
        case .refused(.malformedUser), .refused(.emptyPassword), .refused(.userNotFound),
            .refused(.wrongPassword), .refused(.accountRefused):
            return refused
        case .unavailable(let reason):
            logger.warning("the directory does not answer", ["reason": .of(reason)])
            return .unavailable("the directory does not answer")
        }
    }
}
