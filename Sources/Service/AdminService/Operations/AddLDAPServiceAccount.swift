internal import HTTP
package import IAM
internal import JSON

/// `PUT idp/ldap/add-service-account`, with a body as ``AddServiceAccount`` has, for a user of the directory: oneself, or
/// whoever logs in with the name in `targetUser`.
package struct AddLDAPServiceAccount: AdminOperation {
    package static let route = AdminRoute(.put, "idp/ldap/add-service-account")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.createServiceAccount, isGrantedByDefault: true)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        _ = try context.directory()
        let body = try ReceivedObject(parsing: try await context.payload())
        let target = try body.nonEmptyText("targetUser") ?? context.caller.userName
        let isOwn = context.call.isCaller(target)
        var request = try ServiceAccountBody.request(body, parent: context.caller.userName)
        try await context.require(
            Rights(Right(.createServiceAccount, isGrantedByDefault: isOwn)),
            untilExpiration: request.expiration
        )
        if isOwn {
            guard context.caller.claims["ldapUser"] != nil else {
                throw AdminError(.noSuchUser, "The caller is no user of the directory.")
            }
            (request.claims, request.groups) = (context.caller.claims, context.caller.groups)
        } else {
            try await fill(&request, for: target, context)
        }
        try KeyBounds(of: context.caller).apply(to: &request, isOwn: isOwn)
        return try await ServiceAccountBody.add(request, in: context)
    }

    private func fill(
        _ request: inout ServiceAccountRequest,
        for login: String,
        _ context: AdminContext
    ) async throws(AdminError) {
        guard try context.directory().normalised(login) == nil else {
            throw AdminError(.ldapExpectedLogin)
        }
        let user = try await context.directoryUser(login: login)
        let policies =
            context.iam.policyNames(of: .externalUser(user.dn))
            + user.groups.flatMap { context.iam.policyNames(of: .externalGroup($0)) }
        guard !policies.isEmpty else {
            throw AdminError(.noSuchUser, "No policy is attached to the user or to one of the user's groups.")
        }
        (request.parent, request.groups) = (user.dn, user.groups)
        request.claims["ldapUser"] = .string(user.dn)
        request.claims["ldapActualUser"] = .string(user.actualDN)
        request.claims["ldapUsername"] = .string(login)
    }
}
