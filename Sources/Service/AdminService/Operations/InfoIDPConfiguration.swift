internal import HTTP
package import IAM
internal import JSON

/// `GET idp-config/{type}/{name}`: what one of them was told, without secrets.
package struct InfoIDPConfiguration: AdminOperation {
    package static let route = AdminRoute(.get, "idp-config/{type}/{name}")

    private let kind: ProviderConfiguration.Kind
    private let providerName: String

    package init(parsing call: AdminCall) throws(AdminError) {
        let values = Self.route.values(in: call.names)
        kind = try ProviderConfiguration.Kind(parsing: values[0])
        providerName = values[1]
    }

    package var rights: Rights { Rights(Right(.configUpdate)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let all = context.services.providers.configurations(of: kind)
        guard let configuration = all.first(where: { $0.name == providerName }) else {
            throw AdminError(.noSuchConfigTarget)
        }
        return try await context.sealed([
            "type": .string(kind.rawValue), "name": .string(configuration.name),
            "info": .array(
                configuration.values.map {
                    [
                        "key": .string($0.key), "value": .string($0.text), "isCfg": .boolean(true),
                        "isEnv": .boolean($0.isFromEnvironment),
                    ]
                }
            ),
        ])
    }
}
