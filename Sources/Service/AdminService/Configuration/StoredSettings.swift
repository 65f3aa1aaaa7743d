internal import JSON

/// What `config.json` holds:
///
///     {"api": {"_": [{"key": "requests_max", "value": "100"}, …]}, "storage_class": …}
///
/// Groups and keys that this server does not know stay as they are: another server wrote them, and may come back.
struct StoredSettings: Equatable {
    private var document: JSONObject

    init() { document = JSONObject() }

    /// - Throws: `XMinioAdminUnreadable` for what is no such document: to change it would lose what it says.
    init(parsing bytes: [UInt8]) throws(AdminError) {
        let object: JSONObject?
        do throws(JSONError) {
            object = try JSONValue(parsing: bytes, allowsRepeatedKeys: false).object
        } catch {
            throw AdminError(.unreadable, "config/config.json cannot be read: \(error)")
        }
        guard let object, Self.isWellFormed(object) else {
            throw AdminError(
                .unreadable,
                "config/config.json has another form than groups of keys and values."
            )
        }
        document = object
    }

    /// Also refuses what MinIO wrote before 2019, which has a `version` in place of groups.
    private static func isWellFormed(_ document: JSONObject) -> Bool {
        document.members.allSatisfy { group in
            group.value == .null || group.value.object?.members.allSatisfy(isTarget) == true
        }
    }

    /// Go writes a list or map that was never made as null.
    private static func isTarget(_ target: JSONObject.Member) -> Bool {
        guard target.value != .null else { return true }
        return target.value.array?.allSatisfy { $0["key"]?.string != nil && $0["value"]?.string != nil }
            == true
    }

    var encoded: [UInt8] { JSONValue.object(document).encoded }

    /// An empty value is none.
    func value(_ group: String, _ key: String) -> String? {
        guard let value = entries(group).first(where: { $0["key"]?.string == key })?["value"]?.string,
            !value.isEmpty
        else { return nil }
        return value
    }

    mutating func set(_ value: String, _ group: String, _ key: String) {
        var entries = entries(group)
        let entry: JSONValue = ["key": .string(key), "value": .string(value)]
        if let index = entries.firstIndex(where: { $0["key"]?.string == key }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
        store(entries, group)
    }

    /// Takes the keys away, so that their defaults hold.
    mutating func remove(_ group: String, _ keys: [String]) {
        let entries = entries(group).filter { entry in
            !keys.contains { entry["key"]?.string == $0 }
        }
        store(entries, group)
    }

    /// `group` or `group:target` of what another server was told to do and this one does not know: switched on, or
    /// with the address of something to talk to; and a root user that is switched off.
    func inUse(besides known: [String]) -> [String] {
        let root = value("api", "root_access") == "off" ? ["api root_access=off"] : []
        return root
            + document.members.filter { !known.contains($0.key) }.flatMap { group in
                (group.value.object ?? JSONObject()).members.compactMap { target in
                    guard target.value.array?.contains(where: Self.isInUse) == true else { return nil }
                    return target.key == SettingLine.defaultTarget ? group.key : "\(group.key):\(target.key)"
                }
            }
    }

    private static func isInUse(_ entry: JSONValue) -> Bool {
        switch (entry["key"]?.string, entry["value"]?.string) {
        case ("enable", "on"), ("enable", "true"): true
        case ("config_url", let address?), ("server_addr", let address?): !address.isEmpty
        default: false
        }
    }

    private func entries(_ group: String) -> [JSONValue] {
        document[group]?[SettingLine.defaultTarget]?.array ?? []
    }

    private mutating func store(_ entries: [JSONValue], _ group: String) {
        var targets = document[group]?.object ?? JSONObject()
        targets[SettingLine.defaultTarget] = entries.isEmpty ? nil : .array(entries)
        document[group] = targets.isEmpty ? nil : .object(targets)
    }
}
