import Base
package import Telemetry

extension IAM {
    /// Makes a user, or gives one another secret and status; its policies and groups stay.
    ///
    /// - Parameter account: `nil` leaves it, and is the server's own for a new user.
    package func addUser(
        _ accessKey: String,
        secret: Secret,
        status: AccountStatus = .enabled,
        account: Account? = nil
    ) async throws(IAMError) {
        let name = Name(accessKey)
        try KeyRules.check(secret: secret)
        let now = time.now
        try await change { index throws(IAMError) in
            guard name != index.rootName else { throw .userIsRoot }
            var identity: StoredIdentity
            if let known = index.users[name] {
                // A file that cannot be read is replaced: so a damaged user is mended.
                identity = known.value ?? StoredIdentity(accessKey: accessKey, secret: secret)
            } else {
                try KeyRules.check(accessKey: accessKey)
                guard index.isFree(name) else { throw .accessKeyExists(accessKey) }
                identity = StoredIdentity(accessKey: accessKey, secret: secret)
            }
            (identity.secret, identity.status) = (secret, status)
            if let account { identity.account = account }
            return Plan(files: [FileChange(path: .user(name), bytes: identity.encoded(at: now))], answer: ())
        }
    }

    /// Takes the user's service accounts, temporary credentials, mapping and memberships with it.
    package func removeUser(_ accessKey: String) async throws(IAMError) {
        let (name, now) = (Name(accessKey), time.now)
        try await change { index throws(IAMError) in
            guard name != index.rootName else { throw .userIsRoot }
            guard index.users[name] != nil else { throw index.absence(ofUser: name) }
            return Plan(files: index.removal(ofUser: name, at: now), answer: ())
        }
    }

    package func setStatus(_ status: AccountStatus, ofUser accessKey: String) async throws(IAMError) {
        let (name, now) = (Name(accessKey), time.now)
        try await change { index throws(IAMError) in
            guard name != index.rootName else { throw .userIsRoot }
            guard let user = index.users[name] else { throw index.absence(ofUser: name) }
            guard var identity = user.value else { throw .unreadable(path: ItemPath.user(name).path) }
            identity.status = status
            return Plan(files: [FileChange(path: .user(name), bytes: identity.encoded(at: now))], answer: ())
        }
    }

    /// - Throws: ``IAMError/userIsRoot``, ``IAMError/notAUser(_:)``, ``IAMError/noSuchUser(_:)``.
    package func user(_ accessKey: String) throws(IAMError) -> UserInfo {
        let name = Name(accessKey)
        return try state.withLock { state throws(IAMError) in
            guard name != state.index.rootName else { throw .userIsRoot }
            guard let info = state.index.info(ofUser: name) else { throw state.index.absence(ofUser: name) }
            return info
        }
    }

    /// In order of names.
    package func users() -> [UserInfo] {
        let index = snapshot
        return index.users.keys.sorted().compactMap { index.info(ofUser: $0) }
    }
}

extension Index {
    /// Whether nobody has this access key.
    func isFree(_ name: Name) -> Bool {
        name != rootName && users[name] == nil && serviceAccounts[name] == nil && temporaries[name] == nil
    }

    func absence(ofUser name: Name) -> IAMError {
        serviceAccounts[name] != nil || temporaries[name] != nil
            ? .notAUser(name.text) : .noSuchUser(name.text)
    }

    func info(ofUser name: Name) -> UserInfo? {
        guard let user = users[name] else { return nil }
        let identity = user.value
        return UserInfo(
            accessKey: name.text,
            status: identity?.status ?? .disabled,
            account: identity?.account ?? account,
            policies: mappings[.users]?[name]?.value?.policies.map(\.text) ?? [],
            groups: groupsOfUser[name]?.sorted().map(\.text) ?? [],
            updatedAt: identity?.updatedAt,
            unreadablePath: user.isUnreadable ? ItemPath.user(name).path : nil
        )
    }

    /// Whoever reads the files in between finds, in this order, that the user cannot sign in, that nothing made by it
    /// can, and that its name means nothing:
    ///
    ///     user ─▶ temporary credentials ─▶ service accounts ─▶ mapping ─▶ memberships
    func removal(ofUser name: Name, at now: Timestamp) -> [FileChange] {
        var files = [FileChange(path: .user(name), bytes: nil)]
        for child in temporariesOfParent[name]?.sorted() ?? []
        where !isExternal(.temporary(child), temporaries[child]) {
            files += removal(of: .temporary(child))
        }
        for child in serviceAccountsOfParent[name]?.sorted() ?? []
        where !isExternal(.serviceAccount(child), serviceAccounts[child]) {
            files += removal(of: .serviceAccount(child))
        }
        if mappings[.users]?[name] != nil {
            files.append(FileChange(path: .mapping(.users, name), bytes: nil))
        }
        for group in groupsOfUser[name]?.sorted() ?? [] {
            guard var members = groups[group]?.value else { continue }
            members.members.removeAll { $0 == name }
            files.append(FileChange(path: .group(group), bytes: members.encoded(at: now)))
        }
        return files
    }

    private func isExternal(_ path: ItemPath, _ credential: Readable<DerivedCredential>?) -> Bool {
        credential?.value?.hasExternalParent ?? untrusted[path]?.hasExternalParent ?? false
    }
}
