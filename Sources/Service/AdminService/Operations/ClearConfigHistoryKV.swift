internal import HTTP
package import IAM

/// `DELETE clear-config-history-kv`: forgets one change of settings, or `all`.
package struct ClearConfigHistoryKV: AdminOperation {
    package static let route = AdminRoute(.delete, "clear-config-history-kv", needs: "restoreId")

    private let id: String

    package init(parsing call: AdminCall) throws(AdminError) { id = try call.parameter("restoreId") }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await context.services.settings.clearHistory(id)
        return .empty
    }
}
