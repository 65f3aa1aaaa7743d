internal import HTTP
package import IAM
internal import JSON

/// `POST idp/ldap/policy/attach`: to a user of the directory, by its distinguished name or its login, or to a group, by
/// its distinguished name.
///
///     {"policies": […], "user": …} or {"policies": […], "group": …}
package struct AttachLDAPPolicy: AdminOperation {
    package static let route = AdminRoute(.post, "idp/ldap/policy/attach")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.updatePolicyAssociation)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let (policies, holder) = try await context.directoryAssociation(mustExist: true)
        let change = try await translating { () throws(IAMError) in
            try await context.iam.attach(policies, to: holder)
        }
        return try await context.sealed([
            "policiesAttached": .texts(change.changed), "updatedAt": .time(context.now),
        ])
    }
}

extension AdminContext {
    /// What the body of ``AttachLDAPPolicy`` and ``DetachLDAPPolicy`` means.
    ///
    /// - Parameter mustExist: whether the directory must have the user or group. A policy of one that it has no more, or
    ///   spells otherwise, can still be taken away.
    func directoryAssociation(mustExist: Bool) async throws(AdminError) -> ([String], PolicyHolder) {
        _ = try directory()
        let association = try PolicyAssociation(parsing: try await payload())
        switch association.holder {
        case .user(let name), .externalUser(let name):
            return (association.policies, .externalUser(try await directoryUser(name, mustExist: mustExist)))
        case .group(let name), .externalGroup(let name):
            return (
                association.policies, .externalGroup(try await directoryGroup(name, mustExist: mustExist))
            )
        }
    }
}
