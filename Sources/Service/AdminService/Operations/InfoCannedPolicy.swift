internal import HTTP
package import IAM
internal import JSON

/// `GET info-canned-policy`: one policy; with `v=2` inside an object that has its name and times.
package struct InfoCannedPolicy: AdminOperation {
    package static let route = AdminRoute(.get, "info-canned-policy", needs: "name")

    private let name: String
    private let hasTimes: Bool

    package init(parsing call: AdminCall) throws(AdminError) {
        name = try call.parameter("name")
        switch call.optionalParameter("v") {
        case nil: hasTimes = false
        case "2": hasTimes = true
        case .some: throw AdminError(.invalidArgument, "The parameter 'v' is '2'.")
        }
    }

    package var rights: Rights { Rights(Right(.getPolicy)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let policy = try await translating { () throws(IAMError) in try context.iam.policy(named: name) }
        let text = JSONValue.embedded(policy.text)
        guard hasTimes else { return AdminResponse(json: text) }
        var object = JSONObject()
        object.set("PolicyName", .string(policy.name))
        object.set("Policy", text)
        object.set("CreateDate", policy.createdAt.map { .time($0) })
        object.set("UpdateDate", policy.updatedAt.map { .time($0) })
        return AdminResponse(json: .object(object))
    }
}
