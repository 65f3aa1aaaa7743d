/// The actions that a list of patterns stands for.
struct ActionSet: Sendable {
    /// One bit for each known action.
    private(set) var known = Bits()
    /// For actions that are not known.
    private var patterns: [TextPattern] = []
    /// Every pattern writes out the name of a service whose actions are done to no resource.
    private(set) var needsNoResource = false
    private var namesAdmin = false
    private var namesSTS = false
    private var namesKMS = false

    typealias Bits = SIMD8<UInt64>

    /// With `grantsImplied`, reading versions brings reading objects along, as MinIO has it.
    init(_ names: [String], grantsImplied: Bool) {
        var services: [PolicyAction.Service] = []
        for name in names {
            let folded = name.lowercased()
            let pattern = TextPattern(folded, isFolding: true)
            patterns.append(pattern)
            services.append(.init(ofFolded: folded))
            known |= Self.bits(of: pattern, folded)
            if grantsImplied, folded == "s3:getobjectversion" { insert("s3:getobject") }
        }
        for service in services {
            switch service {
            case .admin: namesAdmin = true
            case .sts: namesSTS = true
            case .kms: namesKMS = true
            case .s3, .other: break
            }
        }
        needsNoResource = services.allSatisfy(\.needsNoResource)
    }

    func contains(_ action: PolicyAction) -> Bool {
        if let index = action.index { return Self.isSet(index, in: known) }
        return patterns.contains { $0.matches(action.name) }
    }

    /// Whether a pattern names the service of `action` as such, not only by a wildcard.
    func names(_ service: PolicyAction.Service) -> Bool {
        switch service {
        case .admin: namesAdmin
        case .sts: namesSTS
        case .kms: namesKMS
        case .s3, .other: false
        }
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
