package import Policy

/// What is asked of the security token service, as policies name it. Everybody known may, unless a policy denies it.
package enum STSAction: String, Sendable, Hashable, CaseIterable {
    case assumeRole = "sts:AssumeRole"
    case assumeRoleWithClientGrants = "sts:AssumeRoleWithClientGrants"
    case assumeRoleWithWebIdentity = "sts:AssumeRoleWithWebIdentity"
    case assumeRoleWithLDAPIdentity = "sts:AssumeRoleWithLDAPIdentity"
    case assumeRoleWithCertificate = "sts:AssumeRoleWithCertificate"

    private static let policyActions = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, PolicyAction($0.rawValue)) }
    )

    /// As policies know it.
    package var policyAction: PolicyAction { Self.policyActions[self] ?? PolicyAction(rawValue) }
}
