/// Who has which policies.
package struct PolicyEntities: Sendable, Equatable {
    package struct User: Sendable, Equatable {
        package let name: String
        package let policies: [String]
        /// The groups it is in that have policies.
        package let groups: [Group]
    }

    package struct Group: Sendable, Equatable {
        package let name: String
        package let policies: [String]
    }

    package struct Policy: Sendable, Equatable {
        package let name: String
        package let users: [String]
        package let groups: [String]
    }

    /// Each in order of names.
    package let users: [User]
    package let groups: [Group]
    package let policies: [Policy]

    /// Which to list: those that are named, or all when nothing is.
    package struct Query: Sendable {
        package var users: [String] = []
        package var groups: [String] = []
        package var policies: [String] = []
        /// Whether users and groups are those of a directory or provider.
        package var isExternal = false

        package init() {}
        package var isEmpty: Bool { users.isEmpty && groups.isEmpty && policies.isEmpty }
    }
}
