internal import HTTP
package import IAM

/// `PUT restore-config-history-kv`: sets again what an earlier change set.
package struct RestoreConfigHistoryKV: AdminOperation {
    package static let route = AdminRoute(.put, "restore-config-history-kv", needs: "restoreId")

    private let id: String

    package init(parsing call: AdminCall) throws(AdminError) { id = try call.parameter("restoreId") }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(isApplied: try await context.services.settings.restore(id))
    }
}
