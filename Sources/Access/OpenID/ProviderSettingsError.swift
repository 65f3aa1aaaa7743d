package import HTTPClient

/// Why a provider cannot be used as it is configured. Settings go by the names of MinIO's `identity_openid`.
package enum ProviderSettingsError: Error, Equatable, Sendable {
    case unknownSetting(String)
    /// A setting of MinIO's that has no effect here, and whose effect would be missed.
    case unsupportedSetting(String)
    case missingSetting(String)
    /// Neither `on` nor `off`.
    case malformedSwitch(setting: String, value: String)
    case malformedURL(setting: String, WebURLError)
    /// An empty name between two commas.
    case malformedList(setting: String)
    /// `config_url` does not end as OpenID Connect Discovery §4 says, so the issuer does not follow from it:
    /// `issuer` has to name it.
    case unknownIssuer
    /// Either the role or the token's claim names the policies.
    case rolePolicyAndClaim

    // Of several providers.
    case repeatedTarget(String)
    /// A token for that client would be two providers'.
    case repeatedClientID(String)
    /// Without a role there would be two providers to ask.
    case severalClaimProviders([String])
}
