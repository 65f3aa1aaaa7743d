/// A pattern for ARNs: its six parts match one by one, so that a wildcard never reaches over a colon of the
/// first five. `*` alone matches every ARN.
struct ARNTemplate: Sendable {
    /// `nil` for `*`.
    private let parts: [TextTemplate]?

    static let partCount = 6

    /// `nil` when it has fewer than six parts or a broken variable.
    init?(_ text: String, hasVariables: Bool) {
        guard text != "*" else {
            parts = nil
            return
        }
        guard
            let pieces = TextTemplate.pieces(of: text, hasWildcards: true, hasVariables: hasVariables)
        else { return nil }
        var parts: [[TextTemplate.Piece]] = [[]]
        for piece in pieces {
            guard case .tokens(var rest) = piece else {
                parts[parts.count - 1].append(piece)
                continue
            }
            while parts.count < Self.partCount, let colon = rest.firstIndex(of: Self.colon) {
                parts[parts.count - 1].append(.tokens(Array(rest[..<colon])))
                parts.append([])
                rest = Array(rest[(colon + 1)...])
            }
            parts[parts.count - 1].append(.tokens(rest))
        }
        guard parts.count == Self.partCount else { return nil }
        self.parts = parts.map(TextTemplate.init(pieces:))
    }

    private static let colon = TextPattern.Token(UInt8(ascii: ":"))

    var hasVariables: Bool { parts?.contains(where: \.hasVariables) ?? false }
    var contextKeys: [String] { parts?.flatMap(\.contextKeys) ?? [] }
    var isFixedText: Bool { parts?.allSatisfy(\.isFixedText) ?? false }

    /// The parts' patterns for one request; `nil` when a variable has no value.
    func resolved(in context: some RequestContext) -> Resolved? {
        guard let parts else { return .everything }
        var patterns: [TextPattern] = []
        for part in parts {
            guard let pattern = part.resolved(in: context) else { return nil }
            patterns.append(pattern)
        }
        return .parts(patterns)
    }

    enum Resolved {
        case everything
        case parts([TextPattern])

        /// A text with fewer than six parts is no ARN and matches nothing.
        func matches(_ text: String) -> Bool {
            let parts = text.split(
                separator: ":",
                maxSplits: ARNTemplate.partCount - 1,
                omittingEmptySubsequences: false
            )
            guard parts.count == ARNTemplate.partCount else { return false }
            switch self {
            case .everything: return true
            case .parts(let patterns): return zip(patterns, parts).allSatisfy { $0.matches(String($1)) }
            }
        }
    }
}
