internal import HTTP
package import IAM

/// `PUT set-user-or-group-policy`: replaces the policies of a user or group; an empty name takes them all away.
package struct SetUserOrGroupPolicy: AdminOperation {
    package static let route = AdminRoute(
        .put,
        "set-user-or-group-policy",
        needs: "policyName",
        "userOrGroup",
        "isGroup"
    )

    private let policies: [String]
    private let holder: PolicyHolder

    package init(parsing call: AdminCall) throws(AdminError) {
        policies = PolicyNames.split(call.optionalParameter("policyName") ?? "")
        let name = try call.parameter("userOrGroup")
        holder = call.isTrue("isGroup") ? .group(name) : .user(name)
    }

    package var rights: Rights { Rights(Right(.attachUserOrGroupPolicy)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try PolicyNames.checkHolder(holder, context.iam)
        try await translating { () throws(IAMError) in
            try await context.iam.setPolicies(policies, of: holder)
        }
        return .empty
    }
}

/// Names of policies in the forms that calls have them.
enum PolicyNames {
    /// Of a list separated by commas; spaces around a name do not count.
    static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// - Throws: `XMinioIAMActionNotAllowed` for the root user, whom no policy can bind.
    static func checkHolder(_ holder: PolicyHolder, _ iam: IAM) throws(AdminError) {
        guard holder != .user(iam.root.accessKey) else { throw AdminError(.iamActionNotAllowed) }
    }
}
