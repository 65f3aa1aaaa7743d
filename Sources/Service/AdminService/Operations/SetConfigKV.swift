internal import HTTP
package import IAM

/// `PUT set-config-kv`: lines of settings. They count from the next start on, which the missing header
/// `x-minio-config-applied` tells clients.
package struct SetConfigKV: AdminOperation {
    package static let route = AdminRoute(.put, "set-config-kv")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await context.services.settings.set(try await context.payload())
        return .empty
    }
}
