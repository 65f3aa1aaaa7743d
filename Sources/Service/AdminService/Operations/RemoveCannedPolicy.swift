internal import HTTP
package import IAM

/// `DELETE remove-canned-policy`: refused while somebody has it.
package struct RemoveCannedPolicy: AdminOperation {
    package static let route = AdminRoute(.delete, "remove-canned-policy", needs: "name")

    private let policy: String

    package init(parsing call: AdminCall) throws(AdminError) { policy = try call.parameter("name") }

    package var rights: Rights { Rights(Right(.deletePolicy)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await translating { () throws(IAMError) in try await context.iam.removePolicy(policy) }
        return .empty
    }
}
