internal import HTTP
package import IAM

/// `GET help-config-kv`: which settings there are; with `env` the names of their variables.
package struct HelpConfigKV: AdminOperation {
    package static let route = AdminRoute(.get, "help-config-kv", needs: "subSys")

    private let group: String
    private let key: String?
    private let asVariables: Bool

    package init(parsing call: AdminCall) throws(AdminError) {
        group = call.optionalParameter("subSys") ?? ""
        key = call.optionalParameter("key")
        asVariables = call.has("env")
    }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(
            json: try context.services.settings.help(of: group, key: key, asVariables: asVariables)
        )
    }
}
