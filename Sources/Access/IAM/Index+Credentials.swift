import Base
import JSON
import Telemetry

extension Index {
    /// - Parameter sessionToken: `nil` is as wrong for temporary credentials as any token is for others.
    mutating func credential(
        _ accessKey: Name,
        sessionToken: Secret?,
        at now: Timestamp
    ) throws(CredentialError) -> Credential {
        guard accessKey != rootName else {
            guard sessionToken == nil else { throw .invalidToken }
            return root
        }
        if let user = users[accessKey] {
            let identity = try identity(ofUser: accessKey, user)
            guard sessionToken == nil else { throw .invalidToken }
            return credential(identity, user.value)
        }
        if let account = serviceAccounts[accessKey] {
            let identity = try identity(ofServiceAccount: accessKey, account, at: now)
            guard sessionToken == nil else { throw .invalidToken }
            return credential(identity, account.value?.stored)
        }
        guard let temporary = temporaries[accessKey] else { throw .unknownAccessKey }
        let identity = try identity(ofTemporary: accessKey, temporary, at: now)
        guard let sessionToken, let expected = temporary.value?.stored.sessionToken, sessionToken == expected
        else { throw .invalidToken }
        return credential(identity, temporary.value?.stored)
    }

    /// Whoever the access key stands for, without asking for a token.
    mutating func identity(of accessKey: Name, at now: Timestamp) throws(CredentialError) -> SignedIdentity {
        if accessKey == rootName {
            return SignedIdentity(accessKey: root.accessKey, kind: .root, account: account)
        }
        if let user = users[accessKey] { return try identity(ofUser: accessKey, user) }
        if let account = serviceAccounts[accessKey] {
            return try identity(ofServiceAccount: accessKey, account, at: now)
        }
        guard let temporary = temporaries[accessKey] else { throw .unknownAccessKey }
        return try identity(ofTemporary: accessKey, temporary, at: now)
    }

    private func credential(_ identity: SignedIdentity, _ stored: StoredIdentity?) -> Credential {
        guard let stored else { preconditionFailure("an identity without its keys") }
        return Credential(accessKey: stored.accessKey, secret: stored.secret, identity: .signed(identity))
    }

    private mutating func identity(
        ofUser name: Name,
        _ user: Readable<StoredIdentity>
    ) throws(CredentialError) -> SignedIdentity {
        guard let stored = user.value else { throw .unreadable(path: ItemPath.user(name).path) }
        guard stored.status == .enabled else { throw .disabled }
        let resolved = policies(ofUser: name)
        return SignedIdentity(
            accessKey: name.text,
            kind: .user,
            account: stored.account ?? account,
            policies: resolved.policies,
            unreadable: resolved.unreadable,
            groups: resolved.groups
        )
    }

    private mutating func identity(
        ofServiceAccount name: Name,
        _ account: Readable<DerivedCredential>,
        at now: Timestamp
    ) throws(CredentialError) -> SignedIdentity {
        guard let credential = account.value else {
            throw .unreadable(path: ItemPath.serviceAccount(name).path)
        }
        return try identity(name, credential, .serviceAccount(parent: credential.stored.parent), at: now)
    }

    private mutating func identity(
        ofTemporary name: Name,
        _ temporary: Readable<DerivedCredential>,
        at now: Timestamp
    ) throws(CredentialError) -> SignedIdentity {
        switch temporary {
        case .readable(let credential):
            return try identity(name, credential, .temporary(parent: credential.stored.parent), at: now)
        // Signed before the root user's secret was another.
        case .unreadable(.untrustedToken): throw .invalidToken
        case .unreadable: throw .unreadable(path: ItemPath.temporary(name).path)
        }
    }

    private mutating func identity(
        _ name: Name,
        _ credential: DerivedCredential,
        _ kind: SignedIdentity.Kind,
        at now: Timestamp
    ) throws(CredentialError) -> SignedIdentity {
        guard credential.stored.status == .enabled else { throw .disabled }
        guard !credential.isExpired(at: now) else { throw .expired }
        let parent = credential.parent
        var resolved = ResolvedPolicies()
        var account = account
        // First of all: whoever is vouched for from outside is never the user here who has the same name.
        if credential.hasExternalParent {
            resolved = policies(ofExternalParentOf: name, credential)
        } else if parent != rootName {
            switch users[parent] {
            case .readable(let user):
                guard user.status == .enabled else { throw .disabled }
                account = user.account ?? account
                resolved = policies(ofUser: parent)
            case .unreadable: throw .unreadable(path: ItemPath.user(parent).path)
            case nil: throw .unknownAccessKey
            }
        }
        return SignedIdentity(
            accessKey: name.text,
            kind: kind,
            account: account,
            policies: resolved.policies,
            sessionPolicies: credential.sessionPolicy.map { [$0.document] } ?? [],
            unreadable: resolved.unreadable,
            claims: credential.claims,
            groups: resolved.groups,
            isAccountOwner: parent == rootName && !credential.hasExternalParent
        )
    }
}
