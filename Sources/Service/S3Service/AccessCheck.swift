package import IAM
internal import Policy

/// Asks whether the sender of one request may do something.
package struct AccessCheck: Sendable {
    package let identity: Identity
    private let authorizer: any Authorizer

    package init(_ identity: Identity, authorizer: any Authorizer) {
        (self.identity, self.authorizer) = (identity, authorizer)
    }

    package func decide(_ rights: Rights) async -> Decision {
        await authorizer.decide(rights, for: identity, in: EmptyContext())
    }

    package func isAllowed(_ rights: Rights) async -> Bool { await decide(rights).isAllowed }
}
