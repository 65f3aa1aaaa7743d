import Base
import JSON
import Policy
import Telemetry

extension IAM {
    /// Adds and replaces what the export has: policies, users, groups, service accounts, mappings. What cannot be taken
    /// is in the report; the rest is one change, which happens as a whole or not at all. Nothing is removed.
    ///
    /// An export whose files come to more than ``importSizeMax`` is several changes, one after the other in that order,
    /// so that what is there never refers to what is not.
    ///
    /// - Parameter makesRootsKeys: whether service accounts of the root user are taken in. Who may import is not root by
    ///   that: otherwise they fail with ``IAMError/reservedForRoot``.
    package func importAll(
        _ export: IAMExport,
        makesRootsKeys: Bool = true
    ) async throws(IAMError) -> ImportReport {
        let report = try await queue.run { () async throws(IAMError) -> ImportReport in
            // An unsure item must not be drafted upon.
            try await settle()
            let (draft, files) = try draft()
            let report = try await draft.take(export, makesRootsKeys: makesRootsKeys)
            for files in files.inOrder(sizeMax: Self.importSizeMax) {
                // The one before may be in force without being in its files.
                try await settle()
                try await commit(files)
            }
            return report
        }
        guard let report else { throw .cancelled }
        return report
    }

    /// Bytes of all files together.
    private static let importSizeMax = Journal.sizeMax / 4

    /// What is known now, in a store of its own whose files are only noted down.
    private func draft() throws(IAMError) -> (draft: IAM, files: NotedFiles) {
        guard let index = state.withLock({ $0.isLoaded ? $0.index : nil }) else {
            throw .unavailable("users are not loaded")
        }
        let files = NotedFiles()
        let draft = IAM(
            root: root,
            account: account,
            storage: files,
            decryption: decryption,
            time: time,
            randomness: randomness
        )
        draft.state.withLock { ($0.index, $0.isLoaded) = (index, true) }
        return (draft, files)
    }

    private func take(_ export: IAMExport, makesRootsKeys: Bool) async throws(IAMError) -> ImportReport {
        var report = ImportReport()
        // What is referred to comes before what refers to it.
        for (path, content) in export.files {
            for member in content.members {
                let entry = ImportReport.Entry(path: path, name: member.key)
                do throws(IAMError) {
                    if path == IAMExport.serviceAccountsPath, !makesRootsKeys {
                        try refuseRootsKey(member.value)
                    }
                    let isAdded = try await importEntry(path, member.key, member.value)
                    if isAdded { report.added.append(entry) } else { report.skipped.append(entry) }
                } catch .unavailable(let reason) {
                    throw .unavailable(reason)
                } catch .cancelled {
                    throw .cancelled
                } catch {
                    report.failed.append(.init(path: path, name: member.key, error: error))
                }
            }
        }
        return report
    }

    private func refuseRootsKey(_ value: JSONValue) throws(IAMError) {
        let parent = value.object?["parent"]?.string
        guard parent.map({ Name($0) != Name(root.accessKey) }) ?? true else { throw .reservedForRoot }
    }

    private func importEntry(_ path: String, _ name: String, _ value: JSONValue) async throws(IAMError)
        -> Bool
    {
        switch path {
        case IAMExport.policiesPath: return try await importPolicy(name, value)
        case IAMExport.usersPath: return try await importUser(name, value)
        case IAMExport.groupsPath: return try await importGroup(name, value)
        case IAMExport.serviceAccountsPath: return try await importServiceAccount(name, value)
        case IAMExport.userMappingsPath: return try await importMapping(.user(name), value, path)
        case IAMExport.groupMappingsPath:
            let isStored = state.withLock { $0.index.groups[Name(name)] != nil }
            return try await importMapping(isStored ? .group(name) : .externalGroup(name), value, path)
        case IAMExport.externalUserMappingsPath:
            return try await importMapping(.externalUser(name), value, path)
        default: preconditionFailure("an export has seven files")
        }
    }

    /// Built-in ones that are as they were stay built-in.
    private func importPolicy(_ name: String, _ value: JSONValue) async throws(IAMError) -> Bool {
        if let canned = Index.builtIn(Name(name)) {
            // What is no policy is refused below, with the reason.
            let document = try? PolicyDocument(parsing: value.encoded, as: .identity, from: .stored)
            if document?.canonicalText == canned.document.canonicalText { return false }
            // MinIO's releases differ in the order of the actions.
            if document.map(\.canonicalActions) == canned.document.canonicalActions { return false }
        }
        try await setPolicy(value.encoded, named: name)
        return true
    }

    private func importUser(_ name: String, _ value: JSONValue) async throws(IAMError) -> Bool {
        guard let object = value.object, let secret = object["secretKey"]?.string,
            let status = status(object["status"])
        else { throw .malformedImport(path: IAMExport.usersPath) }
        var account: Account?
        if let stored = object["martletAccount"]?.object, let id = stored["id"]?.string,
            let canonicalID = stored["canonicalID"]?.string
        {
            account = Account(
                id: id,
                canonicalID: canonicalID,
                displayName: stored["displayName"]?.string ?? ""
            )
        }
        try await addUser(name, secret: Secret(secret), status: status, account: account)
        return true
    }

