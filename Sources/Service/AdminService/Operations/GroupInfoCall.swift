internal import HTTP
package import IAM
internal import JSON

/// `GET group`: status, members and policies of one group.
package struct GroupInfoCall: AdminOperation {
    package static let route = AdminRoute(.get, "group", needs: "group")
    package static let name = "GroupInfo"

    private let name: String

    package init(parsing call: AdminCall) throws(AdminError) { name = try call.parameter("group") }

    package var rights: Rights { Rights(Right(.getGroup)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let group = try await translating { () throws(IAMError) in try context.iam.group(name) }
        return AdminResponse(json: [
            "name": .string(group.name), "status": .string(group.status.rawValue),
            "members": .texts(group.members), "policy": .string(group.policies.joined(separator: ",")),
            "updatedAt": group.updatedAt.map { .time($0) } ?? .string(goZeroTime),
        ])
    }
}
