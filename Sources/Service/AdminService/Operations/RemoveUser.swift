internal import HTTP
package import IAM

/// `DELETE remove-user`: removes a user with its keys.
package struct RemoveUser: AdminOperation {
    package static let route = AdminRoute(.delete, "remove-user", needs: "accessKey")

    private let accessKey: String

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = try call.parameter("accessKey")
        guard !call.isCaller(accessKey) else {
            throw AdminError(.iamActionNotAllowed, "Nobody can remove itself.")
        }
    }

    package var rights: Rights { Rights(Right(.deleteUser)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        guard accessKey != context.iam.root.accessKey else { throw AdminError(.iamActionNotAllowed) }
        try await translating { () throws(IAMError) in try await context.iam.removeUser(accessKey) }
        return .empty
    }
}
