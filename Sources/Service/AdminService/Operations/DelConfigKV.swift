internal import HTTP
package import IAM

/// `DELETE del-config-kv`: gives a group of settings, or the keys named behind it, their defaults back.
package struct DelConfigKV: AdminOperation {
    package static let route = AdminRoute(.delete, "del-config-kv")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(isApplied: try await context.services.settings.reset(try await context.payload()))
    }
}
