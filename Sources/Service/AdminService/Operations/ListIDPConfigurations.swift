internal import HTTP
package import IAM
internal import JSON

/// `GET idp-config/{type}`: the identity providers that the server was set up with.
package struct ListIDPConfigurations: AdminOperation {
    package static let route = AdminRoute(.get, "idp-config/{type}")

    private let kind: ProviderConfiguration.Kind

    package init(parsing call: AdminCall) throws(AdminError) {
        kind = try ProviderConfiguration.Kind(parsing: Self.route.values(in: call.names)[0])
    }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let listed = context.services.providers.configurations(of: kind).map { configuration -> JSONValue in
            var object = JSONObject()
            object.set("type", .string(kind.rawValue))
            object.set("name", .string(configuration.name))
            object.set("enabled", .boolean(configuration.isEnabled))
            object.set("roleARN", configuration.roleARN.map { .string($0) })
            return .object(object)
        }
        return try await context.sealed(.array(listed))
    }
}

extension ProviderConfiguration.Kind {
    /// - Throws: `XMinioAdminConfigInvalidIDPType`.
    init(parsing text: String) throws(AdminError) {
        guard let kind = Self(rawValue: text) else { throw AdminError(.invalidIDPType) }
        self = kind
    }
}
