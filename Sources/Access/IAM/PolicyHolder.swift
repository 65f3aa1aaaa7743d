/// Whom policies are attached to.
package enum PolicyHolder: Sendable, Hashable {
    case user(String)
    case group(String)
    /// A user of a directory or identity provider, who is not stored: named by its distinguished name, or as the
    /// provider's login names it.
    case externalUser(String)
    /// A group of a directory, which is not stored.
    case externalGroup(String)

    package var name: String {
        switch self {
        case .user(let name), .group(let name), .externalUser(let name), .externalGroup(let name): name
        }
    }
}
