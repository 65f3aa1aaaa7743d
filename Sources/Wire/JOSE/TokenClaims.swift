package import Base
package import JSON

/// What a verified token says (RFC 7519 §4). An absent claim is `nil`; one of the wrong kind, `null` included,
/// is an error, so that nothing is taken for absent that was meant.
package struct TokenClaims: Sendable, Equatable {
    package let members: JSONObject

    package init(_ members: JSONObject) { self.members = members }

    package func string(_ name: String) throws(TokenError) -> String? {
        guard let value = members[name] else { return nil }
        guard let string = value.string else { throw .malformedClaim(name) }
        return string
    }

    /// A list of strings, or a single one.
    package func strings(_ name: String) throws(TokenError) -> [String]? {
        switch members[name] {
        case nil: return nil
        case .string(let string): return [string]
        case .array(let values):
            let strings = values.compactMap { $0.string }
            guard strings.count == values.count else { throw .malformedClaim(name) }
            return strings
        case .null, .boolean, .number, .object: throw .malformedClaim(name)
        }
    }

    /// Seconds since 1970, which may have a fraction. What lies outside of ``Timestamp``'s years is its first or
    /// last moment.
    package func time(_ name: String) throws(TokenError) -> Timestamp? {
        guard let value = members[name] else { return nil }
        guard let number = value.number else { throw .malformedClaim(name) }
        if let seconds = number.integer(as: Int64.self) {
            let (nanoseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            return Timestamp(nanoseconds: overflows ? (seconds < 0 ? .min : .max) : nanoseconds)
        }
        guard number.double.isFinite else { throw .malformedClaim(name) }
        let nanoseconds = (number.double * 1e9).rounded(.down)
        return Timestamp(nanoseconds: Int64(exactly: nanoseconds) ?? (nanoseconds < 0 ? .min : .max))
    }
}

extension TokenClaims {
    package var issuer: String? { get throws(TokenError) { try string("iss") } }
    package var subject: String? { get throws(TokenError) { try string("sub") } }
    package var audience: [String]? { get throws(TokenError) { try strings("aud") } }
    package var id: String? { get throws(TokenError) { try string("jti") } }
    package var expiration: Timestamp? { get throws(TokenError) { try time("exp") } }
    package var notBefore: Timestamp? { get throws(TokenError) { try time("nbf") } }
    package var issuedAt: Timestamp? { get throws(TokenError) { try time("iat") } }
}

extension TokenClaims {
    /// Succeeds from `nbf` and `iat` on and before `exp`, as far as they are there.
    ///
    /// - Parameter leeway: how far the issuer's clock may be from ours.
    /// - Parameter requiresExpiration: whether a token may do without `exp`, and so be valid for ever.
    package func validateTime(
        at now: Timestamp,
        leeway: Duration,
        requiresExpiration: Bool = true
    ) throws(TokenError) {
        // The leeway moves our time and not the token's, which may be at the end of all time.
        let (earliest, latest) = (now + (.zero - leeway), now + leeway)
        if let expiration = try expiration {
            guard earliest < expiration else { throw .expired(at: expiration) }
        } else if requiresExpiration {
            throw .missingClaim("exp")
        }
        if let notBefore = try notBefore, latest < notBefore { throw .notYetValid(until: notBefore) }
        if let issuedAt = try issuedAt, latest < issuedAt { throw .issuedInFuture(at: issuedAt) }
    }

    /// Succeeds when `iss` is `issuer`, byte by byte.
    package func validateIssuer(_ issuer: String) throws(TokenError) {
        guard let claimed = try self.issuer else { throw .missingClaim("iss") }
        guard claimed.utf8.elementsEqual(issuer.utf8) else { throw .wrongIssuer }
    }

    /// Succeeds when one of the token's audiences is one of ours, byte by byte.
    package func validateAudience(_ accepted: [String]) throws(TokenError) {
        guard let audience = try audience else { throw .missingClaim("aud") }
        let isForUs = audience.contains { claimed in
            accepted.contains { $0.utf8.elementsEqual(claimed.utf8) }
        }
        guard isForUs else { throw .wrongAudience }
    }
}
