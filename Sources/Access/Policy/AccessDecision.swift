/// Whether a request may be done, and what decided it.
package enum AccessDecision: Sendable, Hashable {
    case allowed(Grant)
    case denied(Denial)

    package var isAllowed: Bool {
        switch self {
        case .allowed: true
        case .denied: false
        }
    }

    /// Where a policy is attached. An index counts from 0.
    package enum Layer: Sendable, Hashable {
        case identity(Int)
        case session(Int)
        case bucketPolicy
    }

    /// A statement of the layers that were asked.
    package struct Statement: Sendable, Hashable {
        package let layer: Layer
        /// From 0.
        package let index: Int

        package init(_ layer: Layer, _ index: Int) { (self.layer, self.index) = (layer, index) }
    }

    /// What allowed the request. Across accounts both sides did; this is the identity's.
    package enum Grant: Sendable, Hashable {
        case accountOwner
        case statement(Statement)
        case acl
        /// The action is everybody's unless denied.
        case byDefault
    }

    package enum Denial: Sendable, Hashable {
        /// A statement with the effect Deny.
        case statement(Statement)
        /// Neither the identity nor the bucket grants it.
        case notGranted
        /// The bucket grants it to the caller's account, but no policy of that account to the caller.
        case notGrantedByIdentity
        /// The caller is of another account, or unsigned, and the bucket does not grant it.
        case notGrantedByBucket
        /// The session policy at that index leaves it out.
        case notGrantedBySession(Int)
    }
}

extension PolicyLayers {
    /// For an audit line: what decided, with the statement's Sid or its number from 1.
    package func reason(for decision: AccessDecision) -> String {
        switch decision {
        case .allowed(.accountOwner): "the account's owner"
        case .allowed(.acl): "the access control list"
        case .allowed(.byDefault): "allowed by default"
        case .allowed(.statement(let statement)), .denied(.statement(let statement)): name(of: statement)
        case .denied(.notGranted): "no policy grants it"
        case .denied(.notGrantedByIdentity): "no identity policy grants it"
        case .denied(.notGrantedByBucket): "the bucket does not grant it"
        case .denied(.notGrantedBySession(let index)): "session policy \(index + 1) does not grant it"
        }
    }

    private func name(of statement: AccessDecision.Statement) -> String {
        let (layer, document): (String, PolicyDocument?) =
            switch statement.layer {
            case .identity(let index): ("identity policy \(index + 1)", identityPolicies[index])
            case .session(let index): ("session policy \(index + 1)", sessionPolicies[index])
            case .bucketPolicy: ("bucket policy", bucketPolicy)
            }
        guard let sid = document?.sid(ofStatement: statement.index) else {
            return "\(layer), statement \(statement.index + 1)"
        }
        return "\(layer), statement \(statement.index + 1) (Sid \"\(sid)\")"
    }
}
