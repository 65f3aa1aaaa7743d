import Base
import HTTPClient
import JOSE
import JSON
import Telemetry

/// One provider at work: its settings and its keys.
struct OpenIDProvider: Sendable {
    let settings: ProviderSettings
    let roleARN: String?
    let keys: KeySource
    let client: HTTPClient
    let options: OpenIDOptions
    let time: any TimeSource

    /// Signatures that others can verify and cannot make.
    static let algorithms: Set<JWSAlgorithm> = [
        .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA,
    ]

    func authenticate(_ token: SignedToken, accessToken: Secret?) async throws(OpenIDError) -> WebIdentity {
        guard Self.algorithms.contains(token.algorithm) else {
            throw .refused(.token(.algorithmNotAllowed(token.algorithm)))
        }
        let (claims, document) = try await verify(token)
        let (subject, expiration) = try Self.refusing { () throws(TokenError) in
            try check(claims, issuer: document.issuer)
        }
        let allClaims = try await complete(claims, of: subject, document, accessToken)
        return WebIdentity(
            provider: settings.target,
            roleARN: roleARN,
            issuer: document.issuer,
            subject: subject,
            expiration: expiration,
            claims: allClaims,
            policies: try policies(in: allClaims)
        )
    }

    /// With the keys at hand, and if they do not fit, with newer ones: providers change their keys.
    private func verify(
        _ token: SignedToken
    ) async throws(OpenIDError) -> (TokenClaims, DiscoveryDocument) {
        let snapshot: KeySource.Snapshot
        do throws(OpenIDError.Unavailability) {
            snapshot = try await keys.current()
        } catch {
            throw .unavailable(provider: settings.target, error)
        }
        let refusal: TokenError
        do throws(TokenError) {
            return (try token.claims(verifiedWith: snapshot.keys), snapshot.document)
        } catch {
            refusal = error
        }
        guard Self.mayPassWithOtherKeys(refusal), let newer = await keys.newer(than: snapshot) else {
            throw .refused(.token(refusal))
        }
        return try Self.refusing { () throws(TokenError) in
            (try token.claims(verifiedWith: newer.keys), newer.document)
        }
    }

    private static func mayPassWithOtherKeys(_ refusal: TokenError) -> Bool {
        switch refusal {
        case .noMatchingKey, .signatureMismatch, .algorithmNotAllowed: true
        case .tooLarge, .notThreeParts, .malformedEncoding, .malformedJSON, .notAnObject, .malformedHeader,
            .criticalExtensions, .unsupportedAlgorithm, .missingClaim, .malformedClaim, .expired,
            .notYetValid,
            .issuedInFuture, .wrongIssuer, .wrongAudience:
            false
        }
    }

    /// OpenID Connect Core §3.1.3.7. Keycloak's access tokens name their client in `azp` only, and users of MinIO send them.
    private func check(
        _ claims: TokenClaims,
        issuer: String
    ) throws(TokenError) -> (subject: String, expiration: Timestamp) {
        try claims.validateIssuer(issuer)
        let isAuthorizedParty = try claims.string("azp").map { $0.utf8.elementsEqual(settings.clientID.utf8) }
        if isAuthorizedParty != true { try claims.validateAudience([settings.clientID]) }
        try claims.validateTime(at: time.now, leeway: options.leeway)
        guard let subject = try claims.subject, let expiration = try claims.expiration else {
            throw .missingClaim("sub")
        }
        guard !subject.isEmpty else { throw .malformedClaim("sub") }
        return (subject, expiration)
    }

    private func complete(
        _ claims: TokenClaims,
        of subject: String,
        _ document: DiscoveryDocument,
        _ accessToken: Secret?
    ) async throws(OpenIDError) -> TokenClaims {
        guard settings.asksUserInfo else { return claims }
        guard let accessToken else { throw .refused(.accessTokenMissing) }
        guard let url = document.userInfoURL else {
            throw .unavailable(provider: settings.target, .noUserInfo)
        }
        let userInfo = UserInfo(url: url, policy: settings.policy, client: client)
        var members = claims.members
        do throws(UserInfo.Failure) {
            for member in try await userInfo.claims(of: subject, accessToken: accessToken).members
            where members[member.key] == nil {
                members[member.key] = member.value
            }
        } catch {
            switch error {
            case .refused(let refusal): throw .refused(refusal)
            case .unavailable(let reason): throw .unavailable(provider: settings.target, reason)
            }
        }
        return TokenClaims(members)
    }

    private func policies(in claims: TokenClaims) throws(OpenIDError) -> [String] {
        let claim: String
        switch settings.policySource {
        case .role(let policies): return policies
        case .claim(let name): claim = name
        }
        let values = try Self.refusing { () throws(TokenError) in try claims.strings(claim) }
        var policies: [String] = []
        for name in (values ?? []).flatMap({ $0.split(separator: ",") }).map({ $0.trimmed })
        where !name.isEmpty && !policies.contains(name) {
            policies.append(name)
        }
        guard !policies.isEmpty else { throw .refused(.noPolicies(claim: claim)) }
        return policies
    }

    static func refusing<Answer>(
        _ body: () throws(TokenError) -> Answer
    ) throws(OpenIDError) -> Answer {
        do throws(TokenError) {
            return try body()
        } catch {
            throw .refused(.token(error))
        }
    }
}
