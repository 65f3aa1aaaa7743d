/// Everything that may set a value, in its order of precedence: the command line, `OPTS`, the file of
/// settings, the environment.
struct SettingSources {
    struct Found {
        let text: String
        let source: SettingSource
    }

    private let flags: [ParsedArguments.Value]
    private let options: (name: String, values: [ParsedArguments.Value])?
    /// The environment with the file of settings laid over it.
    private let variables: [String: Found]
    private let readFile: (String) throws -> String

    private(set) var mistakes: [SettingMistake] = []
    private(set) var warnings: [String] = []
    /// What the command line, else `OPTS`, names beside flags.
    let positionals: [String]

    init(
        arguments: ParsedArguments,
        positionals: [String],
        environment: [String: String],
        readFile: @escaping (String) throws -> String
    ) {
        self.readFile = readFile
        flags = arguments.values
        var mistakes: [SettingMistake] = []
        let fromFile = Self.environmentFile(environment, readFile, &mistakes)
        let fromEnvironment = environment.filter { isOurs($0.key) }.map { name, value in
            (name, Found(text: value, source: .environment(name)))
        }
        variables = Dictionary(fromEnvironment + fromFile) { _, last in last }
        let options = Self.options(variables, &mistakes)
        self.options = options.map { ($0.name, $0.arguments.values) }
        self.positionals = positionals.isEmpty ? options?.arguments.positionals ?? [] : positionals
        self.mistakes = mistakes
        for flag in arguments.ignoredFlags + (options?.arguments.ignoredFlags ?? []) {
            warnings.append("\(flag) is not supported by this version and ignored")
        }
    }

    /// The value of highest precedence, read from its file where a file holds it; `nil` where nothing sets
    /// one. A mistake on the way is recorded and also gives `nil`.
    mutating func find(_ definition: SettingDefinition) -> Found? {
        if let found = find(definition, among: flags, source: { .flag($0) }) { return found }
        if let options,
            let found = find(
                definition,
                among: options.values,
                source: { .options(name: options.name, flag: $0) }
            )
        {
            return found
        }
        return findVariable(definition)
    }

    mutating func record(_ mistake: SettingMistake) { mistakes.append(mistake) }
    mutating func warn(_ line: String) { warnings.append(line) }

    private mutating func find(
        _ definition: SettingDefinition,
        among values: [ParsedArguments.Value],
        source: (String) -> SettingSource
    ) -> Found? {
        let values = values.filter { $0.setting == definition.name }
        let (plain, file) = (values.last { !$0.isFile }, values.last { $0.isFile })
        if let plain, let file {
            record(.valueAndFile(plain.flag, file: file.flag))
            return nil
        }
        if let file { return read(file.text, namedBy: source(file.flag)) }
        // An empty text stands for "as if the flag were not there", except where it would be a key.
        guard let plain, !plain.text.isEmpty || definition.isCredential else { return nil }
        return Found(text: plain.text, source: source(plain.flag))
    }

    private mutating func findVariable(_ definition: SettingDefinition) -> Found? {
        var winner: (name: String, found: Found?)?
        for name in definition.variableNames {
            let value = variables[name].flatMap { $0.text.isEmpty && !definition.isCredential ? nil : $0 }
            let file =
                definition.isCredential
                ? variables[name + "_FILE"].flatMap { $0.text.isEmpty ? nil : $0 } : nil
            guard value != nil || file != nil else { continue }
            if let winner {
                let isSame = file == nil && value?.text == winner.found?.text
                if !isSame { warn("\(name) is ignored because \(winner.name) is set to another value") }
                continue
            }
            if let file {
                guard value?.text.isEmpty ?? true else {
                    record(.valueAndFile(name, file: name + "_FILE"))
                    return nil
                }
                winner = (name + "_FILE", read(file.text, namedBy: file.source))
            } else {
                winner = (name, value)
            }
        }
        return winner?.found
    }

    /// What is set of a family, in the order of targets. For each value one source counts, as for other settings.
    mutating func find(_ family: SettingFamily) -> [SettingGroup] {
        var groups: [String: SettingGroup] = [:]
        for prefix in EnvironmentPrefix.allCases {
            for (name, found) in variables.sorted(by: { $0.key < $1.key }) where !found.text.isEmpty {
                guard name.hasPrefix(prefix.rawValue),
                    let place = family.place(of: name.dropFirst(prefix.rawValue.count))
                else { continue }
                take(
                    found,
                    name,
                    place,
                    into: &groups[place.target, default: .init(family, target: place.target)]
                )
            }
        }
        return groups.sorted { $0.key < $1.key }.map(\.value).filter { !$0.values.isEmpty }
    }

    private mutating func take(
        _ found: Found,
        _ name: String,
        _ place: SettingFamily.Place,
        into group: inout SettingGroup
    ) {
        if let winner = group[place.member] {
            guard winner.name + "_FILE" != name, winner.name != name + "_FILE" else {
                return record(.valueAndFile(winner.name, file: name))
            }
            guard place.isFile || winner.found.text != found.text else { return }
            return warn("\(name) is ignored because \(winner.name) is set to another value")
        }
        guard place.isFile else {
            group[place.member] = SettingGroup.Value(name: name, found: found)
            return
        }
        guard let text = read(found.text, namedBy: found.source) else { return }
        group[place.member] = SettingGroup.Value(name: name, found: text)
    }

