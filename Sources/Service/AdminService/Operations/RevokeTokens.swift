internal import HTTP
package import IAM
internal import JSON

/// `POST revoke-tokens/{provider}`: ends temporary credentials before their time: of one type, or all of a user. Everybody
/// may end its own.
///
///     builtin, internal    a user by its name
///     ldap                 a user of the directory by its distinguished name or its login
///     openid               the subjects of that name at any provider, or the parent that lists of keys tell
package struct RevokeTokens: AdminOperation {
    package static let route = AdminRoute(.post, "revoke-tokens/{provider}")

    private enum Provider: String {
        case builtIn = "builtin"
        case `internal` = "internal"
        case ldap, openid
    }

    private let provider: Provider
    /// `nil` is the caller.
    private let named: String?
    private let caller: String
    /// `nil` is every type.
    private let type: String?
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        let providerName = Self.route.values(in: call.names)[0]
        guard let provider = Provider(rawValue: providerName) else {
            throw AdminError(.invalidArgument, "There is no provider of users called '\(providerName)'.")
        }
        self.provider = provider
        let named = call.optionalParameter("user")
        let isFull = call.isTrue("fullRevoke")
        var type = call.optionalParameter("tokenRevokeType")
        guard !isFull || type == nil, named == nil || isFull || type != nil else {
            throw AdminError(.invalidRequest, "Either a token revoke type or a full revoke is asked for.")
        }
        if named == nil, type == nil, !isFull {
            type = call.caller.claims["tokenRevokeType"]?.string
            guard type != nil else { throw AdminError(.noRevokeType) }
        }
        let isOwn = named.map { call.isCaller($0) } ?? true
        (self.named, caller) = (isOwn ? nil : named, call.caller.userName)
        self.type = type
        rights = Rights(Right(.removeServiceAccount, isGrantedByDefault: isOwn))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        for parent in try await parents(context) {
            _ = try await translating { () throws(IAMError) in
                try await context.iam.revokeTemporaryCredentials(of: parent, type: type)
            }
        }
        return .noContent
    }

    /// - Throws: `XMinioAdminNoSuchUser` where nobody is meant: who revokes must not believe that it is done.
    private func parents(_ context: AdminContext) async throws(AdminError) -> Set<String> {
        guard let named else { return [caller] }
        let found: Set<String>
        switch provider {
        case .builtIn, .internal: found = Self.isKnown(named, context.iam) ? [named] : []
        case .ldap: found = try await directoryUsers(named, context)
        case .openid:
            found = Self.parents(context.iam) { parent, claims in
                claims["iss"] != nil
                    && (Self.isSame(parent, named) || Self.isSame(claims["sub"]?.string, named))
            }
        }
        guard !found.isEmpty else {
            throw AdminError(.noSuchUser, "There is no user '\(named)' of whom anything is known.")
        }
        return found
    }

    /// Byte by byte, as names are kept.
    private static func isSame(_ left: String?, _ right: String) -> Bool {
        left.map { $0.utf8.elementsEqual(right.utf8) } ?? false
    }

    private static func isKnown(_ name: String, _ iam: IAM) -> Bool {
        if Self.isSame(name, iam.root.accessKey) || iam.hasKeys(ofParent: name) { return true }
        // Why there is no such user does not matter.
        return (try? iam.user(name)) != nil
    }

    /// Who has left the directory, or is asked about while it does not answer, is known by the logins of its sessions.
    private func directoryUsers(_ name: String, _ context: AdminContext) async throws(AdminError) -> Set<
        String
    > {
        let dn = try context.directory().normalised(name)
        var found = Self.parents(context.iam) { parent, claims in
            guard claims["ldapUser"] != nil else { return false }
            return Self.isSame(dn, parent) || Self.isSame(claims["ldapUsername"]?.string, name)
        }
        do throws(AdminError) {
            found.insert(try await context.directoryUser(name, mustExist: true))
        } catch {
            guard !found.isEmpty else { throw error }
        }
        return found
    }

    private static func parents(_ iam: IAM, where isMeant: (String, JSONObject) -> Bool) -> Set<String> {
        let temporary = iam.temporaryCredentials(ofParent: nil).map { ($0.parent, $0.claims) }
        let accounts = iam.serviceAccounts(ofParent: nil).map { ($0.parent, $0.claims) }
        return Set((temporary + accounts).filter { isMeant($0.0, $0.1) }.map(\.0))
    }
}
