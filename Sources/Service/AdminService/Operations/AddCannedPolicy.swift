internal import HTTP
package import IAM

/// `PUT add-canned-policy`: the body is the policy, plain.
package struct AddCannedPolicy: AdminOperation {
    package static let route = AdminRoute(.put, "add-canned-policy", needs: "name")

    private let policy: String

    /// MinIO's limit.
    private static let sizeMax = 20 << 10

    package init(parsing call: AdminCall) throws(AdminError) {
        policy = try call.parameter("name")
        guard policy.first != " ", policy.last != " " else { throw AdminError(.invalidResource) }
        guard !policy.utf8.contains(UInt8(ascii: ",")) else { throw AdminError(.policyInvalidName) }
    }

    package var rights: Rights { Rights(Right(.createPolicy)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let text = try await context.plainBody(sizeMax: Self.sizeMax)
        try await translating { () throws(IAMError) in try await context.iam.setPolicy(text, named: policy) }
        return .empty
    }
}
