internal import HTTP
package import IAM
internal import JSON

/// `POST idp/ldap/policy/detach`, with a body as ``AttachLDAPPolicy`` has.
package struct DetachLDAPPolicy: AdminOperation {
    package static let route = AdminRoute(.post, "idp/ldap/policy/detach")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.updatePolicyAssociation)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let (policies, holder) = try await context.directoryAssociation(mustExist: false)
        let change = try await translating { () throws(IAMError) in
            try await context.iam.detach(policies, from: holder)
        }
        return try await context.sealed([
            "policiesDetached": .texts(change.changed), "updatedAt": .time(context.now),
        ])
    }
}
