internal import HTTP
package import IAM

/// `GET idp/ldap/policy-entities`: the same of the directory's users and groups, named as for ``AttachLDAPPolicy``.
package struct ListLDAPPolicyEntities: AdminOperation {
    package static let route = AdminRoute(.get, "idp/ldap/policy-entities")

    private let users: [String]
    private let groups: [String]
    private let policies: [String]

    package init(parsing call: AdminCall) throws(AdminError) {
        users = call.parameters("user")
        groups = call.parameters("group")
        policies = call.parameters("policy")
    }

    package var rights: Rights { Rights(Right(.listUserPolicies)) }
    package var alternativeRights: [Rights] { [Rights(Right(.listUsers)), Rights(Right(.listGroups))] }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let directory = try context.directory()
        var query = PolicyEntities.Query()
        query.isExternal = true
        query.policies = policies
        for user in users { query.users.append(try await context.directoryUser(user)) }
        for group in groups { query.groups.append(try await context.directoryGroup(group)) }
        // Users of OpenID providers are kept in the same place.
        let answer = context.iam.policyEntities(query).json(
            at: context.now,
            isUser: directory.isUser,
            isGroup: directory.isGroup
        )
        return try await context.sealed(answer)
    }
}
