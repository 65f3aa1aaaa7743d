internal import HTTP
package import IAM
internal import JSON

/// `GET list-canned-policies`: an object of policies by names.
package struct ListCannedPolicies: AdminOperation {
    package static let route = AdminRoute(.get, "list-canned-policies")

    private let bucket: String?

    package init(parsing call: AdminCall) throws(AdminError) {
        bucket = call.optionalParameter("bucket")
    }

    package var rights: Rights { Rights(Right(.listUserPolicies)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        guard bucket == nil else {
            throw AdminError(.notImplemented, "Policies cannot be listed by bucket.")
        }
        var policies = JSONObject()
        for policy in context.iam.policies() { policies[policy.name] = .embedded(policy.text) }
        return AdminResponse(json: .object(policies))
    }
}
