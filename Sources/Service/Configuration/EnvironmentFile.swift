/// MinIO's file of settings: `NAME=value` lines, `export` before the name and quotes around the value allowed,
/// `#` starts a comment line.
enum EnvironmentFile {
    /// In the file's order; a name may occur again, and the last one counts.
    static func parse(_ text: String, path: String) throws(SettingMistake) -> [(name: String, value: String)]
    {
        var entries: [(name: String, value: String)] = []
        // A line ending in CR LF is one character.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let assignment = line.hasPrefix("export ") ? line.dropFirst(7).trimmed : line
            guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
                throw .invalidLine(path: path, lineNumber: index + 1)
            }
            let value = assignment[assignment.index(after: equals)...]
            entries.append((String(assignment[..<equals].trimmed), String(value.withoutQuotes)))
        }
        return entries
    }
}

extension Substring {
    /// Without the spaces, tabs and line ends at either end.
    var trimmed: Substring {
        var rest = self
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }

    fileprivate var withoutQuotes: Substring {
        guard count >= 2, let quote = first, quote == "\"" || quote == "'", last == quote else { return self }
        return dropFirst().dropLast()
    }
}
