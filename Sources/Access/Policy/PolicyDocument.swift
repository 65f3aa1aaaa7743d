import JSON

/// A policy, read once and then asked by any number of tasks at a time. Immutable; users that share a policy
/// share the object.
package final class PolicyDocument: Sendable {
    /// The text as it was given.
    package let source: [UInt8]
    package let kind: PolicyKind
    package let version: PolicyVersion
    package let id: String?
    let statements: [PolicyStatement]
    /// Known actions that some statement covers, by effect: most requests are decided by these alone.
    private let allowedActions: ActionSet.Bits
    private let deniedActions: ActionSet.Bits
    /// Whether S3 calls it public: some statement that allows is open to others than fixed callers and
    /// networks. Only bucket policies can be.
    package let isPublic: Bool

    /// Reads a policy. `sizeMax` is in bytes, by default what the kind allows.
    package convenience init(
        parsing text: some Collection<UInt8>,
        as kind: PolicyKind,
        from origin: PolicyOrigin = .submitted,
        sizeMax: Int? = nil
    ) throws(PolicyError) {
        let source = Array(text)
        let sizeMax = sizeMax ?? kind.sizeMax
        guard source.count <= sizeMax else { throw .tooLarge(size: source.count, sizeMax: sizeMax) }
        var parser = PolicyParser(kind: kind, origin: origin)
        try parser.parse(source)
        self.init(
            source: source,
            kind: kind,
            version: parser.version,
            id: parser.id,
            statements: parser.statements
        )
    }

    init(
        source: [UInt8],
        kind: PolicyKind,
        version: PolicyVersion,
        id: String?,
        statements: [PolicyStatement]
    ) {
        (self.source, self.kind, self.version) = (source, kind, version)
        (self.id, self.statements) = (id, statements)
        var (allowed, denied) = (ActionSet.Bits(), ActionSet.Bits())
        for statement in statements {
            switch statement.effect {
            case .allow: allowed |= statement.coveredActions
            case .deny: denied |= statement.coveredActions
            }
        }
        (allowedActions, deniedActions) = (allowed, denied)
        isPublic = kind.isBucketPolicy && statements.contains(where: \.isPublic)
    }

    package var statementCount: Int { statements.count }
    /// Says nothing at all.
    package var isEmpty: Bool { statements.isEmpty }
    /// `nil` when the statement has none. `index` counts from 0.
    package func sid(ofStatement index: Int) -> String? { statements[index].sid }

    /// The union of several policies: every statement of each. Its source is its canonical text, with the
    /// newest version. Conditions and variables keep the meaning that their own document's version gave them.
    package static func merged(_ documents: [PolicyDocument], as kind: PolicyKind) -> PolicyDocument {
        let statements = documents.flatMap(\.statements)
        let version = documents.map(\.version).max() ?? .v2012
        let text = canonicalText(version: version, id: nil, statements: statements)
        return PolicyDocument(
            source: text.encoded,
            kind: kind,
            version: version,
            id: nil,
            statements: statements
        )
    }

    /// What the policy alone says.
    enum Verdict: Sendable, Hashable {
        /// By the statement at that index; the best match of the statements that allow.
        case allows(statement: Int, PrincipalMatch)
        case denies(statement: Int)
        case silent
    }

    func verdict(
        for action: PolicyAction,
        on resource: PolicyResource,
        by caller: Caller,
        in context: some RequestContext
    ) -> Verdict {
        if let index = action.index, !ActionSet.isSet(index, in: allowedActions | deniedActions) {
            return .silent
        }
        var allowing: (statement: Int, match: PrincipalMatch)?
        for index in statements.indices where statements[index].covers(action) {
            let match = statements[index].match(caller)
            guard match != .none else { continue }
            switch statements[index].effect {
            case .deny:
                if statements[index].extent(of: action, on: resource, in: context) == .all {
                    return .denies(statement: index)
                }
            case .allow:
                if let allowing, allowing.match >= match { continue }
                if statements[index].extent(of: action, on: resource, in: context) != .none {
                    allowing = (index, match)
                }
            }
        }
        return allowing.map { .allows(statement: $0.statement, $0.match) } ?? .silent
    }
}

extension PolicyStatement {
    var coveredActions: ActionSet.Bits {
        switch actions {
        case .action(let set): set.known
        case .notAction(let set): ~set.known
        }
    }
}
