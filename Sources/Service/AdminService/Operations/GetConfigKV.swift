internal import HTTP
package import IAM

/// `GET get-config-kv`: the lines of one group of settings, or of all for an empty key. With an empty key and `subSys`
/// the help in its place, unencrypted: so minio-py asks for it.
package struct GetConfigKV: AdminOperation {
    package static let route = AdminRoute(.get, "get-config-kv", needs: "key")

    private let group: String
    private let wantsHelp: Bool

    package init(parsing call: AdminCall) throws(AdminError) {
        group = call.optionalParameter("key") ?? ""
        wantsHelp = group.isEmpty && call.has("subSys")
    }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        if wantsHelp {
            return AdminResponse(
                json: try context.services.settings.help(of: "", key: nil, asVariables: false)
            )
        }
        let text = try await context.services.settings.text(of: group)
        return try await context.sealed(Array(text.utf8), type: "text/plain; charset=utf-8")
    }
}
