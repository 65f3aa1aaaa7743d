internal import HTTP
package import IAM
internal import JSON

/// `POST idp/builtin/policy/detach`, with a body as ``AttachPolicy`` has.
package struct DetachPolicy: AdminOperation {
    package static let route = AdminRoute(.post, "idp/builtin/policy/detach")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.attachUserOrGroupPolicy)) }
    package var alternativeRights: [Rights] { [Rights(Right(.updatePolicyAssociation))] }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let association = try PolicyAssociation(parsing: try await context.payload())
        try PolicyNames.checkHolder(association.holder, context.iam)
        let change = try await translating { () throws(IAMError) in
            try await context.iam.detach(association.policies, from: association.holder)
        }
        return try await context.sealed([
            "policiesDetached": .texts(change.changed), "updatedAt": .time(context.now),
        ])
    }
}
