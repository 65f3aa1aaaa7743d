package import Base
package import JOSE

/// Who a token says that its bearer is, after everything about it was checked.
package struct WebIdentity: Sendable, Equatable {
    /// The provider's target in the configuration.
    package let provider: String
    /// `nil` where the policies come from a claim.
    package let roleARN: String?
    /// `iss`, as the token spells it.
    package let issuer: String
    /// `sub`: unique within the issuer, never empty.
    package let subject: String
    /// When the token ends.
    package let expiration: Timestamp
    /// All of the token's, and those asked of the provider where it is configured so. The token's win.
    package let claims: TokenClaims
    /// Names, in order, each once, at least one. Whether there are such policies is not known here.
    package let policies: [String]
}
