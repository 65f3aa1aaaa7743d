import Base
import JSON
import Policy
import Telemetry

extension IAM {
    /// Everything but temporary credentials, with secrets. In order of names.
    ///
    /// - Throws: ``IAMError/unreadable(path:)``: an export that leaves something out must not look like a whole one.
    package func exportAll() throws(IAMError) -> IAMExport {
        try state.withLock { state throws(IAMError) in try state.index.export() }
    }

    /// Adds and replaces what the export has, one entry after another: policies, users, groups, service accounts,
    /// mappings. What cannot be taken is in the report; the rest is done. Nothing is removed.
    package func importAll(_ export: IAMExport) async throws(IAMError) -> ImportReport {
        var report = ImportReport()
        for (path, content) in export.importOrder {
            for member in content.members {
                let entry = ImportReport.Entry(path: path, name: member.key)
                do throws(IAMError) {
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

extension IAMExport {
    static let policiesPath = "iam-assets/policies.json"
    static let usersPath = "iam-assets/users.json"
    static let groupsPath = "iam-assets/groups.json"
    static let serviceAccountsPath = "iam-assets/svcaccts.json"
    static let userMappingsPath = "iam-assets/user_mappings.json"
    static let groupMappingsPath = "iam-assets/group_mappings.json"
    static let externalUserMappingsPath = "iam-assets/stsuser_mappings.json"

    /// What is referred to before what refers to it.
    fileprivate var importOrder: [(path: String, content: JSONObject)] { files }
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

extension Index {
    fileprivate func export() throws(IAMError) -> IAMExport {
        if let path = unreadable.keys.map(\.path).min(by: { Name($0) < Name($1) }), isWhole(path) == false {
            throw .unreadable(path: path)
        }
        var export = IAMExport()
        let names = Set(policies.keys).union(CannedPolicy.allCases.map { Name($0.rawValue) })
        for name in names.sorted() {
            guard let text = info(ofPolicy: name)?.text else { continue }
            do throws(JSONError) {
                export.policies[name.text] = try JSONValue(parsing: text)
            } catch {
                throw .unreadable(path: ItemPath.policy(name).path)
            }
        }
        for (name, user) in sorted(users) { export.users[name.text] = user.value.map(Self.exported) }
        for (name, group) in sorted(groups) { export.groups[name.text] = group.value?.exported }
        for (name, account) in sorted(serviceAccounts) {
            export.serviceAccounts[name.text] = account.value.map(Self.exported)
        }
        export.userMappings = exportedMappings(.users)
        export.groupMappings = exportedMappings(.groups)
        export.externalUserMappings = exportedMappings(.externalUsers)
        return export
    }

    /// Whether an export is whole without it.
    private func isWhole(_ path: String) -> Bool {
        if case .temporary = ItemPath(path) { true } else { false }
    }

    private func sorted<Value>(_ items: [Name: Value]) -> [(key: Name, value: Value)] {
        items.sorted { $0.key < $1.key }
    }

    private func exportedMappings(_ kind: ItemPath.MappingKind) -> JSONObject {
        var object = JSONObject()
        for (name, mapping) in sorted(mappings[kind] ?? [:]) { object[name.text] = mapping.value?.exported }
        return object
    }

    private static func exported(_ identity: StoredIdentity) -> JSONValue {
        var object = JSONObject()
        object["secretKey"] = .string(identity.secret.revealed())
        object["policy"] = ""
        object["status"] = .string(identity.status.rawValue)
        if let account = identity.account {
            object["martletAccount"] = [
                "id": .string(account.id), "canonicalID": .string(account.canonicalID),
                "displayName": .string(account.displayName),
            ]
        }
        return .object(object)
    }

    private static func exported(_ credential: DerivedCredential) -> JSONValue {
        let stored = credential.stored
        var object = JSONObject()
        object["parent"] = .string(stored.parent)
        object["accessKey"] = .string(stored.accessKey)
        object["secretKey"] = .string(stored.secret.revealed())
        object["groups"] = stored.groups.isEmpty ? .null : .array(stored.groups.map { .string($0) })
        object["claims"] = .object(credential.claims.sortedByKey)
        object["sessionPolicy"] = .null
        if let policy = credential.sessionPolicy {
            // It has been read as a policy, which is JSON.
            object["sessionPolicy"] = try? JSONValue(parsing: policy.text)
        }
        object["status"] = .string(stored.status == .enabled ? "on" : "off")
        object["name"] = .string(stored.name ?? "")
        object["description"] = .string(stored.comment ?? "")
        object["expiration"] = .string(credential.expiration.map(StoredTime.text) ?? StoredTime.epoch)
        return .object(object)
    }
}

extension StoredMembers {
    fileprivate var exported: JSONValue {
        [
            "version": .integer(1), "status": .string(status.rawValue),
            "members": .array(members.map { .string($0.text) }),
            "updatedAt": .string(updatedAt.map(StoredTime.text) ?? StoredTime.none),
        ]
    }
}

extension StoredMapping {
    fileprivate var exported: JSONValue {
        [
            "version": .integer(1), "policy": .string(policies.map(\.text).joined(separator: ",")),
            "updatedAt": .string(updatedAt.map(StoredTime.text) ?? StoredTime.none),
        ]
    }
}
