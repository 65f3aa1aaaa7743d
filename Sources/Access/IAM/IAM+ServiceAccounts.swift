import Base
import JSON
import Telemetry

extension IAM {
    /// - Throws: ``IAMError/noSuchUser(_:)`` for a parent that is neither here nor, by the request's claims, outside;
    ///   ``IAMError/accessKeyExists(_:)``.
    package func addServiceAccount(_ request: ServiceAccountRequest) async throws(IAMError) -> Credential {
        let accessKey = try await addServiceAccount(request, replaces: false)
        do throws(CredentialError) {
            return try stored(accessKey)
        } catch {
            // Somebody has removed it at once.
            throw .noSuchServiceAccount(accessKey)
        }
    }

    private func stored(_ accessKey: String) throws(CredentialError) -> Credential {
        let (name, now) = (Name(accessKey), time.now)
        return try state.withLock { state throws(CredentialError) in
            guard let account = state.index.serviceAccounts[name]?.value else { throw .unknownAccessKey }
            let identity: Identity
            do throws(CredentialError) {
                identity = .signed(try state.index.identity(of: name, at: now))
            } catch {
                // It may have been made disabled, or for a disabled user: nobody signs in with it yet.
                identity = .anonymous
            }
            return Credential(accessKey: accessKey, secret: account.stored.secret, identity: identity)
        }
    }

    /// - Parameter replaces: whether one of the same parent with this access key may be there.
    func addServiceAccount(
        _ request: ServiceAccountRequest,
        replaces: Bool
    ) async throws(IAMError) -> String {
        let policy = try SessionPolicy.ofServiceAccount(request.sessionPolicy)
        let (accessKey, secret) = try keys(of: request)
        let (name, now) = (Name(accessKey), time.now)
        if let expiration = request.expiration, expiration <= now { throw .invalidExpiration }
        return try await change { index throws(IAMError) in
            let isReplacement =
                replaces && index.serviceAccounts[name]?.value?.stored.parent == request.parent
            guard isReplacement || index.isFree(name) else { throw .accessKeyExists(accessKey) }
            let isExternal = try index.isExternalParent(of: request)
            var identity = StoredIdentity(
                accessKey: accessKey,
                secret: secret,
                status: request.status,
                parent: request.parent
            )
            identity.hasExternalParent = isExternal
            identity.groups = isExternal ? request.groups : []
            (identity.name, identity.comment) = (request.name, request.description)
            let claims = isExternal ? request.claims : JSONObject()
            try identity.setServiceAccount(claims, expiration: request.expiration, policy)
            let bytes = identity.encoded(at: now)
            return Plan(files: [FileChange(path: .serviceAccount(name), bytes: bytes)], answer: accessKey)
        }
    }

    private func keys(of request: ServiceAccountRequest) throws(IAMError) -> (String, Secret) {
        switch (request.accessKey, request.secret) {
        case (nil, nil): return (KeyRules.makeAccessKey(randomness), KeyRules.makeSecret(randomness))
        case (_?, nil): throw .invalidSecretKey(.incomplete)
        case (nil, _?): throw .invalidAccessKey(.incomplete)
        case (let accessKey?, let secret?):
            try KeyRules.check(accessKey: accessKey, sizeMax: KeyRules.madeAccessKeySize)
            try KeyRules.check(secret: secret, sizeMax: KeyRules.madeSecretSize)
            return (accessKey, secret)
        }
    }

