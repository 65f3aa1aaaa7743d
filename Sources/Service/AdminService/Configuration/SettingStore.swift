internal import AdminEncryption
package import Base
package import IAM

/// Settings that administrators keep on the drives: `config/config.json`, with each change's text in
/// `config/history/ID.kv`. What the environment or the command line sets wins over them.
///
///     change ─▶ check ─▶ history ─▶ config.json ─▶ in force
///
/// Any number of tasks may use it at once; changes are made one after another.
package final class SettingStore: Sendable {
    let groups: [SettingGroup]
    private let storage: any IAMStorage
    private let decryption: any IAMDecryption
    let time: any TimeSource
    let randomness: any Randomness
    private let valuesInForce: Set<StoredValue>
    private let onChange: @Sendable ([StoredValue]) -> Void
    private let lastChange = Locked<Task<Void, Never>?>(nil)

    private static let path = "config/config.json"

    /// - Parameters:
    ///   - groups: all that this server obeys.
    ///   - decryption: of what MinIO wrote before plain JSON was the rule.
    ///   - valuesInForce: what ``effectiveValues()`` was when the server started.
    ///   - onChange: told all effective values after each change, in the order of the changes, before the change is
    ///     answered; puts into force what is dynamic.
    package init(
        groups: [SettingGroup],
        storage: any IAMStorage,
        decryption: any IAMDecryption,
        valuesInForce: [StoredValue] = [],
        onChange: @escaping @Sendable ([StoredValue]) -> Void = { _ in },
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness()
    ) {
        (self.groups, self.storage, self.decryption) = (groups, storage, decryption)
        (self.valuesInForce, self.onChange) = (Set(valuesInForce), onChange)
        (self.time, self.randomness) = (time, randomness)
    }

    /// Stored values that count: of known keys that nothing overrides, each right by itself.
    package func effectiveValues() async throws(AdminError) -> [StoredValue] {
        effectiveValues(of: try await read())
    }

    func effectiveValues(of stored: StoredSettings) -> [StoredValue] {
        groups.flatMap { group in
            group.settings.compactMap { setting in
                guard setting.overriding == nil, let value = stored.value(setting, of: group),
                    setting.objection(value) == nil
                else { return nil }
                return StoredValue(group: group.name, key: setting.key, value: value)
            }
        }
    }

    /// Groups that another server used and this one does not know, and values of known keys that are not right: for a
    /// warning at start.
    package func disregarded() async throws(AdminError) -> [String] {
        let stored = try await read()
        let wrong = groups.flatMap { group in
            group.settings.compactMap { setting -> String? in
                guard let value = stored.value(setting, of: group), let objection = setting.objection(value)
                else { return nil }
                return "\(group.name) \(setting.key) (\(objection))"
            }
        }
        return stored.inUse(besides: groups.map(\.name)) + wrong
    }

    /// Changes what the lines name. The whole text is refused when one value of it is.
    ///
    /// - Returns: whether all that is stored is in force now.
    func set(_ bytes: [UInt8], replacingAll: Bool = false) async throws(AdminError) -> Bool {
        let lines = try SettingLine.lines(bytes)
        guard !lines.isEmpty else { throw AdminError(.configError, "No settings were given.") }
        return try await change(remembering: bytes) { (stored: inout StoredSettings) throws(AdminError) in
            if replacingAll {
                for group in self.groups { stored.remove(group.name, group.settings.map(\.key)) }
            }
            for line in lines { try self.apply(line, to: &stored, overriddenToo: replacingAll) }
        }
    }

    /// - Parameter overriddenToo: whether values are stored that do not count for now, as a restored copy has them.
    func apply(
        _ line: SettingLine,
        to stored: inout StoredSettings,
        overriddenToo: Bool = false
    ) throws(AdminError) {
        let group = try known((line.group, line.target))
        for (key, value) in line.values {
            let setting = try setting(key, of: group)
            if !overriddenToo { try refuseOverridden(setting) }
            if !value.isEmpty, let objection = setting.objection(value) {
                throw AdminError(.configBadFormat, "\(group.name) \(key): \(objection)")
            }
            stored.set(value, group.name, key)
        }
    }

    /// Gives keys their defaults back: those named behind the group, or all of it.
    func reset(_ bytes: [UInt8]) async throws(AdminError) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AdminError(.configBadFormat, "The settings are not UTF-8.")
        }
        let words = text.split { $0 == " " || $0.isNewline }.map { String($0) }
        guard let name = words.first else { throw AdminError(.configError, "No settings were given.") }
        let group = try known(SettingLine.split(name))
        let keys = words.dropFirst().map { String($0.prefix { $0 != "=" }) }
        var settings = group.settings
        if !keys.isEmpty {
            settings = []
            for key in keys { settings.append(try setting(key, of: group)) }
        }
        let removed = settings
        return try await change { (stored: inout StoredSettings) throws(AdminError) in
            stored.remove(group.name, removed.map(\.key))
            for name in removed.compactMap(\.formerName) { stored.remove(name.group, [name.key]) }
        }
    }

    func known(_ name: (group: String, target: String)) throws(AdminError) -> SettingGroup {
        guard let group = groups.first(where: { $0.name == name.group }) else {
            throw AdminError(.configError, "This server has no settings '\(name.group)'.")
        }
        guard name.target == SettingLine.defaultTarget else { throw AdminError(.noSuchConfigTarget) }
        return group
    }

    func setting(_ key: String, of group: SettingGroup) throws(AdminError) -> Setting {
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

    /// - Parameter text: for the history, written before the change is made.
    func change(
        remembering text: [UInt8]? = nil,
        _ edit: @escaping @Sendable (inout StoredSettings) throws(AdminError) -> Void
    ) async throws(AdminError) -> Bool {
        let change = lastChange.withLock { last -> Task<Result<Bool, AdminError>, Never> in
            let before = last
            let change = Task { () -> Result<Bool, AdminError> in
                await before?.value
                do throws(AdminError) {
                    return .success(try await self.changeNow(remembering: text, edit))
                } catch {
                    return .failure(error)
                }
            }
            last = Task { _ = await change.value }
            return change
        }
        return try await change.value.get()
    }

    private func changeNow(
        remembering text: [UInt8]?,
        _ edit: @Sendable (inout StoredSettings) throws(AdminError) -> Void
    ) async throws(AdminError) -> Bool {
        let before = try await read()
        var stored = before
        try edit(&stored)
        let values = effectiveValues(of: stored)
        try check(values, changedFrom: effectiveValues(of: before))
        if let text { try await remember(text) }
        if stored != before { try await writeFile(Self.path, stored.encoded) }
        onChange(values)
        return values.filter(isFixed).allSatisfy(valuesInForce.contains)
            && valuesInForce.filter(isFixed).allSatisfy(values.contains)
    }

    /// Groups that do not change are left alone: another server may have found their values right.
    private func check(_ values: [StoredValue], changedFrom before: [StoredValue]) throws(AdminError) {
        for group in groups {
            let own = values.filter { $0.group == group.name }
            guard own != before.filter({ $0.group == group.name }) else { continue }
            let byKey = Dictionary(own.map { ($0.key, $0.value) }) { first, _ in first }
            if let objection = group.objection(byKey) {
                throw AdminError(.configBadFormat, "\(group.name): \(objection)")
            }
        }
    }

    /// Until the next start.
    private func isFixed(_ value: StoredValue) -> Bool {
        groups.first { $0.name == value.group }?[value.key]?.isDynamic == false
    }

    func read() async throws(AdminError) -> StoredSettings {
        guard let bytes = try await readFile(Self.path) else { return StoredSettings() }
        return try StoredSettings(parsing: bytes)
    }

    /// Plain text, or what was encrypted under the root user's keys.
    func readFile(_ path: String) async throws(AdminError) -> [UInt8]? {
        let bytes = try await translatingStorage { () throws(IAMStorageError) in try await storage.read(path)
        }
        guard let bytes, String(validating: bytes, as: UTF8.self) == nil else { return bytes }
        do throws(AdminEncryptionError) {
            return try await decryption.decrypt(bytes)
        } catch {
            throw AdminError(.unreadable, "\(path) is encrypted in a way that this server cannot read.")
        }
    }

    func writeFile(_ path: String, _ bytes: [UInt8]) async throws(AdminError) {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.write(path, bytes) }
    }

    func removeFile(_ path: String) async throws(AdminError) {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.remove(path) }
    }

    func listFiles(_ prefix: String) async throws(AdminError) -> [String] {
        try await translatingStorage { () throws(IAMStorageError) in try await storage.list(prefix) }
    }
}

extension StoredSettings {
    func value(_ setting: Setting, of group: SettingGroup) -> String? {
        value(group.name, setting.key) ?? setting.formerName.flatMap { value($0.group, $0.key) }
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
