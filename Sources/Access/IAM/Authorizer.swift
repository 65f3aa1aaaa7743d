package import Policy

/// Decides what identities may do.
package protocol Authorizer: Sendable {
    /// Allowed only if every one of `rights` is. May be asked by many tasks at once.
    ///
    /// - Parameters:
    ///   - context: what the request answers to conditions. Keys about the identity are added here.
    ///   - object: what the object that the rights are about says itself; `nil` where it has no say.
    func decide(
        _ rights: Rights,
        for identity: Identity,
        in context: some RequestContext,
        object: ObjectAccess?
    ) async -> Decision
}

extension Authorizer {
    package func decide(
        _ rights: Rights,
        for identity: Identity,
        in context: some RequestContext
    ) async -> Decision {
        await decide(rights, for: identity, in: context, object: nil)
    }
}

/// Root may do everything, nobody else anything.
package struct RootAuthorizer: Authorizer {
    package init() {}

    package func decide(
        _ rights: Rights,
        for identity: Identity,
        in context: some RequestContext,
        object: ObjectAccess?
    ) async -> Decision {
        guard let signed = identity.signed, signed.kind == .root else {
            return .denied(rights.first, .notRoot)
        }
        return .allowed(rights.all.map { _ in .accountOwner })
    }
}
