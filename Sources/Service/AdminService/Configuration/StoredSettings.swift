internal import JSON

/// What `config.json` holds:
///
///     {"api": {"_": [{"key": "requests_max", "value": "100"}, …]}, "storage_class": …}
///
/// Groups and keys that this server does not know stay as they are: another server wrote them, and may come back.
struct StoredSettings: Equatable {
    private var document: JSONObject

    init() { document = JSONObject() }

    /// - Throws: `XMinioConfigError` for what is no such document.
    init(parsing bytes: [UInt8]) throws(AdminError) {
        do throws(JSONError) {
            guard let object = try JSONValue(parsing: bytes).object, object["version"] == nil else {
                throw JSONError.unexpectedEnd
            }
            document = object
        } catch {
            throw AdminError(.unreadable, "config/config.json cannot be read.")
        }
    }

    var encoded: [UInt8] { JSONValue.object(document).encoded }

    func value(_ group: String, _ key: String) -> String? {
        entries(group).first { $0["key"]?.string == key }?["value"]?.string
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

    private func entries(_ group: String) -> [JSONValue] {
        document[group]?[SettingLine.defaultTarget]?.array ?? []
    }

    private mutating func store(_ entries: [JSONValue], _ group: String) {
        var targets = document[group]?.object ?? JSONObject()
        targets[SettingLine.defaultTarget] = entries.isEmpty ? nil : .array(entries)
        document[group] = targets.isEmpty ? nil : .object(targets)
    }
}
