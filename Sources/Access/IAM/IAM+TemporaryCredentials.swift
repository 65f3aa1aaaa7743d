import Base
import JSON
import Telemetry

extension IAM {
    /// Temporary credentials with the rights of a user, or of root, as far as `sessionPolicy` leaves them.
    ///
    /// - Throws: ``IAMError/notAUser(_:)`` for service accounts and temporary credentials: they cannot lengthen their
    ///   own lives; ``IAMError/tooManyTemporaryCredentials(countMax:)``.
    package func assumeRole(
        for identity: SignedIdentity,
        sessionPolicy: [UInt8]?,
        duration: Duration,
        revokeType: String? = nil
    ) async throws(IAMError) -> TemporaryCredential {
        guard !identity.isDerived else { throw .notAUser(identity.accessKey) }
        guard duration <= Self.assumedDurationMax else { throw .invalidExpiration }
        var grant = TemporaryGrant(parent: identity.accessKey, expiration: time.now + duration)
        (grant.sessionPolicy, grant.revokeType) = (sessionPolicy, revokeType)
        return try await add(grant, isExternal: false)
    }

    /// A year, as in MinIO; whoever answers requests allows less.
    private static let assumedDurationMax = Duration.seconds(365 * 86_400)

    /// Temporary credentials for somebody whom a directory, a provider or a certificate vouches for. The caller has
    /// verified that.
    ///
    /// - Throws: ``IAMError/noSuchPolicy(_:)`` when none of the policies exists;
    ///   ``IAMError/tooManyTemporaryCredentials(countMax:)``.
    package func addTemporary(_ grant: TemporaryGrant) async throws(IAMError) -> TemporaryCredential {
        try KeyRules.check(externalName: grant.parent)
        return try await add(grant, isExternal: true)
    }

    /// Whoever credentials of the grant would stand for, without its session policy: to be asked what it may do before
    /// there are any. It has no access key.
    package func identity(of grant: TemporaryGrant) -> SignedIdentity {
        let resolved = state.withLock { $0.index.policies(of: grant) }
        return SignedIdentity(
            accessKey: "",
            kind: .temporary(parent: grant.parent),
            account: account,
            policies: resolved.policies,
            unreadable: resolved.unreadable,
            claims: DerivedClaims.foreign(grant.claims),
            groups: resolved.groups
        )
    }

    private func add(_ grant: TemporaryGrant, isExternal: Bool) async throws(IAMError) -> TemporaryCredential
    {
        let policy = try SessionPolicy.ofTemporary(grant.sessionPolicy)
        let now = time.now
        // Tokens count seconds; the end is the same wherever it stands.
        let expiration = Timestamp(seconds: grant.expiration.seconds)
        guard expiration > now else { throw .invalidExpiration }
        let accessKey = KeyRules.makeAccessKey(randomness)
        var identity = StoredIdentity(
            accessKey: accessKey,
            secret: KeyRules.makeSecret(randomness),
            parent: grant.parent
        )
        (identity.expiration, identity.groups) = (expiration, grant.groups)
        identity.hasExternalParent = isExternal
        var claims = DerivedClaims.make(
            foreign: grant.claims,
            accessKey: accessKey,
            parent: grant.parent,
            expiration: expiration,
            sessionPolicy: policy
        )
        claims["tokenRevokeType"] = grant.revokeType.map { .string($0) }
        let token = try DerivedClaims.token(claims, secret: root.secret)
        identity.sessionToken = token
        let made = identity
        try await change { index throws(IAMError) in
            guard index.isFree(Name(accessKey)) else { throw .accessKeyExists(accessKey) }
            if !isExternal { try index.checkCanAssume(Name(grant.parent)) }
            let count = index.temporariesOfParent[Name(grant.parent)]?.count ?? 0
            guard count < temporaryCountMax else {
                throw .tooManyTemporaryCredentials(countMax: temporaryCountMax)
            }
            var files = try index.mapping(for: grant, at: now)
            files.append(FileChange(path: .temporary(Name(accessKey)), bytes: made.encoded(at: now)))
            return Plan(files: files, answer: ())
        }
        do throws(CredentialError) {
            return TemporaryCredential(
                accessKey: accessKey,
                secret: made.secret,
                sessionToken: token,
                expiration: expiration,
                identity: try self.identity(of: accessKey)
            )
        } catch {
            // Revoked at once, or the user was disabled.
            throw .noSuchTemporaryCredential(accessKey)
        }
    }

