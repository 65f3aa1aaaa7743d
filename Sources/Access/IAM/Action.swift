package import Policy

/// Something to be done, under the name that policies have for it.
package enum Action: Sendable, Hashable {
    case s3(S3Action)
    case admin(AdminAction)
    case sts(STSAction)

    package var name: String {
        switch self {
        case .s3(let action): action.rawValue
        case .admin(let action): action.rawValue
        case .sts(let action): action.rawValue
        }
    }

    /// Looked up once for each action and kept.
    package var policyAction: PolicyAction {
        switch self {
        case .s3(let action): action.policyAction
        case .admin(let action): action.policyAction
        case .sts(let action): action.policyAction
        }
    }
}

extension S3Action {
    private static let policyActions = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, PolicyAction($0.rawValue)) }
    )

    /// As policies know it.
    package var policyAction: PolicyAction { Self.policyActions[self] ?? PolicyAction(rawValue) }
}

extension AdminAction {
    private static let policyActions = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, PolicyAction($0.rawValue)) }
    )

    /// As policies know it.
    package var policyAction: PolicyAction { Self.policyActions[self] ?? PolicyAction(rawValue) }
}
