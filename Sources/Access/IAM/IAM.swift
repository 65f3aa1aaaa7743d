package import Base

/// Users, groups, policies, service accounts and temporary credentials: on the drives as MinIO keeps them, in memory
/// as an index. Any number of tasks may use it at once.
///
/// Changes are made one after another, in the order they were asked for. A change is durable before it is visible, and
/// visible before it is answered.
package final class IAM: IdentityStore, Sendable {
    package let root: Credential
    package let account: Account
    private let storage: any IAMStorage

    /// Knows root only until ``load()`` has returned.
    ///
    /// - Parameter root: its identity is replaced by the root user's of `account`.
    package init(
        root: Credential,
        account: Account = .server,
        storage: any IAMStorage,
        decryption: any IAMDecryption,
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness()
    ) {
        self.root = Credential(
            accessKey: root.accessKey,
            secret: root.secret,
            identity: .root(accessKey: root.accessKey, account: account)
        )
        (self.account, self.storage) = (account, storage)
    }

    package func credential(
        accessKey: String,
        sessionToken: String?
    ) throws(CredentialError) -> Credential {
        guard accessKey.utf8.elementsEqual(root.accessKey.utf8) else {
            throw .unavailable("users are not loaded")
        }
        guard sessionToken == nil else { throw .invalidToken }
        return root
    }
}
