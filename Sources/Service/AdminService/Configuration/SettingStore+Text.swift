internal import JSON

/// Settings as administrators read them.
extension SettingStore {
    /// The lines of one group, or of all for an empty name; secrets are not told.
    func text(of name: String) async throws(AdminError) -> String {
        let stored = try await read()
        guard !name.isEmpty else { return groups.map { text(of: $0, stored) }.joined() }
        return text(of: try known(SettingLine.split(name)), stored)
    }

    private func text(of group: SettingGroup, _ stored: StoredSettings) -> String {
        let overriding = group.settings.compactMap { setting in
            setting.overriding.map { "# \($0.name)=\(setting.isSecret ? "*redacted*" : $0.value)\n" }
        }
        let values = group.settings.map { setting in
            let value = stored.value(setting, of: group) ?? setting.defaultValue
            let shown = setting.isSecret && !value.isEmpty ? "*redacted*" : SettingLine.quoted(value)
            return "\(setting.key)=\(shown) "
        }
        return overriding.joined() + "\(group.name) " + values.joined() + "\n"
    }

    func help(of name: String, key: String?, asVariables: Bool) throws(AdminError) -> JSONValue {
        guard !name.isEmpty else {
            let keys = groups.map { Self.help($0.name, $0.description, type: "") }
            return Self.help(subsystem: "", description: "", keys)
        }
        let group = try known(SettingLine.split(name))
        let settings =
            try key.map { (key) throws(AdminError) in [try setting(key, of: group)] } ?? group.settings
        let keys = settings.map {
            Self.help(asVariables ? $0.variable : $0.key, $0.description, type: $0.type)
        }
        return Self.help(subsystem: group.name, description: group.description, keys)
    }

    private static func help(_ key: String, _ description: String, type: String) -> JSONValue {
        [
            "key": .string(key), "description": .string(description), "optional": .boolean(true),
            "type": .string(type), "multipleTargets": .boolean(false),
        ]
    }

    private static func help(subsystem: String, description: String, _ keys: [JSONValue]) -> JSONValue {
        [
            "subSys": .string(subsystem), "description": .string(description),
            "multipleTargets": .boolean(false), "keysHelp": .array(keys),
        ]
    }
}
