internal import Base
internal import HTTP
package import IAM
internal import JSON

/// `GET list-users`: an object by access keys.
package struct ListUsers: AdminOperation {
    package static let route = AdminRoute(.get, "list-users")

    /// Users with a policy for this bucket are all that the answer names; clients that ask so are the console only.
    private let bucket: String?

    package init(parsing call: AdminCall) throws(AdminError) {
        bucket = call.optionalParameter("bucket")
    }

    package var rights: Rights { Rights(Right(.listUsers)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        guard bucket == nil else {
            throw AdminError(.notImplemented, "Users cannot be listed by bucket.")
        }
        var users = JSONObject()
        for user in context.iam.users() { users[user.accessKey] = user.json }
        return try await context.sealed(.object(users))
    }
}

extension UserInfo {
    /// As `user-info` and `list-users` answer it; secrets are never told.
    var json: JSONValue {
        var object = JSONObject()
        object.set("policyName", policies.isEmpty ? nil : .string(policies.joined(separator: ",")))
        object.set("status", .string(status.rawValue))
        object.set("memberOf", groups.isEmpty ? nil : .texts(groups))
        object.set("updatedAt", updatedAt.map { .time($0) } ?? .string(goZeroTime))
        if account != .server {
            object.set(
                "account",
                [
                    "id": .string(account.id), "canonicalID": .string(account.canonicalID),
                    "displayName": .string(account.displayName),
                ]
            )
        }
        return .object(object)
    }
}
