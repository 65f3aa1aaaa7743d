internal import HTTP
package import IAM
internal import JSON

/// `GET list-service-accounts`: those of a user, or one's own.
package struct ListServiceAccounts: AdminOperation {
    package static let route = AdminRoute(.get, "list-service-accounts")

    private let user: String
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        let named = call.optionalParameter("user")
        let isOwn = named.map { call.isCaller($0) } ?? true
        user = isOwn ? call.caller.userName : named ?? call.caller.userName
        rights = Rights(Right(.listServiceAccounts, isGrantedByDefault: isOwn))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let accounts = context.iam.serviceAccounts(ofParent: user)
        return try await context.sealed(["accounts": .array(accounts.map(\.listed))])
    }
}
