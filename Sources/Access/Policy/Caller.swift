/// Who asks, as far as policies tell callers apart.
package enum Caller: Sendable, Hashable {
    /// Nobody signed the request.
    case anonymous
    case signed(Principal)
}

/// A signed caller. Names are compared byte by byte.
package struct Principal: Sendable, Hashable {
    /// The account that it belongs to.
    package var account: String
    /// The account's canonical user id.
    package var canonicalID: String
    /// The user's or role's ARN; for a service account and for temporary credentials that of the user they
    /// were made for.
    package var arn: String
    /// The ARN of the session itself, when the caller has temporary credentials.
    package var sessionARN: String?
    /// The root of the account: may do everything in it unless a bucket policy or its session denies.
    package var isAccountOwner: Bool

    package init(
        account: String,
        canonicalID: String,
        arn: String,
        sessionARN: String? = nil,
        isAccountOwner: Bool = false
    ) {
        (self.account, self.canonicalID, self.arn) = (account, canonicalID, arn)
        (self.sessionARN, self.isAccountOwner) = (sessionARN, isAccountOwner)
    }
}
