package import Base
package import JSON
package import Telemetry

/// Somebody whom an outside service vouches for.
package struct VouchedIdentity: Sendable {
    /// Who it is on this server: a distinguished name, or a name derived from a token's subject and issuer. Never that of
    /// a stored user.
    package var parent: String
    /// Kept in the session token and asked for by conditions and variables.
    package var claims: JSONObject
    /// Distinguished names of a directory's groups.
    package var groups: [String]
    /// Named by a provider's claim; `nil` where others say what the user may: a role, or mappings of the directory's
    /// names.
    package var policies: [String]?
    /// For the answer: a token's subject, audience and issuer.
    package var subject: String?
    package var audience: String?
    package var provider: String?
    /// What vouches ends then. Credentials for a certificate live no longer; those for a token do where the client asks
    /// for it, as in AWS and MinIO.
    package var notAfter: Timestamp?

    package init(
        parent: String,
        claims: JSONObject = JSONObject(),
        groups: [String] = [],
        policies: [String]? = nil
    ) {
        (self.parent, self.claims, self.groups, self.policies) = (parent, claims, groups, policies)
    }
}

/// Why an outside service vouches for nobody.
package enum LoginError: Error, Equatable, Sendable {
    /// No such service is set up.
    case notConfigured
    /// The token or password is wrong, or means nobody who may come in. The text is for the client.
    case rejected(String)
    case expired
    /// The service does not answer; later it may.
    case unavailable(String)

    /// Whether it may have been a guess.
    var isRejection: Bool {
        switch self {
        case .rejected: true
        case .notConfigured, .expired, .unavailable: false
        }
    }
}

/// OpenID providers.
package protocol WebIdentityProvider: Sendable {
    /// - Parameters:
    ///   - token: as the client sent it, checked in every respect on return.
    ///   - role: the ARN the client names, if it names one.
    func identity(
        token: Secret,
        accessToken: Secret?,
        role: String?
    ) async throws(LoginError) -> VouchedIdentity
}

/// A directory.
package protocol DirectoryLogin: Sendable {
    /// Whoever logs in with that name and password.
    func identity(userName: String, password: Secret) async throws(LoginError) -> VouchedIdentity
}

/// The certificate that a TLS client proved to own.
package struct ClientCertificate: Sendable, Equatable {
    /// The subject's common name: the name of the policy that holds for it, as in MinIO.
    package let commonName: String
    package let organization: [String]
    package let issuerCommonName: String
    package let notAfter: Timestamp
    /// Why it does not say who the client is, for the client; `nil` for one that was made for clients, is in force, and has
    /// an authority that vouches for it.
    package let refusal: String?

    package init(
        commonName: String,
        organization: [String],
        issuerCommonName: String,
        notAfter: Timestamp,
        refusal: String?
    ) {
        (self.commonName, self.organization) = (commonName, organization)
        (self.issuerCommonName, self.notAfter) = (issuerCommonName, notAfter)
        self.refusal = refusal
    }
}
