internal import HTTP
package import IAM
internal import JSON

/// `GET idp/ldap/list-access-keys?userDN=…`: the access keys of one user of the directory, or one's own.
package struct ListLDAPAccessKeys: AdminOperation {
    package static let route = AdminRoute(.get, "idp/ldap/list-access-keys")

    private let user: String
    private let listing: AccessKeyListing
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        let named = call.optionalParameter("userDN")
        let isOwn = named.map { call.isCaller($0) } ?? true
        user = isOwn ? call.caller.userName : named ?? call.caller.userName
        // This call takes whatever it does not know for everything.
        listing = call.optionalParameter("listType").flatMap { AccessKeyListing(rawValue: $0) } ?? .all
        rights = Rights(Right(.listServiceAccounts, isGrantedByDefault: isOwn))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let keys = listing.keys(of: try await context.directoryUser(user), context.iam)
        return try await context.sealed(keys ?? ["serviceAccounts": [], "stsKeys": []])
    }
}
