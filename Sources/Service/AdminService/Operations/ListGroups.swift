internal import HTTP
package import IAM
internal import JSON

/// `GET groups`: their names.
package struct ListGroups: AdminOperation {
    package static let route = AdminRoute(.get, "groups")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.listGroups)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(json: .texts(context.iam.groups().map(\.name)))
    }
}
