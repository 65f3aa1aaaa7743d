package import JSON
package import Policy

/// Whoever a valid access key stands for, with everything a decision needs: nothing is looked up again while the
/// request runs, so one request is decided by one state of users and policies.
package struct SignedIdentity: Sendable {
    package enum Kind: Sendable, Hashable {
        case root
        case user
        /// Keys that a user made for a program.
        case serviceAccount(parent: String)
        /// Keys with a session token and an end.
        case temporary(parent: String)
    }

    package let accessKey: String
    package let kind: Kind
    package let account: Account
    /// Those of the user and its enabled groups; for a service account or temporary credentials those of the
    /// parent.
    package var policies: [IdentityPolicy]
    /// Each must allow what is asked. None narrows nothing.
    package var sessionPolicies: [PolicyDocument]
    /// Policies, mappings and groups that are stored but cannot be read, by their paths. While there is one,
    /// everything is denied: what they deny is unknown.
    package var unreadable: [String]
    /// Of temporary credentials and service accounts, from their verified token.
    package var claims: JSONObject
    /// Groups that the user or parent is in, whether enabled or not, in order.
    package var groups: [String]

    package init(
        accessKey: String,
        kind: Kind,
        account: Account,
        policies: [IdentityPolicy] = [],
        sessionPolicies: [PolicyDocument] = [],
        unreadable: [String] = [],
        claims: JSONObject = JSONObject(),
        groups: [String] = [],
        isAccountOwner: Bool? = nil
    ) {
        (self.accessKey, self.kind, self.account) = (accessKey, kind, account)
        (self.policies, self.sessionPolicies, self.unreadable) = (policies, sessionPolicies, unreadable)
        (self.claims, self.groups) = (claims, groups)
        self.isAccountOwner = isAccountOwner ?? (kind == .root)
    }

    /// The root user, or credentials made for it. Those may be narrowed by session policies.
    package let isAccountOwner: Bool

    /// What `aws:username` says: the parent's name for service accounts and temporary credentials.
    package var userName: String {
        switch kind {
        case .root, .user: accessKey
        case .serviceAccount(let parent), .temporary(let parent): parent
        }
    }

    /// Whether somebody else's policies are inherited.
    package var isDerived: Bool {
        switch kind {
        case .root, .user: false
        case .serviceAccount, .temporary: true
        }
    }

    /// How bucket policies name the caller.
    ///
    ///     user, service account, temporary credentials    arn:aws:iam::ACCOUNT:user/USER
    ///     root and what was made for it                   arn:aws:iam::ACCOUNT:root
    ///     the session itself, as AWS and MinIO name it    arn:aws:sts::ACCOUNT:assumed-role/USER/ACCESSKEY
    package var principal: Principal {
        let session: String? =
            if case .temporary(let parent) = kind {
                "arn:aws:sts::\(account.id):assumed-role/\(parent)/\(accessKey)"
            } else {
                nil
            }
        return Principal(
            account: account.id,
            canonicalID: account.canonicalID,
            arn: isAccountOwner
                ? "arn:aws:iam::\(account.id):root" : "arn:aws:iam::\(account.id):user/\(userName)",
            sessionARN: session,
            isAccountOwner: isAccountOwner
        )
    }
}

extension SignedIdentity: Equatable {
    /// The same caller, whatever its policies were at the time.
    package static func == (left: Self, right: Self) -> Bool {
        left.accessKey.utf8.elementsEqual(right.accessKey.utf8) && left.kind == right.kind
            && left.account == right.account && left.isAccountOwner == right.isAccountOwner
    }
}

/// A policy under the name it is stored by, so that an audit line can tell which one decided.
package struct IdentityPolicy: Sendable {
    package let name: String
    package let document: PolicyDocument

    package init(name: String, document: PolicyDocument) { (self.name, self.document) = (name, document) }
}
