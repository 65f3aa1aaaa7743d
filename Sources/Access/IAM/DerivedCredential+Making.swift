import Base
import JOSE
import JSON
import Telemetry

/// The claims of tokens as MinIO writes them.
///
///     accessKey, parent        whose they are
///     exp                      seconds since 1970; a service account without an end has none
///     sa-policy                inherited-policy or embedded-policy; of service accounts
///     sessionPolicy            the embedded policy's text in base64
///     tokenRevokeType          what temporary credentials can be revoked by
///     all others               what a directory or provider said
enum DerivedClaims {
    static let reserved: Set<String> = [
        "accessKey", "parent", "exp", "sa-policy", "sessionPolicy", "sessionPolicy-extracted",
        "tokenRevokeType",
    ]

    static func foreign(_ claims: JSONObject) -> JSONObject {
        var foreign = JSONObject()
        for member in claims.members where !reserved.contains(member.key) {
            foreign[member.key] = member.value
        }
        return foreign
    }

    static func make(
        foreign: JSONObject,
        accessKey: String,
        parent: String,
        expiration: Timestamp?,
        sessionPolicy: SessionPolicy?
    ) -> JSONObject {
        var claims = self.foreign(foreign)
        claims["accessKey"] = .string(accessKey)
        claims["parent"] = .string(parent)
        claims["exp"] = expiration.map { .integer($0.seconds) }
        claims["sessionPolicy"] = sessionPolicy.map { .string(Base64.standard.encode($0.text)) }
        return claims
    }

    static func token(_ claims: JSONObject, secret: Secret) throws(IAMError) -> Secret {
        let token = HMACKey(.hs512, secret: secret).sign(claims.sortedByKey)
        let (size, sizeMax) = (token.utf8.count, SignedToken.sizeMax)
        guard size <= sizeMax else { throw .claimsTooLarge(size: size, sizeMax: sizeMax) }
        return Secret(token)
    }
}
