import Foundation
import SigV4

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
