import Directory
import OpenID

/// Providers and a directory, out of their families of settings.
extension Configuration {
    /// In the order of their targets. A mistake is recorded.
    static func openIDProviders(_ sources: inout SettingSources) -> [ProviderSettings] {
        var providers: [(group: SettingGroup, settings: ProviderSettings)] = []
        for group in sources.find(openIDFamily) {
            do throws(ProviderSettingsError) {
                guard let settings = try ProviderSettings(target: group.target, values: group.texts) else {
                    continue
                }
                providers.append((group, settings))
                try OpenIDProviders.check(providers.map(\.settings))
            } catch {
                sources.record(group.mistake(error))
                // What is told apart no more is left out, so that the next one is not blamed for it.
                providers.removeAll { $0.group.target == group.target }
            }
        }
        return providers.map(\.settings)
    }

    /// `nil` where none is set up. A mistake is recorded.
    static func directory(_ sources: inout SettingSources) -> DirectorySettings? {
        guard let group = sources.find(directoryFamily).first else { return nil }
        do throws(DirectorySettingsError) {
            return try DirectorySettings(values: group.texts)
        } catch {
            sources.record(group.mistake(error))
            return nil
        }
    }
}

private let unbuilt = "unset: this version cannot do that"
private let onOrOff = "on or off"

extension SettingGroup {
    fileprivate func mistake(_ error: ProviderSettingsError) -> SettingMistake {
        switch error {
        case .unknownSetting(let name), .unsupportedSetting(let name): mistake(in: name, mustBe: unbuilt)
        case .missingSetting(let name): missing(name)
        case .malformedSwitch(let name, _): mistake(in: name, mustBe: onOrOff)
        case .malformedURL(let name, let reason):
            mistake(in: name, mustBe: "a URL that begins with https:// or http:// (\(reason))")
        case .malformedList(let name): mistake(in: name, mustBe: "names with commas between them")
        case .unknownIssuer:
            mistake(
                in: "config_url",
                mustBe: "a URL that ends in /.well-known/openid-configuration, "
                    + "or \(variableName("ISSUER")) must be set"
            )
        case .rolePolicyAndClaim:
            mistake(in: "role_policy", mustBe: "unset where \(variableName("CLAIM_NAME")) is set")
        case .repeatedTarget, .repeatedClientID:
            mistake(in: "client_id", mustBe: "another one for each provider")
        case .severalClaimProviders:
            mistake(
                in: "config_url",
                mustBe: "the only one without a role: set \(variableName("ROLE_POLICY"))"
            )
        }
    }

    fileprivate func mistake(_ error: DirectorySettingsError) -> SettingMistake {
        switch error {
        case .unknownSetting(let name), .unsupportedSetting(let name): mistake(in: name, mustBe: unbuilt)
        case .missingSetting(let name): missing(name)
        case .malformedSwitch(let name, _): mistake(in: name, mustBe: onOrOff)
        case .malformedAddress: mistake(in: "server_addr", mustBe: "host or host:port")
        case .malformedName(let name, let reason):
            mistake(in: name, mustBe: "a distinguished name such as ou=people,dc=example,dc=org (\(reason))")
        case .malformedFilter(let name):
            mistake(
                in: name,
                mustBe: name.hasPrefix("group")
                    ? "a filter in parentheses with %s or %d"
                    : "a filter in parentheses with %s, such as (uid=%s)"
            )
        case .plainAndStartTLS:
            mistake(in: "server_insecure", mustBe: "off where \(variableName("SERVER_STARTTLS")) is on")
        }
    }
}