    private func importGroup(_ name: String, _ value: JSONValue) async throws(IAMError) -> Bool {
        guard let object = value.object, let status = status(object["status"]) else {
            throw .malformedImport(path: IAMExport.groupsPath)
        }
        let members: [String]
        do throws(ItemError) {
            members = try object.texts("members")
        } catch {
            throw .malformedImport(path: IAMExport.groupsPath)
        }
        try await addMembers(members, toGroup: name)
        try await setStatus(status, ofGroup: name)
        return true
    }

    private func importServiceAccount(_ name: String, _ value: JSONValue) async throws(IAMError) -> Bool {
        let malformed = IAMError.malformedImport(path: IAMExport.serviceAccountsPath)
        guard let object = value.object, let parent = object["parent"]?.string,
            let secret = object["secretKey"]?.string, let status = status(object["status"])
        else { throw malformed }
        var request = ServiceAccountRequest(parent: parent)
        (request.accessKey, request.secret, request.status) = (name, Secret(secret), status)
        do throws(ItemError) {
            request.name = try object.text("name")
            request.description = try object.text("description")
            request.groups = try object.texts("groups")
            if let text = try object.text("expiration") {
                guard let expiration = StoredTime.parse(text) else { throw .malformed(member: "expiration") }
                request.expiration = expiration
            }
        } catch {
            throw malformed
        }
        request.claims = object["claims"]?.object ?? JSONObject()
        request.sessionPolicy = object["sessionPolicy"]?.encoded
        let isTaken = state.withLock { state in
            let known = state.index.serviceAccounts[Name(name)]
            return !state.index.isFree(Name(name)) && known?.value?.stored.parent != parent
        }
        guard !isTaken else { return false }
        _ = try await addServiceAccount(request, replaces: true)
        return true
    }

    private func importMapping(
        _ holder: PolicyHolder,
        _ value: JSONValue,
        _ path: String
    ) async throws(IAMError) -> Bool {
        guard let object = value.object else { throw .malformedImport(path: path) }
        let mapping: StoredMapping
        do throws(ItemError) {
            mapping = try StoredMapping(reading: object)
        } catch {
            throw .malformedImport(path: path)
        }
        do throws(IAMError) {
            try await setPolicies(mapping.policies.map(\.text), of: holder)
        } catch .noSuchUser {
            return false
        } catch {
            throw error
        }
        return true
    }

    private func status(_ value: JSONValue?) -> AccountStatus? {
        // What is no status is malformed, whatever else it is.
        try? AccountStatus(stored: value?.string)
    }
}

extension PolicyDocument {
    /// The canonical text with the actions of each statement in order.
    fileprivate var canonicalActions: [UInt8] {
        // Its own canonical text is always JSON.
        guard let value = try? JSONValue(parsing: canonicalText), var policy = value.object,
            let statements = policy["Statement"]?.array
        else { return canonicalText }
        policy["Statement"] = .array(
            statements.map { statement in
                guard var statement = statement.object else { return .null }
                if let actions = statement["Action"]?.array {
                    let names = actions.compactMap { $0.string }.sorted()
                    statement["Action"] = .array(names.map { .string($0) })
                }
                // It says nothing for actions that are done to the server.
                statement["Resource"] = nil
                return .object(statement)
            }
        )
        return policy.encoded
    }
}

/// Notes down what a draft would write: the last bytes of each file, in the order in which files were first written.
private final class NotedFiles: IAMStorage {
    private struct State {
        var order: [ItemPath] = []
        var bytes: [ItemPath: [UInt8]?] = [:]
    }

    private let state = Locked(State())

    /// In as few pieces as `sizeMax` bytes allow; a file that is larger is a piece by itself.
    func inOrder(sizeMax: Int) -> [[FileChange]] {
        var pieces: [[FileChange]] = []
        var size = 0
        for file in changes {
            let fileSize = file.path.path.utf8.count + (file.bytes?.count ?? 0)
            if pieces.isEmpty || size + fileSize > sizeMax {
                pieces.append([])
                size = 0
            }
            pieces[pieces.count - 1].append(file)
            size += fileSize
        }
        return pieces
    }

    private var changes: [FileChange] {
        state.withLock { state in
            state.order.map { FileChange(path: $0, bytes: state.bytes[$0] ?? nil) }
        }
    }

    func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) { note(path, bytes) }
    func remove(_ path: String) async throws(IAMStorageError) { note(path, nil) }

    private func note(_ path: String, _ bytes: [UInt8]?) {
        guard let path = ItemPath(path) else { preconditionFailure("changes are about items") }
        // A change of several files is written down first; what counts are its files.
        guard path != .journal else { return }
        state.withLock { state in
            if state.bytes.updateValue(bytes, forKey: path) == nil { state.order.append(path) }
        }
    }

    // A draft knows everything already and is given up as soon as anything fails.

    func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
        preconditionFailure("a draft reads nothing")
    }

    func list(_ prefix: String) async throws(IAMStorageError) -> [String] {
        preconditionFailure("a draft reads nothing")
    }
}
