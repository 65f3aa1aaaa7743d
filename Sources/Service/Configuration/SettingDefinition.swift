import Telemetry

/// One row of the table of settings: its names, its default, its meaning, and where its value goes.
struct SettingDefinition: Sendable {
    enum Section: String, CaseIterable {
        case drives = "Drives"
        case network = "Network"
        case credentials = "Credentials"
        case identities = "Identity providers"
        case limits = "Limits"
        case logging = "Logging"
        case refused = "Only one value is possible"
    }

    enum Default: Equatable {
        /// Read as if it had been set.
        case value(String)
        /// What happens where nothing is set, in words.
        case described(String)

        var text: String {
            switch self {
            case .value(let text): text
            case .described(let words): words
            }
        }
    }

    /// As MinIO names it.
    struct KeptName: Equatable {
        let group: String
        let key: String
        /// What MinIO's help calls the kind of its values.
        let type: String

        init(_ group: String, _ key: String, type: String) {
            (self.group, self.key, self.type) = (group, key, type)
        }
    }

    struct Flag: Equatable {
        let name: String
        /// What the flag alone means; `nil` for a flag that takes a value.
        var implied: String?
    }

    let section: Section
    /// The name behind `MARTLET_`, `RUSTFS_` and `MINIO_`.
    let name: String
    /// Names that mean the same, in falling precedence.
    let aliases: [String]
    let flags: [Flag]
    let defaultValue: Default
    let meaning: String
    /// The value is not repeated in messages, and `NAME_FILE` may name a file that holds it.
    let isCredential: Bool
    /// The name under which administrators may keep a value on the drives; `nil` for what only the start decides.
    let kept: KeptName?
    /// Checks the text and stores it in the draft.
    let apply: @Sendable (String, inout SettingsDraft) throws(InvalidValue) -> Void

    init<Value>(
        _ section: Section,
        _ name: String,
        aliases: [String] = [],
        flags: [Flag] = [],
        default defaultValue: Default,
        _ meaning: String,
        isCredential: Bool = false,
        kept: KeptName? = nil,
        to target: any WritableKeyPath<SettingsDraft, Value> & Sendable,
        _ parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) {
        (self.section, self.name, self.aliases, self.flags) = (section, name, aliases, flags)
        (self.defaultValue, self.meaning, self.isCredential) = (defaultValue, meaning, isCredential)
        self.kept = kept
        apply = { (text: String, draft: inout SettingsDraft) throws(InvalidValue) in
            draft[keyPath: target] = try parse(text)
        }
    }

    /// The names behind a prefix, in falling precedence. Under `MINIO_` the aliases come first: there they
    /// are the current names, and the plain one is the old spelling.
    func stems(behind prefix: EnvironmentPrefix) -> [String] {
        switch prefix {
        case .martlet, .rustfs: [name] + aliases
        case .minio: aliases + [name]
        }
    }
}

/// The three families of variable names, in falling precedence.
enum EnvironmentPrefix: String, CaseIterable {
    case martlet = "MARTLET_"
    case rustfs = "RUSTFS_"
    case minio = "MINIO_"
}

/// Settings while they are collected: what depends on two of them is decided afterwards.
struct SettingsDraft: Sendable {
    var server = ServerSettings()
    var accessKey: String?
    var secretKey: Secret?
    var consoleAddress: ListenAddress?
    var consoleIsEnabled = true
    var isQuiet = false
    /// For settings whose only value changes nothing.
    var nothing: Void = ()
}
