/// One line of settings as administrators write it:
///
///     api requests_max=100 requests_deadline="10 s"
///     group:target key=value …
///
/// A value in double quotes may have spaces, and `\"` and `\\`.
struct SettingLine: Equatable {
    static let defaultTarget = "_"

    let group: String
    let target: String
    let values: [(key: String, value: String)]

    /// `nil` for an empty line and for a comment.
    init?(parsing line: some StringProtocol) throws(AdminError) {
        var words = try Self.words(line)
        guard let first = words.first, !first.hasPrefix("#") else { return nil }
        words.removeFirst()
        (group, target) = Self.split(first)
        var values: [(key: String, value: String)] = []
        for word in words {
            guard let equals = word.firstIndex(of: "=") else {
                throw AdminError(.configError, "'\(word)' of '\(group)' is not key=value.")
            }
            values.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
        }
        self.values = values
    }

    /// Of `group`, `group:` and `group:target`.
    static func split(_ word: String) -> (group: String, target: String) {
        guard let colon = word.firstIndex(of: ":") else { return (word, defaultTarget) }
        let target = String(word[word.index(after: colon)...])
        return (String(word[..<colon]), target.isEmpty ? defaultTarget : target)
    }

    /// Every line of a text.
    static func lines(_ bytes: [UInt8]) throws(AdminError) -> [SettingLine] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AdminError(.configBadFormat, "The settings are not UTF-8.")
        }
        var lines: [SettingLine] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if let line = try SettingLine(parsing: line) { lines.append(line) }
        }
        return lines
    }

    /// With quotes where they are needed.
    static func quoted(_ value: String) -> String {
        guard value.contains(where: { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "\\" }) else {
            return value
        }
        let escaped = value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }

    private static func words(_ line: some StringProtocol) throws(AdminError) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var isEscaped = false
        for letter in line {
            if isEscaped {
                word = (word ?? "") + String(letter)
                isEscaped = false
            } else if isQuoted, letter == "\\" {
                isEscaped = true
            } else if letter == "\"" {
                isQuoted.toggle()
                word = word ?? ""
            } else if letter == " " || letter == "\t", !isQuoted {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(letter)
            }
        }
        guard !isQuoted, !isEscaped else {
            throw AdminError(.configError, "A value's closing quote is missing.")
        }
        if let word { words.append(word) }
        return words
    }

    static func == (left: Self, right: Self) -> Bool {
        left.group == right.group && left.target == right.target
            && left.values.elementsEqual(right.values) { $0.key == $1.key && $0.value == $1.value }
    }
}
