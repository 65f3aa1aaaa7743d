package import HTTPClient
package import JOSE
package import JSON

/// Why a token gives nobody access. Tokens, claims' values and secrets are not in here.
package enum OpenIDError: Error, Equatable, Sendable {
    /// The request is to blame, or what the token says.
    case refused(Refusal)
    /// The provider is; the same token may be good later.
    case unavailable(provider: String, Unavailability)

    package enum Refusal: Equatable, Sendable {
        /// No provider has that role.
        case unknownRole
        /// No role was named, and no provider takes the policies from the token.
        case noClaimProvider
        case token(TokenError)
        /// The provider is asked for more claims, and the request has no access token for that.
        case accessTokenMissing
        /// The provider does not accept the access token.
        case accessTokenRefused(status: Int)
        /// The access token belongs to another user than the identity token.
        case accessTokenOfAnotherUser
        /// The claim is absent, or names no policy.
        case noPolicies(claim: String)
    }

    package enum Unavailability: Error, Equatable, Sendable {
        case unreachable(HTTPClientError)
        case unexpectedStatus(WebOrigin, status: Int)
        case malformedDiscovery(DiscoveryError)
        case malformedKeySet(KeySetError)
        /// The key set has no key that is for verifying, and safe.
        case noUsableKeys
        /// The discovery document names no place to ask for claims.
        case noUserInfo
        case malformedUserInfo(JSONError)
        /// The answer is no object, or its `sub` is no string.
        case unexpectedUserInfo
    }
}
