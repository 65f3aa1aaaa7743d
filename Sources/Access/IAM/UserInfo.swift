package import Base

/// A stored user, without its secret.
package struct UserInfo: Sendable, Equatable {
    package let accessKey: String
    package let status: AccountStatus
    package let account: Account
    /// Attached to the user itself, as its mapping orders them.
    package let policies: [String]
    /// In order.
    package let groups: [String]
    package let updatedAt: Timestamp?
    /// Set when what is stored about the user cannot be read: it cannot sign in.
    package let unreadablePath: String?
}
