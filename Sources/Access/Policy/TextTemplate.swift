/// A policy's text that may hold variables, such as `arn:aws:s3:::home/${aws:username}/*`.
///
///     ${key}               the value of that condition key; it must have exactly one
///     ${key, 'fallback'}   the same, or the fallback; '' in it stands for one quote
///     ${*} ${?} ${$}       that character itself
///
/// What a variable brings in is literal: a `*` in a user's name matches a `*` and nothing else.
struct TextTemplate: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case tokens([TextPattern.Token])
        /// The key is in small letters.
        case variable(key: String, fallback: String?)
    }

    enum Form: Sendable, Hashable {
        case fixed(TextPattern)
        case variable([Piece])
    }

    let form: Form

    init(_ pattern: TextPattern) { form = .fixed(pattern) }

    init(pieces: [Piece]) {
        var tokens: [TextPattern.Token] = []
        for piece in pieces {
            guard case .tokens(let literal) = piece else {
                form = .variable(pieces)
                return
            }
            tokens += literal
        }
        form = .fixed(TextPattern(tokens: tokens))
    }

    /// `nil` when a variable has no end, no name, or a fallback that is not quoted.
    init?(_ text: String, hasWildcards: Bool, hasVariables: Bool) {
        guard let pieces = Self.pieces(of: text, hasWildcards: hasWildcards, hasVariables: hasVariables)
        else {
            return nil
        }
        self.init(pieces: pieces)
    }

    /// The pattern for one request; `nil` when a variable has no value, or more than one.
    func resolved(in context: some RequestContext) -> TextPattern? {
        switch form {
        case .fixed(let pattern): return pattern
        case .variable(let pieces):
            var tokens: [TextPattern.Token] = []
            for piece in pieces {
                switch piece {
                case .tokens(let literal): tokens += literal
                case .variable(let key, let fallback):
                    let values = context.values(of: key) ?? []
                    guard let value = values.count == 1 ? values[0] : fallback else { return nil }
                    tokens += TextPattern.tokens(of: value, hasWildcards: false)
                }
            }
            return TextPattern(tokens: tokens)
        }
    }

    var hasVariables: Bool {
        switch form {
        case .fixed: false
        case .variable: true
        }
    }

    /// The keys of its variables.
    var contextKeys: [String] {
        switch form {
        case .fixed: []
        case .variable(let pieces):
            pieces.compactMap { piece in
                switch piece {
                case .tokens: nil
                case .variable(let key, _): key
                }
            }
        }
    }

    /// Neither wildcards nor variables.
    var isFixedText: Bool {
        switch form {
        case .fixed(let pattern): !pattern.hasWildcards
        case .variable: false
        }
    }

    static func pieces(of text: String, hasWildcards: Bool, hasVariables: Bool) -> [Piece]? {
        guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else {
            return [.tokens(TextPattern.tokens(of: text, hasWildcards: hasWildcards))]
        }
        var pieces: [Piece] = []
        var rest = text[...]
        while let dollar = rest.range(ofDollarBrace: ()) {
            if dollar.lowerBound > rest.startIndex {
                let literal = rest[..<dollar.lowerBound]
                pieces.append(.tokens(TextPattern.tokens(of: literal, hasWildcards: hasWildcards)))
            }
            rest = rest[dollar.upperBound...]
            guard let piece = variable(from: &rest) else { return nil }
            pieces.append(piece)
        }
        if !rest.isEmpty { pieces.append(.tokens(TextPattern.tokens(of: rest, hasWildcards: hasWildcards))) }
        return pieces
    }

    /// What stands between `${` and its `}`, and passes both.
    private static func variable(from rest: inout Substring) -> Piece? {
        let name = rest.prefix { $0 != "}" && $0 != "," }
        rest = rest[name.endIndex...]
        let key = name.trimmingSpaces
        guard !key.isEmpty, let mark = rest.popFirst() else { return nil }
        if mark == "}" {
            switch key {
            case "*", "?", "$": return .tokens(TextPattern.tokens(of: key, hasWildcards: false))
            default: return .variable(key: key.lowercased(), fallback: nil)
            }
        }
        rest = rest.drop { $0 == " " }
        guard rest.popFirst() == "'" else { return nil }
        var fallback = ""
        while let letter = rest.popFirst() {
            if letter != "'" {
                fallback.append(letter)
            } else if rest.first == "'" {
                fallback.append("'")
                rest = rest.dropFirst()
            } else {
                rest = rest.drop { $0 == " " }
                guard rest.popFirst() == "}" else { return nil }
                return .variable(key: key.lowercased(), fallback: fallback)
            }
        }
        return nil
    }
}

extension Substring {
    fileprivate func range(ofDollarBrace: Void) -> Range<Index>? {
        var index = startIndex
        while let dollar = utf8[index...].firstIndex(of: UInt8(ascii: "$")) {
            let next = utf8.index(after: dollar)
            if next < endIndex, utf8[next] == UInt8(ascii: "{") { return dollar..<utf8.index(after: next) }
            index = next
        }
        return nil
    }

    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