    package func updateServiceAccount(
        _ accessKey: String,
        _ update: ServiceAccountUpdate
    ) async throws(IAMError) {
        let policy = try SessionPolicy.ofServiceAccount(update.sessionPolicy)
        if let secret = update.secret { try KeyRules.check(secret: secret, sizeMax: KeyRules.madeSecretSize) }
        let (name, now) = (Name(accessKey), time.now)
        if let expiration = update.expiration, expiration != .epoch, expiration <= now {
            throw .invalidExpiration
        }
        try await change { index throws(IAMError) in
            guard let known = index.serviceAccounts[name] else { throw .noSuchServiceAccount(accessKey) }
            guard let credential = known.value else {
                throw .unreadable(path: ItemPath.serviceAccount(name).path)
            }
            var identity = credential.stored
            identity.secret = update.secret ?? identity.secret
            identity.status = update.status ?? identity.status
            identity.name = update.name ?? identity.name
            identity.comment = update.description ?? identity.comment
            let expiration: Timestamp? =
                switch update.expiration {
                case nil: credential.expiration
                case .epoch?: nil
                case let time?: time
                }
            try identity.setServiceAccount(
                credential.claims,
                expiration: expiration,
                update.sessionPolicy == nil ? credential.sessionPolicy : policy
            )
            let bytes = identity.encoded(at: now)
            return Plan(files: [FileChange(path: .serviceAccount(name), bytes: bytes)], answer: ())
        }
    }

    package func removeServiceAccount(_ accessKey: String) async throws(IAMError) {
        let name = Name(accessKey)
        try await change { index throws(IAMError) in
            guard index.serviceAccounts[name] != nil else { throw .noSuchServiceAccount(accessKey) }
            return Plan(files: index.removal(of: .serviceAccount(name)), answer: ())
        }
    }

    package func serviceAccount(_ accessKey: String) throws(IAMError) -> ServiceAccountInfo {
        try state.withLock { state throws(IAMError) in
            guard let info = state.index.info(ofServiceAccount: Name(accessKey)) else {
                throw .noSuchServiceAccount(accessKey)
            }
            return info
        }
    }

    /// Whether there are service accounts or temporary credentials of that parent.
    package func hasKeys(ofParent parent: String) -> Bool {
        let name = Name(parent)
        return state.withLock {
            $0.index.serviceAccountsOfParent[name] != nil || $0.index.temporariesOfParent[name] != nil
        }
    }

    /// In order of access keys. Those whose file names no parent are listed only where all are.
    ///
    /// - Parameter parent: `nil` for all.
    package func serviceAccounts(ofParent parent: String?) -> [ServiceAccountInfo] {
        let index = snapshot
        let names: [Name] =
            if let parent {
                (index.serviceAccountsOfParent[Name(parent)] ?? []).sorted()
            } else {
                index.serviceAccounts.keys.sorted()
            }
        return names.compactMap { index.info(ofServiceAccount: $0) }
    }
}

extension StoredIdentity {
    /// Signs anew what the account may.
    fileprivate mutating func setServiceAccount(
        _ foreign: JSONObject,
        expiration: Timestamp?,
        _ policy: SessionPolicy?
    ) throws(IAMError) {
        self.expiration = expiration
        var claims = DerivedClaims.make(
            foreign: foreign,
            accessKey: accessKey,
            parent: parent,
            expiration: expiration,
            sessionPolicy: policy
        )
        claims["sa-policy"] = .string(policy == nil ? "inherited-policy" : "embedded-policy")
        sessionToken = try DerivedClaims.token(claims, secret: secret)
    }
}

extension Index {
    fileprivate func isExternalParent(of request: ServiceAccountRequest) throws(IAMError) -> Bool {
        if DerivedCredential.areExternal(request.claims) {
            try KeyRules.check(externalName: request.parent)
            return true
        }
        let parent = Name(request.parent)
        guard parent == rootName || users[parent] != nil else { throw absence(ofUser: parent) }
        return false
    }

    func info(ofServiceAccount name: Name) -> ServiceAccountInfo? {
        guard let account = serviceAccounts[name] else { return nil }
        let credential = account.value
        return ServiceAccountInfo(
            accessKey: name.text,
            parent: untrusted[.serviceAccount(name)]?.parent.text ?? "",
            status: credential?.stored.status ?? .disabled,
            name: credential?.stored.name,
            description: credential?.stored.comment,
            expiration: credential?.expiration,
            sessionPolicy: credential?.sessionPolicy?.text,
            groups: credential?.stored.groups ?? [],
            claims: credential?.claims ?? JSONObject(),
            updatedAt: credential?.stored.updatedAt,
            unreadablePath: account.isUnreadable ? ItemPath.serviceAccount(name).path : nil
        )
    }
}
