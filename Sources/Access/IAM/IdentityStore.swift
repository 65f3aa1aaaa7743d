/// Why an access key lets nobody in.
package enum CredentialError: Error, Equatable, Sendable {
    case unknownAccessKey
    /// The key or the user it was made for is switched off.
    case disabled
    case expired
    /// Temporary credentials without their session token or with another, or a token beside keys that have none.
    case invalidToken
    /// What is stored about the key or its user cannot be read: nobody can say what it may. The text says where.
    case unreadable(path: String)
    /// The store is out of reach; the request may succeed later.
    case unavailable(String)
}

/// Knows access keys.
package protocol IdentityStore: AccountDirectory {
    /// The credential of that access key, with the policies of this moment. Answers from memory. May be asked
    /// by many tasks at once.
    ///
    /// - Parameter sessionToken: as the request has it. The secret still has to be proved by a signature.
    func credential(accessKey: String, sessionToken: String?) throws(CredentialError) -> Credential
}

/// Knows accounts by their canonical ids. Answers from memory. May be asked by many tasks at once.
package protocol AccountDirectory: Sendable {
    /// `nil` when nobody belongs to such an account.
    func account(canonicalID: String) -> Account?
}

extension IdentityStore {
    /// The server's own account is always there.
    package func account(canonicalID: String) -> Account? {
        canonicalID.utf8.elementsEqual(Account.server.canonicalID.utf8) ? .server : nil
    }
}

/// Knows the root credential and no other.
package struct RootIdentityStore: IdentityStore {
    private let root: Credential

    package init(root: Credential) { self.root = root }

    package func credential(
        accessKey: String,
        sessionToken: String?
    ) throws(CredentialError) -> Credential {
        guard accessKey.utf8.elementsEqual(root.accessKey.utf8) else { throw .unknownAccessKey }
        guard sessionToken == nil else { throw .invalidToken }
        return root
    }
}
