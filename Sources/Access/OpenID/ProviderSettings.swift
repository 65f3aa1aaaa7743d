import Base
import Cryptography
package import HTTPClient
package import Telemetry

/// One identity provider, as the operator configures it.
package struct ProviderSettings: Sendable, Equatable {
    /// Where a user's policies come from.
    package enum PolicySource: Sendable, Equatable {
        /// A claim of the token, `claim_prefix` included.
        case claim(String)
        /// Everybody who assumes the provider's role has these.
        case role([String])
    }

    /// The configuration's target: `_` for the one without a name.
    package let target: String
    package let displayName: String
    package let configURL: WebURL
    /// What `iss` and the discovery document have to say, apart from a slash at the end.
    package let issuer: String
    package let clientID: String
    package let clientSecret: Secret?
    package let policySource: PolicySource
    /// Whether claims that the token lacks are asked of the provider, with the user's access token.
    package let asksUserInfo: Bool
    /// Empty: those that the discovery document names. For the console's login.
    package let scopes: [String]
    package let redirectURI: String?
    package let redirectsDynamically: Bool
    /// Whether the host of `config_url` may be in a private network.
    package let allowsPrivateNetwork: Bool

    private static let discoveryPath = "/.well-known/openid-configuration"
    private static let names: Set<String> = [
        "enable", "comment", "display_name", "config_url", "issuer", "client_id", "client_secret",
        "claim_name",
        "claim_prefix", "claim_userinfo", "role_policy", "scopes", "redirect_uri", "redirect_uri_dynamic",
        "private_network",
    ]
    /// Keycloak's administration, which would be asked whether a user is still enabled.
    private static let unsupportedNames: Set<String> = ["vendor", "keycloak_realm", "keycloak_admin_url"]

    /// - Parameter values: by MinIO's names; an empty value is none. `issuer` and `private_network` are Martlet's own.
    /// - Returns: `nil` where the provider is switched off, or nothing is set.
    package init?(target: String, values: [String: String]) throws(ProviderSettingsError) {
        let values = values.filter { !$0.value.isEmpty }
        for name in values.keys.sorted() {
            guard !Self.unsupportedNames.contains(name) else { throw .unsupportedSetting(name) }
            guard Self.names.contains(name) else { throw .unknownSetting(name) }
        }
        guard try Self.isOn("enable", values, otherwise: values.keys.contains { $0 != "comment" }) else {
            return nil
        }
        guard let configURL = values["config_url"] else { throw .missingSetting("config_url") }
        guard let clientID = values["client_id"] else { throw .missingSetting("client_id") }
        self.target = target
        self.clientID = clientID
        displayName = values["display_name"] ?? ""
        clientSecret = values["client_secret"].map { Secret($0) }
        self.configURL = try Self.url("config_url", configURL)
        issuer = try Self.issuer(values, self.configURL)
        policySource = try Self.policySource(values)
        asksUserInfo = try Self.isOn("claim_userinfo", values)
        scopes = try Self.list("scopes", values)
        redirectURI = values["redirect_uri"]
        redirectsDynamically = try Self.isOn("redirect_uri_dynamic", values)
        allowsPrivateNetwork = try Self.isOn("private_network", values)
    }

    /// `arn:minio:iam:REGION::role/…` as MinIO makes it, so that a client's configuration stays as it is; `nil`
    /// where the policies come from a claim.
    package func roleARN(region: String) -> String? {
        guard case .role = policySource else { return nil }
        let id = Base64.urlWithoutPadding.encode(SHA1.hash(Array(clientID.utf8)))
        return "arn:minio:iam:\(region)::role/\(id)"
    }

    /// Whom the provider may make us ask: itself, and public servers by `https`, because large providers keep their keys
    /// under another name.
    var policy: OutboundPolicy {
        OutboundPolicy(
            origins: [configURL.origin],
            reach: allowsPrivateNetwork ? .privateNetworks : .publicAddresses,
            allowsOtherSecureNames: true
        )
    }

    /// Discovery §4.3: the issuer is what `config_url` was made from. A slash at its end is not in `config_url`.
    func isIssuer(_ claimed: String) -> Bool {
        Self.withoutSlash(claimed).utf8.elementsEqual(Self.withoutSlash(issuer).utf8)
    }

    private static func issuer(
        _ values: [String: String],
        _ configURL: WebURL
    ) throws(ProviderSettingsError) -> String {
        if let issuer = values["issuer"] {
            _ = try url("issuer", issuer)
            return issuer
        }
        guard configURL.text.hasSuffix(discoveryPath) else { throw .unknownIssuer }
        return String(configURL.text.dropLast(discoveryPath.count))
    }

    private static func withoutSlash(_ text: String) -> Substring {
        text.hasSuffix("/") ? text.dropLast() : text[...]
    }

    private static func policySource(_ values: [String: String]) throws(ProviderSettingsError) -> PolicySource
    {
        let policies = try list("role_policy", values)
        guard !policies.isEmpty else {
            return .claim((values["claim_prefix"] ?? "") + (values["claim_name"] ?? "policy"))
        }
        guard values["claim_name"] == nil || values["claim_name"] == "policy" else {
            throw .rolePolicyAndClaim
        }
        return .role(policies)
    }

    private static func url(_ name: String, _ value: String) throws(ProviderSettingsError) -> WebURL {
        do throws(WebURLError) {
            return try WebURL(value)
        } catch {
            throw .malformedURL(setting: name, error)
        }
    }

    private static func list(
        _ name: String,
        _ values: [String: String]
    ) throws(ProviderSettingsError) -> [String] {
        guard let value = values[name] else { return [] }
        let names = value.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
        guard !names.contains("") else { throw .malformedList(setting: name) }
        return names
    }

    private static func isOn(
        _ name: String,
        _ values: [String: String],
        otherwise: Bool = false
    ) throws(ProviderSettingsError) -> Bool {
        switch values[name]?.lowercased() {
        case nil: return otherwise
        case "on", "true", "1", "yes": return true
        case "off", "false", "0", "no": return false
        case let value?: throw .malformedSwitch(setting: name, value: value)
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
