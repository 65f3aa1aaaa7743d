/// A setting that administrators can keep on the drives, where MinIO keeps it. What is given at start wins over it.
///
///     flag ─▶ OPTS ─▶ CONFIG_ENV_FILE ─▶ environment ─▶ drives ─▶ default
package struct KeptSetting: Sendable {
    private let definition: SettingDefinition
    private let keptName: SettingDefinition.KeptName

    fileprivate init?(_ definition: SettingDefinition) {
        guard let kept = definition.kept else { return nil }
        (self.definition, keptName) = (definition, kept)
    }

    /// As in the table of settings, such as `API_REQUESTS_MAX`.
    package var name: String { definition.name }
    /// As in `config.json`: `api`.
    package var group: String { keptName.group }
    /// As in `config.json`: `requests_max`.
    package var key: String { keptName.key }
    package var type: String { keptName.type }
    package var meaning: String { definition.meaning.filter { $0 != "`" } + "; default: " + defaultText }
    /// Empty where no text stands for the default.
    package var defaultValue: String {
        switch definition.defaultValue {
        case .value(let text): text
        case .described: ""
        }
    }

    private var defaultText: String { definition.defaultValue.text.filter { $0 != "`" } }

    /// What would be right in place of a text that is not; `nil` for one that is. An empty text stands for the default.
    package func objection(to text: String) -> String? {
        guard !text.isEmpty else { return nil }
        var draft = SettingsDraft()
        do throws(InvalidValue) {
            try definition.apply(text, &draft)
            return nil
        } catch {
            return "it must be \(error.expectation)"
        }
    }

    /// Lays a value under what was given at start. An empty or wrong one, and one of a setting that was given, changes
    /// nothing.
    package func apply(_ text: String, to settings: inout ServerSettings) {
        guard !text.isEmpty, settings.given[name] == nil else { return }
        var draft = SettingsDraft()
        draft.server = settings
        do throws(InvalidValue) {
            try definition.apply(text, &draft)
            settings = draft.server
        } catch {
            // Whoever keeps values has asked ``objection(to:)``.
        }
    }
}

extension Configuration {
    /// In the order of the table of settings.
    package static let keptSettings: [KeptSetting] = settingsTable.compactMap { KeptSetting($0) }
}
