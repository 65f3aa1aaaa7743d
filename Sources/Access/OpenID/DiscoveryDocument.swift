package import HTTPClient
package import JSON

/// Why a provider's description of itself is not believed.
package enum DiscoveryError: Error, Equatable, Sendable {
    case malformedJSON(JSONError)
    /// The member is absent, or no string.
    case malformedMember(String)
    case malformedURL(member: String, WebURLError)
    /// The document speaks for somebody else (Discovery §4.3).
    case wrongIssuer
    /// Plain `http`, from a provider that is asked by `https`.
    case insecureURL(member: String)
    /// Not the provider's own origin, nor a public server by `https`.
    case originNotAllowed(member: String, WebOrigin)
}

/// What of OpenID Connect Discovery §3 is used.
struct DiscoveryDocument: Sendable {
    static let sizeMax = 256 << 10

    /// As tokens spell it.
    let issuer: String
    let keysURL: WebURL
    let userInfoURL: WebURL?

    init(parsing text: [UInt8], from settings: ProviderSettings) throws(DiscoveryError) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(
                parsing: text,
                sizeMax: Self.sizeMax,
                depthMax: 16,
                allowsRepeatedKeys: false
            )
        } catch {
            throw .malformedJSON(error)
        }
        guard let issuer = document["issuer"]?.string else { throw .malformedMember("issuer") }
        guard settings.isIssuer(issuer) else { throw .wrongIssuer }
        self.issuer = issuer
        guard let keysURL = try Self.url("jwks_uri", in: document, settings) else {
            throw .malformedMember("jwks_uri")
        }
        self.keysURL = keysURL
        userInfoURL =
            settings.asksUserInfo ? try Self.url("userinfo_endpoint", in: document, settings) : nil
    }

    private static func url(
        _ member: String,
        in document: JSONValue,
        _ settings: ProviderSettings
    ) throws(DiscoveryError) -> WebURL? {
        guard let value = document[member] else { return nil }
        guard let text = value.string else { throw .malformedMember(member) }
        let url: WebURL
        do throws(WebURLError) {
            url = try WebURL(text)
        } catch {
            throw .malformedURL(member: member, error)
        }
        guard url.origin.scheme == .https || settings.configURL.origin.scheme == .http else {
            throw .insecureURL(member: member)
        }
        guard settings.policy.allows(url.origin) else {
            throw .originNotAllowed(member: member, url.origin)
        }
        return url
    }
}
