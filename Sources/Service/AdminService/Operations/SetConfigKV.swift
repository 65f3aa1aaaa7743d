internal import HTTP
package import IAM

/// `PUT set-config-kv`: lines of settings. The header `x-minio-config-applied` says that they are in force; without it
/// clients ask for a restart.
package struct SetConfigKV: AdminOperation {
    package static let route = AdminRoute(.put, "set-config-kv")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(isApplied: try await context.services.settings.set(try await context.payload()))
    }
}
