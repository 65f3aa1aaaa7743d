import CLDAP
import Files
import Posix
package import Telemetry

/// Users and groups of an LDAP directory, such as OpenLDAP or Active Directory.
///
///     lookup account: bind ─▶ search the user ─▶ user: bind ─▶ lookup account: bind ─▶ search the groups
///
/// libldap is loaded when the first request comes. Any number of tasks may ask at once; each request has a connection of
/// its own, on a thread of its own.
package final class Directory: Sendable {
    /// Of a user's name, in bytes.
    package static let userSizeMax = 512
    /// Whose library is loaded.
    package static let packageName = "libldap-2.5-0"
    private static let threadCount = 4
    private static let waitingMax = 256

    private let settings: DirectorySettings
    private let lane: ThreadLane

    package init(_ settings: DirectorySettings) {
        self.settings = settings
        lane = ThreadLane(name: "directory", threadCount: Self.threadCount, waitingMax: Self.waitingMax)
    }

    /// Who the user is, if the password is theirs.
    ///
    /// A cancelled request ends soon, but not while it connects.
    package func authenticate(_ user: String, password: Secret) async throws(DirectoryError)
        -> DirectoryIdentity
    {
        guard !password.revealed().isEmpty else { throw .refused(.emptyPassword) }
        try Self.check(user)
        return try await run { (connection, settings) throws(DirectoryError) in
            let entry = try Self.findUser(user, connection, settings)
            try Self.checkPassword(password, of: entry, connection)
            try Self.bindLookup(connection, settings)
            return try Self.identity(of: user, entry, connection, settings)
        }
    }

    /// Who the user is, without a password: to see whether they, and their groups, are still there.
    package func lookup(_ user: String) async throws(DirectoryError) -> DirectoryIdentity {
        try Self.check(user)
        return try await run { (connection, settings) throws(DirectoryError) in
            let entry = try Self.findUser(user, connection, settings)
            return try Self.identity(of: user, entry, connection, settings)
        }
    }

    /// The name of an entry as the directory spells it, in the form of ``DistinguishedName``; `nil` where there is none that
    /// the lookup account can see.
    package func entry(_ dn: String) async throws(DirectoryError) -> String? {
        guard (1...DistinguishedName.sizeMax).contains(dn.utf8.count), !dn.utf8.contains(0) else {
            return nil
        }
        return try await run { (connection, _) throws(DirectoryError) in
            let names = try connection.search(
                dn,
                "(objectClass=*)",
                countMax: 1,
                scope: LDAP_SCOPE_BASE,
                .searchEntry
            )
            guard let name = names.first, !name.isEmpty else { return nil }
            return try Self.normalised(name)
        }
    }

    /// - Parameter body: gets a connection that the lookup account is bound to.
    private func run<Answer: Sendable>(
        _ body:
            @escaping @Sendable (DirectoryConnection, DirectorySettings) throws(DirectoryError) -> Answer
    ) async throws(DirectoryError) -> Answer {
        let settings = settings
        let deadline = ContinuousClock.now + settings.timeout
        let cut = ConnectionCut()
        let watch = Task {
            do {
                try await Task.sleep(until: deadline)
                cut.cut()
            } catch {
                // The request is over.
            }
        }
        defer { watch.cancel() }
        let result = await withTaskCancellationHandler {
            await lane.run { () -> Result<Answer, DirectoryError> in
                Result { () throws(DirectoryError) in
                    try Self.loadLibrary()
                    let connection = try DirectoryConnection(settings, deadline: deadline, cut: cut)
                    try Self.bindLookup(connection, settings)
                    return try body(connection, settings)
                }
            }
        } onCancel: {
            cut.cut()
        }
        guard let result else { throw .unavailable(Task.isCancelled ? .cancelled : .busy) }
        return try result.get()
    }

    private static func check(_ user: String) throws(DirectoryError) {
        guard (1...userSizeMax).contains(user.utf8.count) else { throw .refused(.malformedUser) }
    }

    private static func loadLibrary() throws(DirectoryError) {
        if let reason = cldap_load() {
            throw .unavailable(.libraryMissing(package: packageName, reason: String(cString: reason)))
        }
        do throws(Errno) {
            // libldap writes to connections that may be gone.
            try StopSignals.ignoreBrokenPipes()
        } catch {
            throw .unavailable(.failed(.connect, code: LDAP_LOCAL_ERROR, reason: error.description))
        }
    }

    private static func bindLookup(
        _ connection: DirectoryConnection,
        _ settings: DirectorySettings
    ) throws(DirectoryError) {
        let code = try connection.bind(settings.lookupDN, settings.lookupPassword)
        guard code == LDAP_SUCCESS else { throw .unavailable(.lookupBindRefused(code: code)) }
    }

    private static func findUser(
        _ user: String,
        _ connection: DirectoryConnection,
        _ settings: DirectorySettings
    ) throws(DirectoryError) -> String {
        let filter = settings.userFilter.filled(name: user)
        var entries: [String] = []
        for base in settings.userBases {
            entries += try connection.search(base, filter, countMax: 1, .searchUser)
        }
        guard let entry = entries.first else { throw .refused(.userNotFound) }
        // One entry may lie below two of the bases.
        guard Set(entries).count == 1 else { throw .refused(.ambiguousUser(count: Set(entries).count)) }
        return entry
    }

    private static func checkPassword(
        _ password: Secret,
        of entry: String,
        _ connection: DirectoryConnection
    ) throws(DirectoryError) {
        // Nobody's name would be taken with any password.
        guard !entry.isEmpty else { throw .refused(.userNotFound) }
        switch try connection.bind(entry, password) {
        case LDAP_SUCCESS: return
        case LDAP_INVALID_CREDENTIALS, LDAP_INAPPROPRIATE_AUTH: throw .refused(.wrongPassword)
        case let code where isAboutAccount(code): throw .refused(.accountRefused(code: code))
        case let code:
            throw .unavailable(.failed(.bind, code: code, reason: String(cString: cldap_describe(code))))
        }
    }

    private static func isAboutAccount(_ code: Int32) -> Bool {
        switch code {
        case LDAP_CONSTRAINT_VIOLATION, LDAP_INSUFFICIENT_ACCESS, LDAP_UNWILLING_TO_PERFORM,
            LDAP_NO_SUCH_OBJECT:
            true
        default: false
        }
    }

    private static func identity(
        of user: String,
        _ entry: String,
        _ connection: DirectoryConnection,
        _ settings: DirectorySettings
    ) throws(DirectoryError) -> DirectoryIdentity {
        let dn = try normalised(entry)
        guard let template = settings.groupFilter else {
            return DirectoryIdentity(dn: dn, actualDN: entry, groups: [])
        }
        let filter = template.filled(name: user, entry: entry)
        var groups: Set<String> = []
        for base in settings.groupBases {
            for name in try connection.search(base, filter, countMax: settings.groupCountMax, .searchGroups) {
                groups.insert(try normalised(name))
            }
            guard groups.count <= settings.groupCountMax else {
                throw .unavailable(.tooManyGroups(countMax: settings.groupCountMax))
            }
        }
        return DirectoryIdentity(
            dn: dn,
            actualDN: entry,
            groups: groups.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
    }

    private static func normalised(_ name: String) throws(DirectoryError) -> String {
        do throws(DistinguishedNameError) {
            return try DistinguishedName(name).description
        } catch {
            throw .unavailable(.malformedName(error))
        }
    }
}
