/// The actions that a list of patterns stands for.
struct ActionSet: Sendable {
    /// One bit for each known action.
    private(set) var known = Bits()
    /// For actions that are not known.
    private var patterns: [TextPattern] = []
    /// The same of those patterns only that write out the name of a service whose actions need no
    /// resource.
    private var knownByService = Bits()
    private var patternsByService: [TextPattern] = []

    typealias Bits = SIMD8<UInt64>

    /// With `grantsImplied`, reading versions brings reading objects along, as MinIO has it.
    init(_ names: [String], grantsImplied: Bool) {
        for name in names {
            let folded = name.lowercased()
            let pattern = TextPattern(folded, isFolding: true)
            let bits = Self.bits(of: pattern, folded)
            patterns.append(pattern)
            known |= bits
            if PolicyAction.Service(ofFolded: folded).needsNoResource {
                patternsByService.append(pattern)
                knownByService |= bits
            }
            if grantsImplied, folded == "s3:getobjectversion" { insert("s3:getobject") }
        }
    }

    /// No pattern stands for an action that is done to a resource.
    var needsNoResource: Bool { patternsByService.count == patterns.count }

    func contains(_ action: PolicyAction) -> Bool {
        if let index = action.index { return Self.isSet(index, in: known) }
        return patterns.contains { $0.matches(action.name) }
    }

    /// Whether a pattern stands for `action` that writes out its service, not only one such as `*`.
    func namesWithService(_ action: PolicyAction) -> Bool {
        if let index = action.index { return Self.isSet(index, in: knownByService) }
        return patternsByService.contains { $0.matches(action.name) }
    }

    static func isSet(_ index: Int, in bits: Bits) -> Bool {
        bits[index >> 6] & (1 << UInt64(index & 63)) != 0
    }

    static func set(_ index: Int, in bits: inout Bits) { bits[index >> 6] |= 1 << UInt64(index & 63) }

    /// The known actions that a pattern matches.
    static func bits(of pattern: TextPattern, _ folded: String) -> Bits {
        var bits = Bits()
        if !pattern.hasWildcards {
            if let index = KnownActions.indices[folded] { set(index, in: &bits) }
            return bits
        }
        for (index, entry) in KnownActions.entries.enumerated() where pattern.matches(entry.name) {
            set(index, in: &bits)
        }
        return bits
    }

    private mutating func insert(_ folded: String) {
        guard let index = KnownActions.indices[folded] else { return }
        Self.set(index, in: &known)
    }
}
