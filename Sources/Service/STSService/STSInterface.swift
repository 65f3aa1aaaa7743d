package import Base
package import IAM
internal import JSON
internal import Telemetry

/// The security token service: temporary credentials for those who sign, or whom somebody vouches for.
///
///     POST / with a form ─▶ parse ─▶ who asks? ─▶ IAM makes credentials ─▶ XML
///
/// Any number of tasks may call it at once.
package struct STSInterface: Sendable {
    private let iam: IAM
    private let webIdentities: (any WebIdentityProvider)?
    private let directory: (any DirectoryLogin)?
    private let acceptsCertificates: Bool
    private let time: any TimeSource

    /// More is no form of this service: a token is the largest part of one.
    package static let formSizeMax = 64 << 10

    private static let defaultDuration = Duration.seconds(3600)

    /// - Parameters:
    ///   - webIdentities: `nil` where no OpenID provider is set up.
    ///   - directory: `nil` where none is set up.
    ///   - acceptsCertificates: whether TLS certificates of clients stand for the policy of their name.
    package init(
        iam: IAM,
        webIdentities: (any WebIdentityProvider)? = nil,
        directory: (any DirectoryLogin)? = nil,
        acceptsCertificates: Bool = false,
        time: any TimeSource = SystemTime()
    ) {
        (self.iam, self.webIdentities, self.directory) = (iam, webIdentities, directory)
        (self.acceptsCertificates, self.time) = (acceptsCertificates, time)
    }

    /// Where a call comes from, beside its form.
    package struct Origin {
        package let isTLS: Bool
        /// What the client showed, looked at when it is asked for: `nil` where it showed none.
        package let certificate: () -> ClientCertificate?

        package init(isTLS: Bool, certificate: @escaping () -> ClientCertificate? = { nil }) {
            (self.isTLS, self.certificate) = (isTLS, certificate)
        }
    }

    /// - Parameters:
    ///   - sender: who signed the request, or why nobody is known to have; asked by AssumeRole only.
    ///   - isPermitted: asked before credentials are made, as whoever they are for. Everybody may unless a policy denies it.
    ///   - attempts: those of the client, which tokens and passwords that are refused count for.
    package func answer(
        _ form: STSForm,
        sender: () throws(STSError) -> SignedIdentity,
        isPermitted: (SignedIdentity, Rights) async -> Bool,
        from origin: Origin,
        attempts: some SignInAttempts
    ) async throws(STSError) -> STSResponse {
        let call = try STSCall(form)
        switch call.action {
        case .assumeRole: return try await assumeRole(call, try sender(), isPermitted)
        case .withWebIdentity:
            return try await withWebIdentity(call, token: "WebIdentityToken", isPermitted, attempts)
        case .withClientGrants: return try await withWebIdentity(call, token: "Token", isPermitted, attempts)
        case .withLDAPIdentity: return try await withLDAPIdentity(call, isPermitted, attempts)
        case .withCertificate: return try await withCertificate(call, origin, isPermitted, attempts)
        case .withCustomToken: throw Self.notConfigured("AssumeRoleWithCustomToken is not implemented.")
        }
    }

    private typealias Permission = (SignedIdentity, Rights) async -> Bool

    private func check(
        _ call: STSCall,
        _ identity: SignedIdentity,
        _ isPermitted: Permission
    ) async throws(STSError) {
        guard let right = call.action.right, await isPermitted(identity, Rights(Right(right))) else {
            throw STSError(.accessDenied, "A policy denies \(call.action.rawValue).")
        }
    }

    private func assumeRole(
        _ call: STSCall,
        _ identity: SignedIdentity,
        _ isPermitted: Permission
    ) async throws(STSError) -> STSResponse {
        try await check(call, identity, isPermitted)
        let credential = try await translating { () throws(IAMError) in
            try await iam.assumeRole(
                for: identity,
                sessionPolicy: call.sessionPolicy,
                duration: call.duration ?? Self.defaultDuration,
                revokeType: call.revokeType
            )
        }
        return STSResponse(call.action, credential)
    }

    private func withWebIdentity(
        _ call: STSCall,
        token: String,
        _ isPermitted: Permission,
        _ attempts: some SignInAttempts
    ) async throws(STSError) -> STSResponse {
        guard let webIdentities else { throw Self.notConfigured("No OpenID provider is configured.") }
        let secret = Secret(try call.required(token))
        guard attempts.reserve(.token) else { throw .tooManyFailures }
        let identity: VouchedIdentity
        do throws(LoginError) {
            identity = try await webIdentities.identity(
                token: secret,
                accessToken: call.form["WebIdentityAccessToken"].map { Secret($0) },
                role: call.form["RoleArn"]
            )
            attempts.release(.token)
        } catch {
            if !error.isRejection { attempts.release(.token) }
            throw Self.error(error, rejection: .invalidIdentityToken)
        }
        let subjectName =
            call.action == .withClientGrants ? "SubjectFromToken" : "SubjectFromWebIdentityToken"
        return try await credentials(
            call,
            identity,
            isPermitted,
            elements: [
                (subjectName, identity.subject), ("Audience", identity.audience),
                ("Provider", identity.provider),
            ]
        )
    }

    private func withLDAPIdentity(
        _ call: STSCall,
        _ isPermitted: Permission,
        _ attempts: some SignInAttempts
    ) async throws(STSError) -> STSResponse {
        guard let directory else { throw Self.notConfigured("No LDAP directory is configured.") }
        let userName = try call.required("LDAPUsername")
        let password = Secret(try call.required("LDAPPassword"))
        guard attempts.reserve(.directory) else { throw .tooManyFailures }
        let identity: VouchedIdentity
        do throws(LoginError) {
            identity = try await directory.identity(userName: userName, password: password)
            attempts.release(.directory)
        } catch {
            if !error.isRejection { attempts.release(.directory) }
            throw Self.error(error, rejection: .invalidParameterValue)
        }
        let holders =
            [PolicyHolder.externalUser(identity.parent)] + identity.groups.map { .externalGroup($0) }
        guard holders.contains(where: { !iam.policyNames(of: $0).isEmpty }) else {
            throw STSError(
                .invalidParameterValue,
                "No policy is set for '\(identity.parent)' or one of its groups."
            )
        }
        return try await credentials(call, identity, isPermitted)
    }

    /// The policy of the certificate's common name holds for it, as in MinIO.
    private func withCertificate(
        _ call: STSCall,
        _ origin: Origin,
        _ isPermitted: Permission,
        _ attempts: some SignInAttempts
    ) async throws(STSError) -> STSResponse {
        guard acceptsCertificates else {
            throw Self.notConfigured("Certificates of clients are not accepted.")
        }
        guard origin.isTLS else {
            throw STSError(
                .insecureConnection,
                "The request was made over a plain HTTP connection. A TLS connection is required."
            )
        }
        guard !attempts.areExhausted(for: .certificate) else { throw .tooManyFailures }
        guard let certificate = origin.certificate() else {
            throw STSError(.missingParameter, "No client certificate provided.")
        }
        if let refusal = certificate.refusal {
            attempts.recordFailure(of: .certificate)
            throw STSError(.invalidClientCertificate, "The client certificate is not accepted: \(refusal).")
        }
        guard !certificate.commonName.isEmpty else {
            throw STSError(.missingParameter, "The certificate's subject has no common name.")
        }
        var identity = VouchedIdentity(
            parent: "tls:\(certificate.commonName)",
            policies: [certificate.commonName]
        )
        identity.claims["sub"] = .string(certificate.commonName)
        identity.claims["aud"] = .array(certificate.organization.map { .string($0) })
        identity.claims["iss"] = .string(certificate.issuerCommonName)
        identity.notAfter = certificate.notAfter
        return try await credentials(call, identity, isPermitted)
    }

    private func credentials(
        _ call: STSCall,
        _ identity: VouchedIdentity,
        _ isPermitted: Permission,
        elements: [(name: String, value: String?)] = []
    ) async throws(STSError) -> STSResponse {
        var grant = TemporaryGrant(parent: identity.parent, expiration: expiration(of: call, identity))
        grant.groups = identity.groups
        grant.claims = identity.claims
        grant.policies = identity.policies
        grant.sessionPolicy = call.sessionPolicy
        grant.revokeType = call.revokeType
        try await check(call, iam.identity(of: grant), isPermitted)
        let credential = try await translating { () throws(IAMError) in try await iam.addTemporary(grant) }
        return STSResponse(call.action, credential, elements: elements)
    }

    /// Credentials for a token live as long as it does where the client asks for nothing else; those for a certificate
    /// never longer.
    private func expiration(of call: STSCall, _ identity: VouchedIdentity) -> Timestamp {
        let now = time.now
        let asked = call.duration.map { now + $0 }
        guard let notAfter = identity.notAfter else { return asked ?? now + Self.defaultDuration }
        if call.action == .withCertificate { return min(asked ?? now + Self.defaultDuration, notAfter) }
        return asked ?? min(notAfter, now + .seconds(STSCall.secondsMax))
    }

    private func translating(
        _ call: () async throws(IAMError) -> TemporaryCredential
    ) async throws(STSError) -> TemporaryCredential {
        do {
            return try await call()
        } catch {
            throw STSError(from: error)
        }
    }

    private static func notConfigured(_ message: String) -> STSError { STSError(.notImplemented, message) }

    private static func error(_ error: LoginError, rejection: STSError.Code) -> STSError {
        switch error {
        case .notConfigured: notConfigured("No service that could vouch for this is configured.")
        case .rejected(let reason): STSError(rejection, reason)
        case .expired: STSError(.expiredToken, "The token has expired.")
        case .unavailable: STSError(.idpCommunicationError, "The service that vouches does not answer.")
        }
    }
}
