import JSON
import Policy
import Telemetry

extension IAM {
    /// Everything but temporary credentials, with secrets. In order of names.
    ///
    /// - Throws: ``IAMError/unreadable(path:)``: an export that leaves something out must not look like a whole one.
    package func exportAll() throws(IAMError) -> IAMExport { try snapshot.export() }
}

extension IAMExport {
    static let policiesPath = "iam-assets/policies.json"
    static let usersPath = "iam-assets/users.json"
    static let groupsPath = "iam-assets/groups.json"
    static let serviceAccountsPath = "iam-assets/svcaccts.json"
    static let userMappingsPath = "iam-assets/user_mappings.json"
    static let groupMappingsPath = "iam-assets/group_mappings.json"
    static let externalUserMappingsPath = "iam-assets/stsuser_mappings.json"
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
