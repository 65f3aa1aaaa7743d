import Telemetry

/// A command line and an environment, turned into a checked command. Reads no clock, no environment and,
/// except through `readFile`, no file: the same arguments give the same answer.
package enum Configuration {
    /// - Parameters:
    ///   - arguments: the command line without the program's name.
    ///   - environment: all variables; those without our prefixes are not looked at.
    ///   - readFile: the text of a file; what it throws is put into the mistake's text, so it should describe
    ///     itself well.
    /// - Throws: every mistake at once, where the command line itself can be read.
    package static func load(
        arguments: [String],
        environment: [String: String],
        readFile: @escaping (String) throws -> String
    ) throws(ConfigurationError) -> Command {
        let parsed = try ParsedArguments(arguments)
        if parsed.wantsVersion { return .version }
        if parsed.wantsHelp { return .help(helpText()) }
        var positionals = parsed.positionals[...]
        if let first = positionals.first, !isPath(first) {
            switch first {
            case "server": positionals.removeFirst()
            case "help": return .help(helpText())
            case "version":
                guard positionals.count == 1 else {
                    throw .unexpectedArgument(positionals[1], command: "version")
                }
                return .version
            default: throw .unknownCommand(first, nearest: nearestName(to: first, among: commandNames))
            }
        }
        return .server(
            try serverSettings(
                SettingSources(
                    arguments: parsed,
                    positionals: Array(positionals),
                    environment: environment,
                    readFile: readFile
                )
            )
        )
    }

    private static let commandNames = ["server", "help", "version"]

    /// A bare word is a command; anything with a slash, a leading dot or an ellipsis is a volume.
    private static func isPath(_ argument: String) -> Bool {
        argument.contains("/") || argument.hasPrefix(".") || argument.contains("{")
    }

    private static func serverSettings(_ sources: SettingSources) throws(ConfigurationError) -> ServerSettings
    {
        var sources = sources
        var draft = SettingsDraft()
        var sourceBySetting: [String: SettingSource] = [:]
        for definition in settingsTable {
            if let found = sources.find(definition) {
                sourceBySetting[definition.name] = found.source
                if definition.kept != nil {
                    draft.server.given[definition.name] = GivenValue(source: found.source, text: found.text)
                }
                apply(definition, found, to: &draft, &sources)
            } else if case .value(let text) = definition.defaultValue {
                do throws(InvalidValue) {
                    try definition.apply(text, &draft)
                } catch {
                    preconditionFailure("the default of \(definition.name) is not valid")
                }
            }
        }
        if !sources.positionals.isEmpty { draft.server.volumes = sources.positionals }
        draft.server.openIDProviders = openIDProviders(&sources)
        draft.server.directory = directory(&sources)
        sources.checkNames()
        // Judged only once every setting is right by itself, or one mistake would cause another.
        if sources.mistakes.isEmpty { finish(&draft, sourceBySetting, &sources) }
        draft.server.warnings = sources.warnings
        guard sources.mistakes.isEmpty else { throw .settings(sources.mistakes) }
        return draft.server
    }

    private static func apply(
        _ definition: SettingDefinition,
        _ found: SettingSources.Found,
        to draft: inout SettingsDraft,
        _ sources: inout SettingSources
    ) {
        do throws(InvalidValue) {
            try definition.apply(found.text, &draft)
        } catch {
            sources.record(
                .invalidValue(
                    source: found.source,
                    value: definition.isCredential ? nil : found.text,
                    expectation: error.expectation
                )
            )
        }
    }

    /// What depends on more than one setting.
    private static func finish(
        _ draft: inout SettingsDraft,
        _ sourceBySetting: [String: SettingSource],
        _ sources: inout SettingSources
    ) {
        if draft.server.volumes.isEmpty { sources.record(.noVolumes) }
        if draft.isQuiet { draft.server.logLevel = max(draft.server.logLevel, .warning) }
        if draft.consoleIsEnabled {
            let address = draft.server.address
            let console = draft.consoleAddress ?? ListenAddress(host: address.host, port: 9001)
            if console == address, console.port != 0 { sources.record(.sameAddress(console)) }
            draft.server.consoleAddress = console
        }
        if draft.server.acceptsClientCertificates { judgeClientCertificates(draft.server, &sources) }
        chooseCredentials(&draft, sourceBySetting, &sources)
    }

    private static func judgeClientCertificates(_ server: ServerSettings, _ sources: inout SettingSources) {
        if server.certificatesDirectory == nil {
            sources.warn("IDENTITY_TLS_ENABLE is on, but without TLS_PATH no client can show a certificate")
        }
        if server.trustsEveryClientCertificate {
            sources.warn(
                "IDENTITY_TLS_SKIP_VERIFY is on: whoever can connect gets the rights of any policy, consoleAdmin's too"
            )
        }
    }

    private static func chooseCredentials(
        _ draft: inout SettingsDraft,
        _ sourceBySetting: [String: SettingSource],
        _ sources: inout SettingSources
    ) {
        switch (sourceBySetting["ACCESS_KEY"], sourceBySetting["SECRET_KEY"]) {
        case (let source?, nil): sources.record(.halfOfCredentials(source: source, missing: "SECRET_KEY"))
        case (nil, let source?): sources.record(.halfOfCredentials(source: source, missing: "ACCESS_KEY"))
        case (_?, _?):
            guard let accessKey = draft.accessKey, let secretKey = draft.secretKey else {
                preconditionFailure("a key was set without a mistake and is not there")
            }
            draft.server.credentials = Credentials(accessKey: accessKey, secretKey: secretKey)
            if draft.server.credentials.arePublished {
                sources.warn("the credentials are the published ones, which anybody may know: choose others")
            }
        case (nil, nil):
            let addresses = [draft.server.address, draft.server.consoleAddress].compactMap { $0 }
            if let open = addresses.first(where: { !$0.isLoopback }) {
                sources.record(.noCredentials(address: open))
            } else {
                sources.warn(
                    "no credentials are set: rustfsadmin with secret key rustfsadmin is accepted on loopback"
                )
            }
        }
    }
}
