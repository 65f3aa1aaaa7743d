internal import HTTP
package import IAM

/// `GET config`: the lines of every group of settings.
package struct GetConfig: AdminOperation {
    package static let route = AdminRoute(.get, "config")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let text = try await context.services.settings.text(of: "")
        return try await context.sealed(Array(text.utf8), type: "text/plain; charset=utf-8")
    }
}
