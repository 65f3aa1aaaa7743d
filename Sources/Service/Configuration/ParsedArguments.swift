/// A command line taken apart: which setting each flag is for is known, what its value means is not.
struct ParsedArguments: Equatable {
    struct Value: Equatable {
        let flag: String
        let setting: String
        let text: String
        /// The text names a file that holds the value.
        let isFile: Bool
    }

    private(set) var values: [Value] = []
    private(set) var positionals: [String] = []
    /// Flags of MinIO and RustFS that mean nothing here.
    private(set) var ignoredFlags: [String] = []
    private(set) var wantsHelp = false
    private(set) var wantsVersion = false

    /// `--flag value`, `--flag=value` and `-f value`; everything after `--` is positional.
    init(_ arguments: [String]) throws(ConfigurationError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                positionals += rest
                return
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                positionals.append(argument)
                continue
            }
            try take(flag: argument, rest: &rest)
        }
    }

    private mutating func take(flag argument: String, rest: inout ArraySlice<String>)
        throws(ConfigurationError)
    {
        let equals = argument.firstIndex(of: "=")
        let name = String(argument[..<(equals ?? argument.endIndex)])
        let attached = equals.map { String(argument[argument.index(after: $0)...]) }
        switch flagsByName[name] {
        case .help: wantsHelp = true
        case .version: wantsVersion = true
        case .ignored(let takesValue):
            ignoredFlags.append(name)
            if takesValue, attached == nil, rest.popFirst() == nil { throw .flagWithoutValue(name) }
        case .setting(let setting, let implied, let isFile):
            guard let text = attached ?? implied ?? rest.popFirst() else { throw .flagWithoutValue(name) }
            let value = isOff(attached, implied: implied) ? "" : text
            values.append(Value(flag: name, setting: setting, text: value, isFile: isFile))
        case nil:
            throw .unknownFlag(name, nearest: nearestName(to: name, among: flagsByName.keys.sorted()))
        }
    }

    /// `--json=false` takes the implied `json` back.
    private func isOff(_ attached: String?, implied: String?) -> Bool {
        guard let attached, let implied, implied != "on" else { return false }
        return attached == "false"
    }
}

private enum FlagMeaning {
    case help
    case version
    case ignored(takesValue: Bool)
    case setting(String, implied: String?, isFile: Bool)
}

private let flagsByName: [String: FlagMeaning] = {
    var flags: [String: FlagMeaning] = [
        "--help": .help, "-h": .help, "--version": .version, "-v": .version, "-V": .version,
    ]
    for name in flagsNotSupported { flags[name] = .ignored(takesValue: true) }
    for name in flagsNotSupportedWithoutValue { flags[name] = .ignored(takesValue: false) }
    for definition in settingsTable {
        for flag in definition.flags {
            flags[flag.name] = .setting(definition.name, implied: flag.implied, isFile: false)
            if definition.isCredential {
                flags[flag.name + "-file"] = .setting(definition.name, implied: nil, isFile: true)
            }
        }
    }
    return flags
}()
