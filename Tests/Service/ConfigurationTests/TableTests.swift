import Foundation
import Testing

@testable import Configuration

@Suite struct TableTests {
    @Test func everyNameMeansOneSetting() {
        let names = settingsTable.flatMap { [$0.name] + $0.aliases } + sourceSettings.map(\.name)
        #expect(Set(names).count == names.count)
        let flags = settingsTable.flatMap(\.flags).map(\.name)
        #expect(
            Set(flags + flagsNotSupported + flagsNotSupportedWithoutValue).count
                == flags.count + flagsNotSupported.count + flagsNotSupportedWithoutValue.count
        )
    }

    /// A default in the table and the one in the type would drift apart unseen.
    @Test(arguments: settingsTable.indices)
    func theTablesDefaultIsTheTypes(index: Int) throws {
        guard case .value(let text) = settingsTable[index].defaultValue else { return }
        var draft = SettingsDraft()
        try settingsTable[index].apply(text, &draft)
        #expect(draft.server == ServerSettings())
        #expect(draft.consoleIsEnabled)
        #expect(!draft.isQuiet)
    }

    @Test(arguments: settingsTable.indices)
    func theHelpNamesEverySettingAndFlag(index: Int) {
        let help = Configuration.helpText()
        let definition = settingsTable[index]
        for name in [definition.name] + definition.aliases { #expect(help.contains("MARTLET_\(name)")) }
        for flag in definition.flags { #expect(help.contains(flag.name)) }
    }

    @Test func theHelpFitsATerminal() {
        for line in Configuration.helpText().split(separator: "\n") where !line.contains("MARTLET_") {
            #expect(line.count <= 104, "\(line)")
        }
    }

    /// The table between the README's markers; paste what this prints where it differs.
    @Test func theREADMEsTableIsTheTable() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(readme.range(of: "<!-- settings -->\n"))
        let end = try #require(readme.range(of: "<!-- end of settings -->"))
        #expect(String(readme[start.upperBound..<end.lowerBound]) == Configuration.markdownTable())
    }

    @Test(
        arguments: [
            ("ADDRES", "ADDRESS"), ("ADDRESS", "ADDRESS"), ("DADRESS", "ADDRESS"), ("X", "OK"), ("ADR", nil),
            ("", "OK"),
        ] as [(String, String?)]
    )
    func theNearestName(name: String, nearest: String?) {
        #expect(nearestName(to: name, among: ["ADDRESS", "OK", "REGION"]) == nearest)
    }
}
