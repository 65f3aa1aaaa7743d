package import Base

/// A stored group.
package struct GroupInfo: Sendable, Equatable {
    package let name: String
    package let status: AccountStatus
    /// As stored.
    package let members: [String]
    package let policies: [String]
    package let updatedAt: Timestamp?
    /// Set when what is stored about the group cannot be read: its members are not known.
    package let unreadablePath: String?
}
