/// Why a directory says nothing about a user. Passwords, filters and users' names are not in here.
package enum DirectoryError: Error, Equatable, Sendable {
    /// The request is to blame, or the user is not who was meant.
    case refused(Refusal)
    /// The directory is, or the way to it.
    case unavailable(Unavailability)

    package enum Refusal: Equatable, Sendable {
        /// Empty, or longer than ``Directory/userSizeMax``.
        case malformedUser
        /// A directory would take a name without a password for nobody, and say yes (RFC 4513 §5.1.2).
        case emptyPassword
        case userNotFound
        /// The filter finds several entries, which the operator has to change.
        case ambiguousUser(count: Int)
        case wrongPassword
        /// The password is not looked at: the account is locked, expired, or may not log in.
        case accountRefused(code: Int32)
    }

    package enum Unavailability: Equatable, Sendable {
        /// Debian's package of that name is not installed.
        case libraryMissing(package: String, reason: String)
        /// Too many requests wait already.
        case busy
        case cancelled
        case timedOut(server: String)
        case unreachable(server: String, reason: String)
        /// `lookup_bind_dn` or its password is wrong.
        case lookupBindRefused(code: Int32)
        /// - code: of RFC 4511, or one of libldap's own, which are negative.
        case failed(Operation, code: Int32, reason: String)
        /// The directory gives an entry a name that is none.
        case malformedName(DistinguishedNameError)
        case tooManyGroups(countMax: Int)
    }

    package enum Operation: Equatable, Sendable {
        case connect
        case startTLS
        case bind
        case searchUser
        case searchGroups
        case searchEntry
    }
}
