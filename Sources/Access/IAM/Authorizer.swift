/// The answer to whether somebody may.
package enum Decision: Sendable, Hashable {
    case allowed
    /// The first right that is missing.
    case denied(Right)
}

/// Decides what identities may do.
package protocol Authorizer: Sendable {
    /// Allowed only if every one of `rights` is. May be asked by many tasks at once.
    func decide(_ rights: Rights, for identity: Identity) async -> Decision
}

/// Root may do everything, nobody else anything.
package struct RootAuthorizer: Authorizer {
    package init() {}

    package func decide(_ rights: Rights, for identity: Identity) async -> Decision {
        switch identity {
        case .root: .allowed
        case .anonymous: .denied(rights.first)
        }
    }
}
