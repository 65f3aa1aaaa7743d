/// Why a command line and an environment make no command.
package enum ConfigurationError: Error, Equatable {
    case unknownCommand(String, nearest: String?)
    case unknownFlag(String, nearest: String?)
    case flagWithoutValue(String)
    case unexpectedArgument(String, command: String)
    /// All that is wrong with the settings, at least one.
    case settings([SettingMistake])

    /// 2 where the command line cannot be read, 1 where a setting's value is wrong.
    package var exitCode: Int32 {
        switch self {
        case .unknownCommand, .unknownFlag, .flagWithoutValue, .unexpectedArgument: 2
        case .settings: 1
        }
    }
}

/// One thing wrong with one setting.
package enum SettingMistake: Error, Equatable {
    /// `value` is `nil` where it is a secret.
    case invalidValue(source: SettingSource, value: String?, expectation: String)
    /// A name that starts with `MARTLET_` and is none.
    case unknownName(String, nearest: String?)
    /// Both the value and the file that would hold it are set.
    case valueAndFile(String, file: String)
    case unreadableFile(source: SettingSource, path: String, reason: String)
    /// A line of the file of settings that is no `NAME=value`.
    case invalidLine(path: String, lineNumber: Int)
    /// Nothing says which drives to serve.
    case noVolumes
    /// One of the two keys is set, by `source`, and the other is not.
    case halfOfCredentials(source: SettingSource, missing: String)
    /// Of several settings that go together one is set, and this one is not.
    case missingBeside(String, given: String)
    /// Others can reach `address`, and the published keys would let them in.
    case noCredentials(address: ListenAddress)
    case sameAddress(ListenAddress)
    /// The flags in `OPTS` cannot be read.
    case invalidOptions(name: String, reason: String)
}

/// Who set a value.
package enum SettingSource: Sendable, Equatable, CustomStringConvertible {
    case flag(String)
    /// A flag inside the variable `name`.
    case options(name: String, flag: String)
    case environment(String)
    case environmentFile(path: String, name: String)

    /// The flag or the variable.
    package var name: String {
        switch self {
        case .flag(let flag), .options(_, let flag): flag
        case .environment(let name), .environmentFile(_, let name): name
        }
    }

    package var description: String {
        switch self {
        case .flag(let flag): flag
        case .options(let name, let flag): "\(flag) in \(name)"
        case .environment(let name): "\(name) (environment)"
        case .environmentFile(let path, let name): "\(name) (\(path))"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One line a mistake.
    package var description: String {
        switch self {
        case .unknownCommand(let name, let nearest):
            "unknown command \(name)\(suggestion(nearest)); a folder is written ./\(name), help is martlet help"
        case .unknownFlag(let flag, let nearest):
            "unknown flag \(flag)\(suggestion(nearest)); martlet help lists them"
        case .flagWithoutValue(let flag):
            "\(flag) needs a value"
        case .unexpectedArgument(let argument, let command):
            "martlet \(command) takes no argument \(argument)"
        case .settings(let mistakes):
            mistakes.map(\.description).joined(separator: "\n")
        }
    }
}

extension SettingMistake: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidValue(let source, let value, let expectation):
            if let value {
                "\(source) is \(value.debugDescription); it must be \(expectation)"
            } else {
                "\(source) is not valid; it must be \(expectation)"
            }
        case .unknownName(let name, let nearest):
            "\(name) is no setting\(suggestion(nearest)); martlet help lists them"
        case .valueAndFile(let name, let file):
            "\(name) and \(file) are both set; set one of them"
        case .unreadableFile(let source, let path, let reason):
            "\(source) names the file \(path), which cannot be read: \(reason)"
        case .invalidLine(let path, let lineNumber):
            "\(path) line \(lineNumber) is no NAME=value"
        case .noVolumes:
            "no drives: name their folders, as in martlet server /data{1...4}, or set MARTLET_VOLUMES"
        case .halfOfCredentials(let source, let missing):
            "\(source) is set and MARTLET_\(missing) is not; set both"
        case .missingBeside(let name, let given):
            "\(given) is set and \(name) is not; set both"
        case .noCredentials(let address):
            "no credentials: \(address) is open to others, so set MARTLET_ACCESS_KEY and MARTLET_SECRET_KEY, "
                + "or listen on 127.0.0.1 only, as in --address 127.0.0.1:9000"
        case .sameAddress(let address):
            "--address and --console-address are both \(address); give the console another port"
        case .invalidOptions(let name, let reason):
            "\(name) (environment): \(reason)"
        }
    }
}

private func suggestion(_ nearest: String?) -> String { nearest.map { " (did you mean \($0)?)" } ?? "" }