    /// A relative name is looked for among Docker's secrets first, as MinIO does. Space at the ends of the
    /// file is not part of the value.
    private mutating func read(_ path: String, namedBy source: SettingSource) -> Found? {
        if !path.hasPrefix("/"), !path.isEmpty {
            // Not being there is the ordinary case; the path as written is tried next and reports its reason.
            if let text = try? readFile("/run/secrets/" + path) {
                return Found(text: String(text[...].trimmed), source: source)
            }
        }
        do {
            return Found(text: String(try readFile(path)[...].trimmed), source: source)
        } catch {
            record(.unreadableFile(source: source, path: path, reason: "\(error)"))
            return nil
        }
    }

    /// A line for every variable behind our prefixes that sets nothing, in the order of their names.
    mutating func checkNames() {
        for (name, found) in variables.sorted(by: { $0.key < $1.key }) where !isOfFamily(name) {
            guard !knownVariableNames.contains(name), !isKubernetesService(name: name, value: found.text),
                let prefix = EnvironmentPrefix.allCases.first(where: { name.hasPrefix($0.rawValue) })
            else { continue }
            switch prefix {
            case .martlet:
                record(.unknownName(name, nearest: nearestName(to: name, among: martletVariableNames)))
            case .rustfs, .minio:
                let isDocumented = NamesNotSupported.contains(String(name.dropFirst(prefix.rawValue.count)))
                warn("\(name) is \(isDocumented ? "not supported by this version" : "unknown") and ignored")
            }
        }
    }

    private static func environmentFile(
        _ environment: [String: String],
        _ readFile: (String) throws -> String,
        _ mistakes: inout [SettingMistake]
    ) -> [(String, Found)] {
        let names = EnvironmentPrefix.allCases.map { $0.rawValue + "CONFIG_ENV_FILE" }
        guard let name = names.first(where: { environment[$0]?.isEmpty == false }),
            let path = environment[name]
        else { return [] }
        let text: String
        do { text = try readFile(path) } catch {
            mistakes.append(.unreadableFile(source: .environment(name), path: path, reason: "\(error)"))
            return []
        }
        do throws(SettingMistake) {
            return try EnvironmentFile.parse(text, path: path).filter { isOurs($0.name) }.map { name, value in
                (name, Found(text: value, source: .environmentFile(path: path, name: name)))
            }
        } catch {
            mistakes.append(error)
            return []
        }
    }

    private static func options(
        _ variables: [String: Found],
        _ mistakes: inout [SettingMistake]
    ) -> (name: String, arguments: ParsedArguments)? {
        let names = EnvironmentPrefix.allCases.map { $0.rawValue + "OPTS" }
        guard let name = names.first(where: { variables[$0]?.text.isEmpty == false }),
            let found = variables[name]
        else { return nil }
        do throws(ConfigurationError) {
            return (name, try ParsedArguments(words(found.text)))
        } catch {
            mistakes.append(.invalidOptions(name: name, reason: error.description))
            return nil
        }
    }
}

/// Words between white space; quotes of either kind keep space inside a word.
func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
        if let open = quote {
            if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        } else if character == "\"" || character == "'" {
            (quote, word) = (character, word ?? "")
        } else if character.isWhitespace {
            if let word { words.append(word) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    if let word { words.append(word) }
    return words
}

private func isOurs(_ name: String) -> Bool {
    EnvironmentPrefix.allCases.contains { name.hasPrefix($0.rawValue) }
}

extension SettingDefinition {
    /// All variables that set it, in falling precedence.
    var variableNames: [String] {
        EnvironmentPrefix.allCases.flatMap { prefix in stems(behind: prefix).map { prefix.rawValue + $0 } }
    }
}

/// Whether it is a family's, whatever its target.
private func isOfFamily(_ name: String) -> Bool {
    EnvironmentPrefix.allCases.contains { prefix in
        guard name.hasPrefix(prefix.rawValue) else { return false }
        return settingFamilies.contains { $0.place(of: name.dropFirst(prefix.rawValue.count)) != nil }
    }
}

private let knownVariableNames: Set<String> = {
    var names = Set(settingsTable.flatMap(\.variableNames))
    names.formUnion(settingsTable.filter(\.isCredential).flatMap(\.variableNames).map { $0 + "_FILE" })
    for prefix in EnvironmentPrefix.allCases {
        names.formUnion(sourceSettings.map { prefix.rawValue + $0.name })
    }
    return names
}()

/// In the order of the alphabet, so that the same mistake gets the same advice.
private let martletVariableNames =
    (knownVariableNames.filter { $0.hasPrefix("MARTLET_") }
    + settingFamilies.flatMap(\.names).map { "MARTLET_\($0)" }).sorted()
