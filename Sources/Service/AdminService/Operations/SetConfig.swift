internal import HTTP
package import IAM

/// `PUT config`: lines of settings that replace all others, as ``GetConfig`` answers them. Those that the environment
/// overrides are kept as well, so that every answer of it can be sent back.
package struct SetConfig: AdminOperation {
    package static let route = AdminRoute(.put, "config")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let settings = context.services.settings
        return AdminResponse(
            isApplied: try await settings.set(try await context.payload(), replacingAll: true)
        )
    }
}
