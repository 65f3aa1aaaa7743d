internal import IAM

/// A directory whose users and groups can have policies and access keys. May be asked by many tasks at once.
package protocol DirectoryAccess: Sendable {
    /// In the one form that names are stored in; `nil` for a text that is no distinguished name.
    func normalised(_ name: String) -> String?

    /// Whether a normalised name lies where the directory's users are looked for.
    func isUser(_ dn: String) -> Bool

    /// The same for groups.
    func isGroup(_ dn: String) -> Bool

    /// The name of an entry as the directory spells it, normalised, if there is an entry: directories compare names in
    /// more ways than their bytes.
    ///
    /// - Parameter dn: normalised.
    func entry(_ dn: String) async throws(DirectoryUnavailable) -> String?

    /// The user who logs in with that name; `nil` where there is none, or several.
    func user(named login: String) async throws(DirectoryUnavailable) -> DirectoryUser?
}

/// The directory does not answer.
package struct DirectoryUnavailable: Error, Sendable {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}

package struct DirectoryUser: Sendable, Equatable {
    /// Normalised.
    package let dn: String
    /// As the directory spells it.
    package let actualDN: String
    /// Normalised.
    package let groups: [String]

    package init(dn: String, actualDN: String, groups: [String]) {
        (self.dn, self.actualDN, self.groups) = (dn, actualDN, groups)
    }
}

extension AdminContext {
    /// - Throws: `XMinioLDAPNotEnabled`.
    func directory() throws(AdminError) -> any DirectoryAccess {
        guard let directory = services.providers.directory else { throw AdminError(.ldapNotEnabled) }
        return directory
    }

    /// The distinguished name of a user who is given by it, or by a login, as the directory spells it.
    ///
    /// - Parameter mustExist: whether it is refused where the directory has none. Otherwise it is taken as it is: what is
    ///   kept of somebody who left can still be seen and taken away.
    func directoryUser(_ name: String, mustExist: Bool = false) async throws(AdminError) -> String {
        let directory = try directory()
        guard let dn = directory.normalised(name) else { return try await directoryUser(login: name).dn }
        guard directory.isUser(dn) else {
            throw AdminError(.noSuchUser, "'\(name)' is not where the directory's users are.")
        }
        // Nobody has keys under a name that the directory spells otherwise.
        let isKept = !iam.policyNames(of: .externalUser(dn)).isEmpty || iam.hasKeys(ofParent: dn)
        if isKept, !mustExist { return dn }
        if let entry = try await directoryEntry(dn) { return entry }
        guard !mustExist else { throw AdminError(.noSuchUser, "The directory has no entry '\(dn)'.") }
        return dn
    }

    private func directoryEntry(_ dn: String) async throws(AdminError) -> String? {
        let directory = try directory()
        do throws(DirectoryUnavailable) {
            return try await directory.entry(dn)
        } catch {
            throw AdminError(.serviceUnavailable, "The directory does not answer: \(error.reason)")
        }
    }

    func directoryUser(login: String) async throws(AdminError) -> DirectoryUser {
        let directory = try directory()
        let user: DirectoryUser?
        do throws(DirectoryUnavailable) {
            user = try await directory.user(named: login)
        } catch {
            throw AdminError(.serviceUnavailable, "The directory does not answer: \(error.reason)")
        }
        guard let user else { throw AdminError(.noSuchUser, "The directory knows no user '\(login)'.") }
        return user
    }

    /// The same of a group, which has no login.
    func directoryGroup(_ name: String, mustExist: Bool = false) async throws(AdminError) -> String {
        let directory = try directory()
        guard let dn = directory.normalised(name), directory.isGroup(dn) else {
            throw AdminError(
                .noSuchGroup,
                "'\(name)' is not the distinguished name of a group of the directory."
            )
        }
        if !iam.policyNames(of: .externalGroup(dn)).isEmpty, !mustExist { return dn }
        if let entry = try await directoryEntry(dn) { return entry }
        guard !mustExist else { throw AdminError(.noSuchGroup, "The directory has no entry '\(dn)'.") }
        return dn
    }
}
