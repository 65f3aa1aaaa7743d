internal import HTTP
package import IAM

/// `PUT config`: lines of settings that replace all others, as ``GetConfig`` answers them.
package struct SetConfig: AdminOperation {
    package static let route = AdminRoute(.put, "config")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await context.services.settings.set(try await context.payload(), replacingAll: true)
        return .empty
    }
}
