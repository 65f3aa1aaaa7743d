extension Configuration {
    /// Every setting with its names, its default and its meaning.
    package static func helpText() -> String {
        var text = """
            Martlet, an S3-compatible object storage server

            usage: martlet [server] [flags] VOLUMES…    serve the drives in these folders
                   martlet                              the same, with the folders in MARTLET_VOLUMES
                   martlet help | martlet version       print this text or the version

            A volume is a folder; /data{1...4} stands for four. A flag beats MARTLET_OPTS, which beats the file
            named by MARTLET_CONFIG_ENV_FILE, which beats the environment. There MARTLET_X beats RUSTFS_X, and
            that beats MINIO_X; only MARTLET_X is listed. What administrators keep on the drives through the
            admin API comes last. Exit status: 1 for a wrong setting, 2 for a command line that cannot be read.

            """
        for section in SettingDefinition.Section.allCases {
            text += "\n\(section.rawValue)\n"
            for definition in settingsTable where definition.section == section {
                text += "  \(definition.helpNames.joined(separator: ", "))\n"
                text += wrapped(plain(definition.meaning + "; default: " + definition.defaultValue.text))
            }
            for family in settingFamilies where family.section == section { text += help(family) }
        }
        text += "\nSources of settings\n"
        for source in sourceSettings { text += "  MARTLET_\(source.name)\n" + wrapped(source.meaning) }
        return text
    }

    /// The README's table.
    package static func markdownTable() -> String {
        var lines = ["| Setting | Also | Flag | Default | Meaning |", "|---|---|---|---|---|"]
        for definition in settingsTable {
            let cells = [
                "`\(definition.name)`",
                code(definition.aliases + definition.fileStems),
                code(definition.flagNames),
                definition.defaultCell,
                definition.meaning,
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        for family in settingFamilies {
            for member in family.members where member.isBuilt {
                let file = member.isSecret ? code([family.stem + member.name + "_FILE"]) : ""
                lines.append("| `\(family.stem)\(member.name)` | \(file) |  |  | \(member.meaning) |")
            }
        }
        for source in sourceSettings { lines.append("| `\(source.name)` |  |  | none | \(source.meaning) |") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func help(_ family: SettingFamily) -> String {
        var text = ""
        for member in family.members where member.isBuilt {
            let names = member.isSecret ? [member.name, member.name + "_FILE"] : [member.name]
            text += "  " + names.map { "MARTLET_\(family.stem)\($0)" }.joined(separator: ", ") + "\n"
            text += wrapped(plain(member.meaning))
        }
        guard family.takesTargets else { return text }
        return text + "  MARTLET_\(family.stem)X_NAME\n" + wrapped("X of one more, called NAME")
    }

    private static func code(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    private static func plain(_ markdown: String) -> String { markdown.filter { $0 != "`" } }

    /// Lines of at most 96 characters, indented.
    private static func wrapped(_ text: String) -> String {
        var lines = ""
        var line = "     "
        for word in text.split(separator: " ") {
            if line.count + word.count >= 96 {
                lines += line + "\n"
                line = "     "
            }
            line += " " + word
        }
        return lines + line + "\n"
    }
}

extension SettingDefinition {
    fileprivate var helpNames: [String] {
        flagNames + ([name] + aliases + fileStems).map { "MARTLET_\($0)" }
    }

    fileprivate var flagNames: [String] {
        flags.map(\.name) + (isCredential ? flags.map { $0.name + "-file" } : [])
    }

    /// Names of variables that name a file with the value.
    fileprivate var fileStems: [String] { isCredential ? ([name] + aliases).map { $0 + "_FILE" } : [] }

    fileprivate var defaultCell: String {
        switch defaultValue {
        case .value(let text): "`\(text)`"
        case .described(let words): words
        }
    }
}
