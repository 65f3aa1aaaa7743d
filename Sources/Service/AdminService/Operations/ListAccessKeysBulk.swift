internal import HTTP
package import IAM
internal import JSON

/// `GET list-access-keys-bulk`: service accounts and temporary credentials by users: of those that are named, of all, or
/// one's own.
package struct ListAccessKeysBulk: AdminOperation {
    package static let route = AdminRoute(.get, "list-access-keys-bulk")

    private let listing: AccessKeyListing
    private let users: AccessKeyListing.Users

    package init(parsing call: AdminCall) throws(AdminError) {
        listing = try AccessKeyListing(call)
        users = try AccessKeyListing.Users(call, parameter: "users")
    }

    package var rights: Rights { users.rights }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let names = users.names ?? context.iam.users().map(\.accessKey) + [context.iam.root.accessKey]
        var answer = JSONObject()
        for name in names { answer.set(name, listing.keys(of: name, context.iam)) }
        return try await context.sealed(.object(answer))
    }
}
