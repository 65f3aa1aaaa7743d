internal import Base
internal import Cryptography
internal import IAM
internal import JOSE
internal import JSON
internal import OpenID
internal import STSService
internal import Telemetry

/// OpenID providers as the security token service asks them.
struct OpenIDLogin: WebIdentityProvider {
    let providers: OpenIDProviders
    /// Other names of roles.
    let roleAliases: [String: String]
    let iam: IAM
    let logger: Logger

    /// Whether a claim is set here and by nobody's token, however it is capitalised: those decide whose policies count,
    /// or say what a directory knows.
    static func isOwnClaim(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["rolearn", "ldapuser", "ldapactualuser", "ldapusername"].contains(name)
            || name.hasPrefix("ldapattrib")
    }

    func identity(
        token: Secret,
        accessToken: Secret?,
        role: String?
    ) async throws(LoginError) -> VouchedIdentity {
        let identity: WebIdentity
        do throws(OpenIDError) {
            identity = try await authenticate(token, accessToken, role)
        } catch {
            throw loginError(error)
        }
        return try vouched(identity)
    }

    /// A role that no provider has stands for none, as in MinIO: AWS's clients cannot do without one.
    private func authenticate(
        _ token: Secret,
        _ accessToken: Secret?,
        _ role: String?
    ) async throws(OpenIDError) -> WebIdentity {
        do throws(OpenIDError) {
            return try await providers.authenticate(
                token: token.revealed(),
                roleARN: role.map { roleAliases[$0] ?? $0 },
                accessToken: accessToken
            )
        } catch {
            guard error == .refused(.unknownRole) else { throw error }
        }
        do throws(OpenIDError) {
            return try await providers.authenticate(token: token.revealed(), accessToken: accessToken)
        } catch {
            throw error == .refused(.noClaimProvider) ? .refused(.unknownRole) : error
        }
    }

    private func vouched(_ identity: WebIdentity) throws(LoginError) -> VouchedIdentity {
        var claims = identity.claims.members
        for name in claims.members.map(\.key) where Self.isOwnClaim(name) { claims[name] = nil }
        var vouched = VouchedIdentity(parent: Self.parent(identity))
        if let role = identity.roleARN {
            try check(identity.policies)
            claims["roleArn"] = .string(role)
        } else {
            vouched.policies = identity.policies
        }
        vouched.claims = claims
        (vouched.subject, vouched.provider) = (identity.subject, identity.issuer)
        vouched.audience = Self.onlyAudience(claims["aud"])
        vouched.notAfter = identity.expiration
        return vouched
    }

    /// For the answer; where there are several, clients are told none.
    private static func onlyAudience(_ claim: JSONValue?) -> String? {
        guard let values = claim?.array else { return claim?.string }
        return values.count == 1 ? values[0].string : nil
    }

    /// A role none of whose policies exists lets nobody in, as in MinIO.
    private func check(_ policies: [String]) throws(LoginError) {
        for name in policies {
            // Why one cannot be had matters less than whether there is another.
            if (try? iam.policy(named: name)) != nil { return }
        }
        throw .rejected("None of the role's policies exists.")
    }

    /// As MinIO names a provider's user: the name fits a file, and no user's name collides with it.
    private static func parent(_ identity: WebIdentity) -> String {
        let name = "openid:\(identity.subject):\(identity.issuer)"
        return Base64.urlWithoutPadding.encode(SHA256.hash(Array(name.utf8)))
    }

    private func loginError(_ error: OpenIDError) -> LoginError {
        switch error {
        case .unavailable(let provider, let reason):
            logger.warning(
                "an OpenID provider does not answer",
                ["provider": .text(provider), "reason": .of(reason)]
            )
            return .unavailable("the provider does not answer")
        case .refused(.token(.expired)): return .expired
        case .refused(let refusal): return .rejected(Self.text(refusal))
        }
    }

    private static func text(_ refusal: OpenIDError.Refusal) -> String {
        switch refusal {
        case .unknownRole: "No provider has that role."
        case .noClaimProvider: "RoleArn is missing: no provider takes policies from tokens."
        case .token(let error): "The token is not accepted: \(error)."
        case .accessTokenMissing: "WebIdentityAccessToken is missing."
        case .accessTokenRefused: "The provider does not accept WebIdentityAccessToken."
        case .accessTokenOfAnotherUser: "WebIdentityAccessToken is another user's."
        case .noPolicies(let claim): "The token's claim \(claim) names no policy."
        }
    }
}
