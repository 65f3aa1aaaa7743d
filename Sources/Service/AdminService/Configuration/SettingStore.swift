package import Base
package import IAM
internal import JSON

/// Settings that administrators keep on the drives: `config/config.json`, with each change's text in
/// `config/history/ID.kv`. What the environment or the command line sets wins over them. They are read when the server
/// starts; a change counts from the next start on.
///
/// Any number of tasks may use it at once; changes are made one after another.
package final class SettingStore: Sendable {
    private let groups: [SettingGroup]
    private let storage: any IAMStorage
    private let time: any TimeSource
    private let randomness: any Randomness
    private let lastChange = Locked<Task<Void, Never>?>(nil)

    private static let path = "config/config.json"
    private static let historyPrefix = "config/history/"
    private static let historySuffix = ".kv"

    /// - Parameter groups: all that this server obeys.
    package init(
        groups: [SettingGroup],
        storage: any IAMStorage,
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness()
    ) {
        (self.groups, self.storage) = (groups, storage)
        (self.time, self.randomness) = (time, randomness)
    }

    /// Stored values that count: of known keys that nothing overrides, in no order.
    package func effectiveValues() async throws(AdminError) -> [(group: String, key: String, value: String)] {
        let stored = try await read()
        return groups.flatMap { group in
            group.settings.compactMap { setting in
                guard setting.overriding == nil, let value = stored.value(group.name, setting.key),
                    setting.objection(value) == nil
                else { return nil }
                return (group.name, setting.key, value)
            }
        }
    }

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
            let value = stored.value(group.name, setting.key) ?? setting.defaultValue
            let shown = setting.isSecret && !value.isEmpty ? "*redacted*" : SettingLine.quoted(value)
            return "\(setting.key)=\(shown) "
        }
        return overriding.joined() + "\(group.name) " + values.joined() + "\n"
    }

    /// Changes what the lines name. The whole text is refused when one value of it is.
    func set(_ bytes: [UInt8], replacingAll: Bool = false) async throws(AdminError) {
        let lines = try SettingLine.lines(bytes)
        guard !lines.isEmpty else { throw AdminError(.configError, "No settings were given.") }
        try await change { (stored: inout StoredSettings) throws(AdminError) in
            if replacingAll {
                for group in self.groups { stored.remove(group.name, group.settings.map(\.key)) }
            }
            for line in lines { try self.apply(line, to: &stored) }
        }
        let path = Self.historyPrefix + "\(randomness.uuid())" + Self.historySuffix
        try await write(path, Self.historyHeader(time.now) + bytes)
    }

    /// History files of MinIO's have their time from the drive; ours say it in a comment that reads as one.
    private static func historyHeader(_ time: Timestamp) -> [UInt8] {
        Array("# \(time.iso8601Milliseconds)\n".utf8)
    }

    private func apply(_ line: SettingLine, to stored: inout StoredSettings) throws(AdminError) {
        let group = try known((line.group, line.target))
        for (key, value) in line.values {
            let setting = try setting(key, of: group)
            try refuseOverridden(setting)
            if let objection = setting.objection(value) {
                throw AdminError(.configBadFormat, "\(group.name) \(key): \(objection)")
            }
            stored.set(value, group.name, key)
        }
    }

    /// Gives keys their defaults back: those named behind the group, or all of it.
    func reset(_ bytes: [UInt8]) async throws(AdminError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AdminError(.configBadFormat, "The settings are not UTF-8.")
        }
        let words = text.split { $0 == " " || $0.isNewline }.map { String($0) }
        guard let name = words.first else { throw AdminError(.configError, "No settings were given.") }
        let group = try known(SettingLine.split(name))
        let keys = words.dropFirst().map { String($0.prefix { $0 != "=" }) }
        for key in keys { _ = try setting(key, of: group) }
        try await change { (stored: inout StoredSettings) throws(AdminError) in
            stored.remove(group.name, keys.isEmpty ? group.settings.map(\.key) : keys)
        }
    }

    struct HistoryEntry: Equatable {
        let id: String
        let createdAt: Timestamp
        let text: String
    }

    /// Newest first.
    func history(countMax: Int) async throws(AdminError) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for path in try await list(Self.historyPrefix) where path.hasSuffix(Self.historySuffix) {
            guard let bytes = try await readFile(path) else { continue }
            let id = String(path.dropFirst(Self.historyPrefix.count).dropLast(Self.historySuffix.count))
            let (createdAt, text) = Self.parseHistory(bytes)
            entries.append(HistoryEntry(id: id, createdAt: createdAt, text: text))
        }
        entries.sort { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        return Array(entries.prefix(countMax))
    }

    private static func parseHistory(_ bytes: [UInt8]) -> (Timestamp, String) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: "\n"), text.hasPrefix("# "),
            let time = Timestamp(iso8601: text[..<end].dropFirst(2))
        else { return (.epoch, text) }
        return (time, String(text[text.index(after: end)...]))
    }

    /// Removes one entry, or all for the id `all`.
    func clearHistory(_ id: String) async throws(AdminError) {
        if id == "all" {
            for path in try await list(Self.historyPrefix) { try await remove(path) }
        } else {
            _ = try await historyText(id)
            try await remove(Self.historyPrefix + id + Self.historySuffix)
        }
    }

    /// Sets again what an entry set, and removes the entry.
    func restore(_ id: String) async throws(AdminError) {
        let lines = try SettingLine.lines(Array(try await historyText(id).utf8))
        try await change { (stored: inout StoredSettings) throws(AdminError) in
            for line in lines { try self.apply(line, to: &stored) }
        }
        try await remove(Self.historyPrefix + id + Self.historySuffix)
    }

    private func historyText(_ id: String) async throws(AdminError) -> String {
        guard !id.isEmpty, id.utf8.count <= 64, id.utf8.allSatisfy(\.isIDByte),
            let bytes = try await readFile(Self.historyPrefix + id + Self.historySuffix)
        else { throw AdminError(.configNotFound) }
        return Self.parseHistory(bytes).1
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

    private func known(_ name: (group: String, target: String)) throws(AdminError) -> SettingGroup {
        guard let group = groups.first(where: { $0.name == name.group }) else {
            throw AdminError(.configError, "This server has no settings '\(name.group)'.")
        }
        guard name.target == SettingLine.defaultTarget else { throw AdminError(.noSuchConfigTarget) }
        return group
    }

    private func setting(_ key: String, of group: SettingGroup) throws(AdminError) -> Setting {
        guard let setting = group[key] else {
            throw AdminError(.configError, "This server has no setting '\(key)' of '\(group.name)'.")
        }
        return setting
    }

    private func refuseOverridden(_ setting: Setting) throws(AdminError) {
        guard let overriding = setting.overriding else { return }
        throw AdminError(
            .configEnvironmentOverridden,
            AdminError.Code.configEnvironmentOverridden.defaultMessage + ": \(overriding.name) is set."
        )
    }

    private func change(
        _ edit: @escaping @Sendable (inout StoredSettings) throws(AdminError) -> Void
    ) async throws(AdminError) {
        let change = lastChange.withLock { last -> Task<Result<Void, AdminError>, Never> in
            let before = last
            let change = Task { () -> Result<Void, AdminError> in
                await before?.value
                do throws(AdminError) {
                    var stored = try await self.read()
                    try edit(&stored)
                    try await self.write(Self.path, stored.encoded)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            last = Task { _ = await change.value }
            return change
        }
        try await change.value.get()
    }

    private func read() async throws(AdminError) -> StoredSettings {
        guard let bytes = try await readFile(Self.path) else { return StoredSettings() }
        return try StoredSettings(parsing: bytes)
    }

    private func readFile(_ path: String) async throws(AdminError) -> [UInt8]? {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.read(path) }
    }

    private func write(_ path: String, _ bytes: [UInt8]) async throws(AdminError) {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.write(path, bytes) }
    }

    private func remove(_ path: String) async throws(AdminError) {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.remove(path) }
    }

    private func list(_ prefix: String) async throws(AdminError) -> [String] {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.list(prefix) }
    }
}

private func translatingStorage<Answer>(
    _ call: () async throws(IAMStorageError) -> Answer
) async throws(AdminError) -> Answer {
    do {
        return try await call()
    } catch {
        switch error {
        case .unavailable: throw AdminError(.storageUnavailable)
        case .corrupt: throw AdminError(.unreadable, "The stored settings cannot be read.")
        }
    }
}

extension UInt8 {
    /// Letters, digits and `-`, as in the ids of history entries.
    fileprivate var isIDByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
