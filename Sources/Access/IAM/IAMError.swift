package import Policy

/// Why a change of users, groups, policies or credentials is refused. Nothing has changed then, except where
/// ``unavailable(_:)`` says that nobody knows.
package enum IAMError: Error, Equatable, Sendable {
    // Something that is named does not exist.
    case noSuchUser(String)
    case noSuchGroup(String)
    case noSuchPolicy(String)
    case noSuchServiceAccount(String)
    case noSuchTemporaryCredential(String)

    // The state forbids it.
    /// Attached to these, users before groups, at most ``holdersMax``.
    case policyInUse(String, by: [PolicyHolder])
    case policyIsBuiltIn(String)
    case groupNotEmpty(String)
    /// Every policy named is attached already, or none is.
    case policyChangeHasNoEffect
    case accessKeyExists(String)
    /// The name is the root user's, who is not stored and cannot be changed.
    case userIsRoot
    /// Temporary credentials and service accounts cannot have these.
    case notAUser(String)

    // What was given cannot be.
    case invalidAccessKey(Reason)
    case invalidSecretKey(Reason)
    case invalidName(String, Reason)
    case malformedPolicy(PolicyError)
    case emptyPolicy
    case invalidExpiration
    /// The claims do not fit into a session token.
    case claimsTooLarge(size: Int, sizeMax: Int)
    case malformedImport(path: String)
    /// The user has that many temporary credentials, and some have to expire or be revoked first.
    case tooManyTemporaryCredentials(countMax: Int)
    /// Service accounts of the root user are made by the root user alone.
    case reservedForRoot
    /// So many files at once cannot be written down; bytes.
    case changeTooLarge(size: Int, sizeMax: Int)

    /// Something stored cannot be read, and the change would have to know it.
    case unreadable(path: String)
    /// The drives are out of reach. The change may or may not have taken place; which one, the next successful
    /// change or a new start settles.
    case unavailable(String)
    /// The task was cancelled while others' changes were being made. Nothing was done.
    case cancelled

    package enum Reason: Sendable, Hashable {
        case tooShort(sizeMin: Int)
        case tooLong(sizeMax: Int)
        /// `=`, `,`, control characters, and what cannot be in a path.
        case reservedCharacters
        /// A secret without its access key, or the other way round.
        case incomplete
    }

    package static let holdersMax = 10
}
