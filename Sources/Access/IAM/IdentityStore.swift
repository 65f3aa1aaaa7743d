/// Why a store could not say whether an access key is known.
package enum IdentityStoreError: Error, Equatable {
    /// The store is out of reach; the request may succeed later.
    case unavailable(String)
}

/// Knows access keys.
package protocol IdentityStore: Sendable {
    /// The credential of that access key, or `nil` when nobody has it. May be asked by many tasks at once.
    func credential(accessKey: String) async throws(IdentityStoreError) -> Credential?
}

/// Knows the root credential and no other.
package struct RootIdentityStore: IdentityStore {
    private let root: Credential

    package init(root: Credential) { self.root = root }

    package func credential(accessKey: String) async throws(IdentityStoreError) -> Credential? {
        accessKey == root.accessKey ? root : nil
    }
}
