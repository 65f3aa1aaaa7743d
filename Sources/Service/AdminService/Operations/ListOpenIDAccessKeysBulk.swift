internal import HTTP
package import IAM
internal import JSON

/// `GET idp/openid/list-access-keys-bulk`: as ``ListAccessKeysBulk``, for users of OpenID providers, by providers.
package struct ListOpenIDAccessKeysBulk: AdminOperation {
    package static let route = AdminRoute(.get, "idp/openid/list-access-keys-bulk")

    private let listing: AccessKeyListing
    private let users: AccessKeyListing.Users
    /// `nil` is every provider.
    private let provider: String?

    package init(parsing call: AdminCall) throws(AdminError) {
        listing = try AccessKeyListing(call)
        users = try AccessKeyListing.Users(call, parameter: "users")
        provider = call.optionalParameter("configName") ?? (call.isTrue("allConfigs") ? nil : "_")
    }

    package var rights: Rights { users.rights }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let all = context.services.providers.configurations(of: .openID)
        guard !all.isEmpty else { throw AdminError(.openIDNotEnabled) }
        let wanted = all.filter { provider == nil || $0.name == provider }
        guard !wanted.isEmpty else { throw AdminError(.noSuchConfigTarget) }
        let keys = keys(context.iam)
        let answer = wanted.sorted { $0.name < $1.name }.map { configuration -> JSONValue in
            [
                "configName": .string(configuration.name),
                "users": .array(users(of: configuration, among: keys)),
            ]
        }
        return try await context.sealed(.array(answer))
    }

    private struct Key {
        let parent: String
        let claims: JSONObject
        let isTemporary: Bool
        let listed: JSONValue
    }

    /// Those that a token stands behind.
    private func keys(_ iam: IAM) -> [Key] {
        var keys: [Key] = []
        if listing != .temporary {
            keys += iam.serviceAccounts(ofParent: nil).map {
                Key(parent: $0.parent, claims: $0.claims, isTemporary: false, listed: $0.listed)
            }
        }
        if listing != .serviceAccounts {
            keys += iam.temporaryCredentials(ofParent: nil).map {
                Key(parent: $0.parent, claims: $0.claims, isTemporary: true, listed: $0.listed)
            }
        }
        return keys.filter { $0.claims["sub"] != nil }
    }

    private func users(of configuration: ProviderConfiguration, among keys: [Key]) -> [JSONValue] {
        let own = keys.filter { key in
            guard key.claims["roleArn"]?.string == configuration.roleARN else { return false }
            guard let names = users.names else { return true }
            // A claim that says what the caller is called makes nobody the caller.
            if users.isOwn { return names.contains { $0.utf8.elementsEqual(key.parent.utf8) } }
            return names.contains(key.parent) || names.contains(text(configuration.userIDClaim, of: key))
        }
        return Dictionary(grouping: own, by: \.parent).sorted { $0.key < $1.key }.map { parent, keys in
            let accounts = keys.filter { !$0.isTemporary && listing.hasServiceAccounts }
            let temporary = keys.filter { $0.isTemporary && listing.hasTemporary }
            return [
                "minioAccessKey": .string(parent),
                "ID": .string(text(configuration.userIDClaim, of: keys[0])),
                "readableName": .string(text(configuration.readableClaim, of: keys[0])),
                "serviceAccounts": .array(accounts.map(\.listed)), "stsKeys": .array(temporary.map(\.listed)),
            ]
        }
    }

    private func text(_ claim: String, of key: Key) -> String { key.claims[claim]?.string ?? "" }
}
