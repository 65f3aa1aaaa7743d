internal import HTTP
package import IAM

/// `DELETE group/{group}`: removes an empty group, as RustFS's clients ask for it.
package struct RemoveGroup: AdminOperation {
    package static let route = AdminRoute(.delete, "group/{group}")

    private let group: String

    package init(parsing call: AdminCall) throws(AdminError) {
        group = Self.route.values(in: call.names)[0]
    }

    package var rights: Rights { Rights(Right(.removeUserFromGroup)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await translating { () throws(IAMError) in try await context.iam.removeGroup(group) }
        return .empty
    }
}
