import Foundation
import SigV4

/// The folder of shared fixtures: beside the repository, or where `MARTLET_FIXTURES` says.
enum Fixtures {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] { return URL(filePath: path) }
        let repository = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent()
        }
        let beside = repository.deletingLastPathComponent().appending(path: "shared/fixtures")
        // A work tree lies one folder deeper than the repository it belongs to.
        guard !FileManager.default.fileExists(atPath: beside.path) else { return beside }
        return repository.deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "shared/fixtures"
        )
    }()

    static let suite = root.appending(path: "sigv4")

    static let suiteCases: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: suite.path)
        // A missing folder skips the suite, with its reason printed there.
        return (names ?? []).filter { !$0.hasPrefix(".") && !$0.contains(".") }.sorted()
    }()
}

/// A request as the fixtures write it, with folded header lines.
struct RequestText {
    let head: SignerRequest
    let body: [UInt8]

    init(_ text: String) {
        let parts = text.components(separatedBy: "\n\n")
        body = Array(parts.dropFirst().joined(separator: "\n\n").utf8)
        let lines = parts[0].components(separatedBy: "\n")
        let words = lines[0].components(separatedBy: " ")
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() where !line.isEmpty {
            if line.hasPrefix(" "), !fields.isEmpty {
                fields[fields.count - 1].value += "\n" + line
                continue
            }
            let pieces = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields.append((String(pieces[0]), String(pieces[1])))
        }
        head = SignerRequest(
            method: words[0],
            target: words[1..<(words.count - 1)].joined(separator: " "),
            fields: fields
        )
    }
}
