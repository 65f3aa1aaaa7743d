package import Base
import Telemetry

/// Users, groups, policies, service accounts and temporary credentials: on the drives as MinIO keeps them, in memory
/// as an index. Any number of tasks may use it at once.
///
/// Changes are made one after another, in the order they were asked for. A change is durable before it is visible, and
/// visible before it is answered.
///
///     change ─▶ queue ─▶ settle ─▶ plan ─▶ one file: write it ──────────────────────────▶ index ─▶ answer
///                        │                 several: journal ─▶ index ─▶ files, journal away ┘
///                        └ what an earlier change left unsure is read again, a journal that is left is carried out
package final class IAM: IdentityStore, Sendable {
    package let root: Credential
    package let account: Account

    let storage: any IAMStorage
    let decryption: any IAMDecryption
    let time: any TimeSource
    let randomness: any Randomness
    /// Of one user, root included: they all are in memory, and anybody who is vouched for can ask for more.
    let temporaryCountMax: Int
    let queue = ChangeQueue()
    let state: Locked<State>

    struct State {
        var index: Index
        var isLoaded = false
        /// Written or removed with an error: what is there is not known.
        var unsure: Set<ItemPath> = []
        /// In force, but not yet in its files.
        var unfinished: Journal?
        var needsFormat = false
    }

    /// Knows root only until ``load()`` has returned.
    ///
    /// - Parameters:
    ///   - root: its identity is replaced by that of the owner of `account`.
    ///   - temporaryCountMax: how many temporary credentials one user can have at once.
    package init(
        root: Credential,
        account: Account = .server,
        storage: any IAMStorage,
        decryption: any IAMDecryption,
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness(),
        temporaryCountMax: Int = 10_000
    ) {
        self.temporaryCountMax = temporaryCountMax
        self.root = Credential(
            accessKey: root.accessKey,
            secret: root.secret,
            identity: .root(accessKey: root.accessKey, account: account)
        )
        (self.account, self.storage, self.decryption) = (account, storage, decryption)
        (self.time, self.randomness) = (time, randomness)
        state = Locked(State(index: Index(root: self.root, account: account)))
    }

    package func credential(
        accessKey: String,
        sessionToken: String?
    ) throws(CredentialError) -> Credential {
        let (name, token, now) = (Name(accessKey), sessionToken.map { Secret($0) }, time.now)
        return try state.withLock { state throws(CredentialError) -> Credential in
            if !state.isLoaded, name != state.index.rootName { throw .unavailable("users are not loaded") }
            return try state.index.credential(name, sessionToken: token, at: now)
        }
    }

    package func account(canonicalID: String) -> Account? {
        state.withLock { $0.index.account(canonicalID: canonicalID) }
    }

    /// Whoever has that access key, as a request of theirs would be seen.
    package func identity(of accessKey: String) throws(CredentialError) -> SignedIdentity {
        let (name, now) = (Name(accessKey), time.now)
        return try state.withLock { state throws(CredentialError) -> SignedIdentity in
            if !state.isLoaded, name != state.index.rootName { throw .unavailable("users are not loaded") }
            return try state.index.identity(of: name, at: now)
        }
    }

    /// Replaces the policies of every role that a provider's token may name in `roleArn`, by the role's ARN.
    /// Credentials with a role have its policies and no others. Kept in memory only.
    package func setRoles(_ roles: [String: [String]]) {
        let named = Dictionary(roles.map { (Name($0.key), $0.value.map { Name($0) }) }) { $1 }
        state.withLock { $0.index.roles = named }
    }

    /// Everything as it is now, to be looked through without keeping requests waiting.
    var snapshot: Index { state.withLock { $0.index } }

    /// For tests.
    var resolutionCount: Int { state.withLock { $0.index.resolutionCount } }
}
