package import Base
package import HTTPClient
import JOSE
package import Telemetry

/// All configured providers: tokens in, identities out. Any number of tasks may ask at once.
///
/// Nothing is asked of a provider before the first token comes, so a provider that is down holds up no start.
package final class OpenIDProviders: Sendable {
    /// A role that stands for the provider without one, as MinIO names it: some clients cannot do without a role.
    package static let claimRoleARN = "arn:minio:iam:::role/dummy-internal"

    private let claimProvider: OpenIDProvider?
    private let roleProviders: [String: OpenIDProvider]
    /// The policies of each role.
    package let roles: [String: [String]]

    /// - Parameters:
    ///   - region: the server's, which is a part of its roles' names.
    ///   - client: whose limits bound every question to a provider.
    package init(
        _ settings: [ProviderSettings],
        region: String,
        client: HTTPClient,
        options: OpenIDOptions = OpenIDOptions(),
        time: some TimeSource = SystemTime()
    ) throws(ProviderSettingsError) {
        try Self.check(settings)
        var (roleProviders, roles) = ([String: OpenIDProvider](), [String: [String]]())
        var claimProvider: OpenIDProvider?
        for settings in settings {
            let provider = OpenIDProvider(
                settings: settings,
                roleARN: settings.roleARN(region: region),
                keys: KeySource(settings, client: client, options: options, time: time),
                client: client,
                options: options,
                time: time
            )
            switch (settings.policySource, provider.roleARN) {
            case (.role(let policies), let role?): (roleProviders[role], roles[role]) = (provider, policies)
            case (.claim, _), (.role, nil): claimProvider = provider
            }
        }
        (self.claimProvider, self.roleProviders, self.roles) = (claimProvider, roleProviders, roles)
    }

    /// Who the bearer of a token is.
    ///
    /// - Parameters:
    ///   - token: an identity token, or an access token that is a JWT: signed, in compact form.
    ///   - roleARN: which provider; `nil` and ``claimRoleARN`` for the one whose tokens name their policies.
    ///   - accessToken: for the provider's user info, where it is configured to be asked.
    package func authenticate(
        token: String,
        roleARN: String? = nil,
        accessToken: Secret? = nil
    ) async throws(OpenIDError) -> WebIdentity {
        let provider = try provider(for: roleARN)
        let token = try OpenIDProvider.refusing { () throws(TokenError) in try SignedToken(parsing: token) }
        return try await provider.authenticate(token, accessToken: accessToken)
    }

    private func provider(for roleARN: String?) throws(OpenIDError) -> OpenIDProvider {
        guard let roleARN, roleARN != Self.claimRoleARN else {
            guard let claimProvider else { throw .refused(.noClaimProvider) }
            return claimProvider
        }
        guard let provider = roleProviders[roleARN] else { throw .refused(.unknownRole) }
        return provider
    }

    /// Whether these providers can be told from each other.
    package static func check(_ settings: [ProviderSettings]) throws(ProviderSettingsError) {
        var (targets, clientIDs) = (Set<String>(), Set<String>())
        for provider in settings {
            guard targets.insert(provider.target).inserted else { throw .repeatedTarget(provider.target) }
            guard clientIDs.insert(provider.clientID).inserted else {
                throw .repeatedClientID(provider.clientID)
            }
        }
        let claimTargets = settings.filter { $0.roleARN(region: "") == nil }.map { $0.target }
        guard claimTargets.count <= 1 else { throw .severalClaimProviders(claimTargets) }
    }
}
