import Base
import JOSE
import JSON
import Policy
import Telemetry

/// A service account or temporary credentials, with what their verified token says.
struct DerivedCredential: Sendable {
    let stored: StoredIdentity
    let claims: JSONObject
    let sessionPolicy: SessionPolicy?
    let expiration: Timestamp?

    var parent: Name { Name(stored.parent) }

    /// - Parameter rootSecret: signs temporary credentials, and service accounts of old releases. Others are signed
    ///   with their own secret.
    static func serviceAccount(
        _ stored: StoredIdentity,
        rootSecret: Secret
    ) throws(ItemError) -> DerivedCredential {
        try DerivedCredential(stored, keys: [stored.secret, rootSecret], isServiceAccount: true)
    }

    static func temporary(_ stored: StoredIdentity, rootSecret: Secret) throws(ItemError) -> DerivedCredential
    {
        let credential = try DerivedCredential(stored, keys: [rootSecret], isServiceAccount: false)
        guard credential.expiration != nil else { throw .malformed(member: "exp") }
        return credential
    }

    private init(_ stored: StoredIdentity, keys: [Secret], isServiceAccount: Bool) throws(ItemError) {
        guard !stored.parent.isEmpty else { throw .malformed(member: "parentUser") }
        guard let token = stored.sessionToken else { throw .malformed(member: "sessionToken") }
        self.stored = stored
        claims = try Self.claims(of: token, keys: keys)
        if let parent = try claims.text("parent"), Name(parent) != Name(stored.parent) {
            throw .untrustedToken
        }
        if let accessKey = try claims.text("accessKey"), Name(accessKey) != Name(stored.accessKey) {
            throw .untrustedToken
        }
        sessionPolicy = try SessionPolicy.stored(claims, isServiceAccount: isServiceAccount)
        expiration = try Self.earlier(stored.expiration, Self.expiration(of: claims))
    }

    private static func claims(of token: Secret, keys: [Secret]) throws(ItemError) -> JSONObject {
        do throws(TokenError) {
            let token = try SignedToken(parsing: token.revealed(), sizeMax: Item.sizeMax)
            for key in keys where !key.revealed().isEmpty {
                let key = VerificationKey(HMACKey(.hs512, secret: key))
                do throws(TokenError) {
                    return try token.claims(verifiedWith: key).members
                } catch {
                    guard error == .signatureMismatch else { throw error }
                }
            }
        } catch {
            throw .untrustedToken
        }
        throw .untrustedToken
    }

    /// Zero stands for never, as in tokens of service accounts.
    private static func expiration(of claims: JSONObject) throws(ItemError) -> Timestamp? {
        do throws(TokenError) {
            let time = try TokenClaims(claims).expiration
            return time == .epoch ? nil : time
        } catch {
            throw .malformed(member: "exp")
        }
    }

    private static func earlier(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }

    /// Whether the parent is somebody whom a directory or provider vouches for, and not a stored user.
    var hasExternalParent: Bool {
        stored.hasExternalParent || Self.areExternal(claims)
    }

    static func areExternal(_ claims: JSONObject) -> Bool {
        ["ldapUser", "ldapUsername", "roleArn", "iss"].contains { claims[$0] != nil }
    }

    var role: String? { claims["roleArn"]?.string }

    func isExpired(at now: Timestamp) -> Bool { expiration.map { $0 <= now } ?? false }
}