    /// Takes temporary credentials of a user away; nobody signs in with them from then on.
    ///
    /// - Parameter type: only those made with that revoke type; `nil` for all.
    /// - Returns: how many there were. More than a thousand go in several steps.
    package func revokeTemporaryCredentials(of parent: String, type: String?) async throws(IAMError) -> Int {
        var count = 0
        while true {
            let revoked = try await change { index throws(IAMError) in
                let names = (index.temporariesOfParent[Name(parent)] ?? []).filter { name in
                    guard let type else { return true }
                    let claims = index.temporaries[name]?.value?.claims
                    return claims?["tokenRevokeType"] == .string(type)
                }
                let batch = names.sorted().prefix(Self.revokedAtOnceMax)
                let files = batch.map { FileChange(path: .temporary($0), bytes: nil) }
                return Plan(files: files, answer: files.count)
            }
            count += revoked
            guard revoked == Self.revokedAtOnceMax else { return count }
        }
    }

    private static let revokedAtOnceMax = 1000

    package func temporaryCredential(_ accessKey: String) throws(IAMError) -> TemporaryCredentialInfo {
        try state.withLock { state throws(IAMError) in
            guard let info = state.index.info(ofTemporary: Name(accessKey)) else {
                throw .noSuchTemporaryCredential(accessKey)
            }
            return info
        }
    }

    /// In order of access keys, expired ones as well until they are removed. Those whose file names no
    /// parent are listed only where all are.
    ///
    /// - Parameter parent: `nil` for all.
    package func temporaryCredentials(ofParent parent: String?) -> [TemporaryCredentialInfo] {
        let index = snapshot
        let names: [Name] =
            if let parent {
                (index.temporariesOfParent[Name(parent)] ?? []).sorted()
            } else {
                index.temporaries.keys.sorted()
            }
        return names.compactMap { index.info(ofTemporary: $0) }
    }
}

extension Index {
    fileprivate func checkCanAssume(_ parent: Name) throws(IAMError) {
        guard parent != rootName else { return }
        guard let user = users[parent] else { throw absence(ofUser: parent) }
        guard let identity = user.value else { throw .unreadable(path: ItemPath.user(parent).path) }
        guard identity.status == .enabled else { throw .noSuchUser(parent.text) }
    }

    /// The parent's mapping, where the grant brings one that differs.
    fileprivate func mapping(for grant: TemporaryGrant, at now: Timestamp) throws(IAMError) -> [FileChange] {
        guard let names = grant.policies else { return [] }
        var seen: Set<Name> = []
        let policies = names.map { Name($0) }.filter { seen.insert($0).inserted }
        guard policies.contains(where: { policy(named: $0) != nil }) else {
            throw .noSuchPolicy(names.joined(separator: ","))
        }
        let parent = Name(grant.parent)
        var mapping = mappings[.externalUsers]?[parent]?.value ?? StoredMapping()
        guard mapping.policies != policies else { return [] }
        mapping.policies = policies
        return [FileChange(path: .mapping(.externalUsers, parent), bytes: mapping.encoded(at: now))]
    }

    func info(ofTemporary name: Name) -> TemporaryCredentialInfo? {
        guard let temporary = temporaries[name] else { return nil }
        let credential = temporary.value
        return TemporaryCredentialInfo(
            accessKey: name.text,
            parent: untrusted[.temporary(name)]?.parent.text ?? "",
            status: credential?.stored.status ?? .disabled,
            expiration: credential?.expiration ?? untrusted[.temporary(name)]?.expiration ?? .epoch,
            sessionPolicy: credential?.sessionPolicy?.text,
            groups: credential?.stored.groups ?? [],
            claims: credential?.claims ?? JSONObject(),
            revokeType: credential?.claims["tokenRevokeType"]?.string,
            unreadablePath: temporary.isUnreadable ? ItemPath.temporary(name).path : nil
        )
    }
}
