package import Base
package import JSON
package import Telemetry

/// Fresh temporary credentials, to be handed to whoever asked for them.
package struct TemporaryCredential: Sendable {
    package let accessKey: String
    package let secret: Secret
    /// Sent with every request. As secret as the key.
    package let sessionToken: Secret
    package let expiration: Timestamp
    package let identity: SignedIdentity
}

/// Stored temporary credentials, without what is secret.
package struct TemporaryCredentialInfo: Sendable, Equatable {
    package let accessKey: String
    package let parent: String
    package let status: AccountStatus
    package let expiration: Timestamp
    package let sessionPolicy: [UInt8]?
    package let groups: [String]
    package let claims: JSONObject
    /// What ``IAM/revokeTemporaryCredentials(of:type:)`` can pick them by.
    package let revokeType: String?
    package let unreadablePath: String?
}

/// Temporary credentials to be made for somebody whom another service vouches for.
package struct TemporaryGrant: Sendable {
    /// Who it is: a distinguished name, or a name derived from a token's subject and issuer. Not that of a stored
    /// user unless it is meant.
    package var parent: String
    package var expiration: Timestamp
    /// From the directory.
    package var groups: [String] = []
    /// Kept in the session token; conditions and variables ask for them (`jwt:…`, `ldap:…`). Those that the
    /// token itself needs are replaced.
    package var claims = JSONObject()
    /// Becomes what the parent's mapping says, as MinIO keeps what a provider's claim names; `nil` leaves the mapping.
    /// At least one of them must exist.
    package var policies: [String]?
    /// Narrows what the parent may.
    package var sessionPolicy: [UInt8]?
    package var revokeType: String?

    package init(parent: String, expiration: Timestamp) {
        (self.parent, self.expiration) = (parent, expiration)
    }
}
