internal import HTTP
package import IAM
internal import JSON

/// `GET idp/ldap/list-access-keys-bulk`: as ``ListAccessKeysBulk``, for users of the directory.
package struct ListLDAPAccessKeysBulk: AdminOperation {
    package static let route = AdminRoute(.get, "idp/ldap/list-access-keys-bulk")

    private let listing: AccessKeyListing
    private let users: AccessKeyListing.Users

    package init(parsing call: AdminCall) throws(AdminError) {
        listing = try AccessKeyListing(call)
        users = try AccessKeyListing.Users(call, parameter: "userDNs")
    }

    package var rights: Rights { users.rights }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let directory = try context.directory()
        var names: [String] = []
        if let named = users.names {
            for name in named { names.append(try await context.directoryUser(name)) }
        } else {
            names = Self.knownUsers(context.iam).filter(directory.isUser)
        }
        var answer = JSONObject()
        for name in names { answer.set(name, listing.keys(of: name, context.iam)) }
        return try await context.sealed(.object(answer))
    }

    /// Users who are not stored: those with policies, and those with access keys. In order.
    private static func knownUsers(_ iam: IAM) -> [String] {
        var query = PolicyEntities.Query()
        query.isExternal = true
        var names = Set(iam.policyEntities(query).users.map(\.name))
        names.formUnion(iam.serviceAccounts(ofParent: nil).map(\.parent))
        names.formUnion(iam.temporaryCredentials(ofParent: nil).map(\.parent))
        return names.sorted()
    }
}
