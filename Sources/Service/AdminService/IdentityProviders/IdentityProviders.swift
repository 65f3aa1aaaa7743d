/// Outside services that vouch for users, as the server was set up with them.
package struct IdentityProviders: Sendable {
    package var configurations: [ProviderConfiguration] = []
    /// `nil` where none is set up.
    package var directory: (any DirectoryAccess)?

    package init() {}

    func configurations(of kind: ProviderConfiguration.Kind) -> [ProviderConfiguration] {
        configurations.filter { $0.kind == kind }
    }
}

/// One of them.
package struct ProviderConfiguration: Sendable {
    package enum Kind: String, Sendable {
        case openID = "openid"
        case ldap
    }

    package struct Value: Sendable {
        package let key: String
        /// Without secrets.
        package let text: String
        package let isFromEnvironment: Bool

        package init(key: String, text: String, isFromEnvironment: Bool) {
            (self.key, self.text, self.isFromEnvironment) = (key, text, isFromEnvironment)
        }
    }

    package let kind: Kind
    /// `_` for the one without a name.
    package let name: String
    package var isEnabled = true
    /// Of the role that its users take on; `nil` where a claim names their policies.
    package var roleARN: String?
    /// The claims by which people know its users.
    package var userIDClaim = "sub"
    package var readableClaim = "preferred_username"
    package var values: [Value] = []

    package init(kind: Kind, name: String = "_") { (self.kind, self.name) = (kind, name) }
}
