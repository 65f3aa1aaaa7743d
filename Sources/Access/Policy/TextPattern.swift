/// A text with wildcards, ready to be matched: `*` stands for any run of characters, also an empty one, and
/// `?` for exactly one Unicode scalar.
///
/// Matching allocates nothing and keeps one place to return to, so it takes at most (tokens × bytes) steps
/// whatever the pattern is; a text shorter than the pattern's characters is refused at once.
package struct TextPattern: Sendable, Hashable {
    /// A byte, or one of the two wildcards above 255.
    typealias Token = UInt16
    static let anyRun: Token = 0x100
    static let anyOne: Token = 0x101

    private enum Shape: Sendable, Hashable {
        /// No wildcard.
        case exact
        /// One `*` at the end and no other wildcard.
        case prefix
        case general
    }

    let tokens: [Token]
    private let shape: Shape
    private let sizeMin: Int
    /// ASCII letters of the text count as small ones; the tokens are small letters already.
    private let isFolding: Bool

    init(tokens: [Token], isFolding: Bool = false) {
        var collapsed: [Token] = []
        collapsed.reserveCapacity(tokens.count)
        for token in tokens where token != Self.anyRun || collapsed.last != Self.anyRun {
            collapsed.append(isFolding ? Token(foldedToken: token) : token)
        }
        self.tokens = collapsed
        self.isFolding = isFolding
        let wildcardCount = collapsed.count { $0 >= Self.anyRun }
        shape =
            wildcardCount == 0
            ? .exact : wildcardCount == 1 && collapsed.last == Self.anyRun ? .prefix : .general
        sizeMin = collapsed.count { $0 != Self.anyRun }
    }

    /// With `isFolding`, ASCII letters match in either case.
    package init(_ text: String, isFolding: Bool = false) {
        self.init(tokens: Self.tokens(of: text, hasWildcards: true), isFolding: isFolding)
    }

    static func tokens(of text: some StringProtocol, hasWildcards: Bool) -> [Token] {
        text.utf8.map { byte in
            guard hasWildcards else { return Token(byte) }
            switch byte {
            case UInt8(ascii: "*"): return anyRun
            case UInt8(ascii: "?"): return anyOne
            default: return Token(byte)
            }
        }
    }

    package var hasWildcards: Bool { shape != .exact }

    /// Matches every text.
    package var isEverything: Bool { tokens == [Self.anyRun] }

    /// The text of a pattern without wildcards.
    var exactText: String? {
        shape == .exact ? String(decoding: tokens.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self) : nil
    }

    func containsByte(_ byte: UInt8) -> Bool { tokens.contains(Token(byte)) }

    package func matches(_ text: String) -> Bool {
        let utf8 = text.utf8Span
        return matches(utf8.span)
    }

    package func matches(_ text: Span<UInt8>) -> Bool {
        guard text.count >= sizeMin else { return false }
        switch shape {
        case .exact: return text.count == tokens.count && begins(text, tokenCount: tokens.count)
        case .prefix: return begins(text, tokenCount: tokens.count - 1)
        case .general: return matchesInGeneral(text)
        }
    }

    private func begins(_ text: Span<UInt8>, tokenCount: Int) -> Bool {
        for index in 0..<tokenCount where tokens[index] != token(at: index, of: text) { return false }
        return true
    }

    /// Tries the shortest run for each `*` in turn. A later `*` makes an earlier one's choice final: what
    /// the later one can take, it can take from any place, so only the last one is ever widened.
    private func matchesInGeneral(_ text: Span<UInt8>) -> Bool {
        var (offset, index) = (0, 0)
        var star: (index: Int, offset: Int)?
        while offset < text.count {
            if index < tokens.count {
                let expected = tokens[index]
                if expected == Self.anyRun {
                    star = (index, offset)
                    index += 1
                    continue
                }
                if expected == Self.anyOne {
                    offset = nextScalar(after: offset, of: text)
                    index += 1
                    continue
                }
                if expected == token(at: offset, of: text) {
                    offset += 1
                    index += 1
                    continue
                }
            }
            guard let last = star else { return false }
            offset = nextScalar(after: last.offset, of: text)
            star = (last.index, offset)
            index = last.index + 1
        }
        return tokens[index...].allSatisfy { $0 == Self.anyRun }
    }

    /// Whether some text that begins with `prefix` and goes on matches.
    package func matchesSomeText(after prefix: Span<UInt8>) -> Bool {
        var offset = 0
        for expected in tokens {
            if offset == prefix.count || expected == Self.anyRun { return true }
            if expected == Self.anyOne {
                offset = nextScalar(after: offset, of: prefix)
            } else if expected == token(at: offset, of: prefix) {
                offset += 1
            } else {
                return false
            }
        }
        return false
    }

    /// Whether every text that begins with `prefix` certainly matches. A pattern such as `a?*`, which does
    /// so in a roundabout way, is not recognised.
    package func matchesEveryText(after prefix: Span<UInt8>) -> Bool {
        tokens.last == Self.anyRun && matches(prefix)
    }

    private func token(at offset: Int, of text: Span<UInt8>) -> Token {
        let byte = Token(text[offset])
        return isFolding ? Token(foldedToken: byte) : byte
    }

    private func nextScalar(after offset: Int, of text: Span<UInt8>) -> Int {
        var next = offset + 1
        while next < text.count, text[next] & 0xc0 == 0x80 { next += 1 }
        return next
    }
}

extension TextPattern.Token {
    fileprivate init(foldedToken token: Self) {
        self = (0x41...0x5a).contains(token) ? token | 0x20 : token
    }
}
