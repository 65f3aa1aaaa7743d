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
    /// Known actions that some statement covers: a policy about others is passed over by this alone.
    private let coveredActions: ActionSet.Bits
    /// The same for each statement.
    private let statementActions: [ActionSet.Bits]
    /// Whether S3 calls it public: some statement that allows is open to others than fixed callers and
    /// networks. Only bucket policies can be.
    package let isPublic: Bool
    /// The keys that its conditions and variables ask for, in small letters. Tells whoever answers them what
    /// has to be read before, such as an object's tags.
    package let contextKeys: Set<String>

    /// Reads a policy. `sizeMax` is in bytes, by default what the kind allows. A stored policy that cannot
    /// be read must not be passed over: what it denies would be allowed.
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
        statementActions = statements.map(\.coveredActions)
        coveredActions = statementActions.reduce(ActionSet.Bits()) { $0 | $1 }
        isPublic = kind.isBucketPolicy && statements.contains(where: \.isPublic)
        contextKeys = Set(statements.flatMap(\.contextKeys))
    }

    package var statementCount: Int { statements.count }
    /// Whether some condition or variable asks for a key such as `s3:existingobjecttag/team`; `prefix` is in
    /// small letters.
    package func asksForKey(withPrefix prefix: String) -> Bool {
        contextKeys.contains { $0.hasPrefix(prefix) }
    }

    /// The callers that the statements of a bucket policy name, in their order: ARNs, account ids and
    /// canonical ids, `*` aside. Whether they exist is for others to say.
    package var namedPrincipals: [String] {
        statements.flatMap { statement in
            switch statement.principals {
            case .holder: [String]()
            case .principal(let set), .notPrincipal(let set): set.accounts + set.arns + set.canonicalIDs
            }
        }
    }

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

    func verdict(for request: AccessRequest, in context: some RequestContext) -> Verdict {
        if let known = request.action.index, !ActionSet.isSet(known, in: coveredActions) { return .silent }
        var allowing: (statement: Int, match: PrincipalMatch)?
        for index in statements.indices where covers(request.action, index) {
            let statement = statements[index]
            let match = statement.match(request.caller)
            guard match != .none else { continue }
            switch statement.effect {
            case .deny:
                if request.isDenied(by: statement.extent(of: request, in: context)) {
                    return .denies(statement: index)
                }
            case .allow:
                if let allowing, allowing.match >= match { continue }
                if request.isAllowed(by: statement.extent(of: request, in: context)) {
                    allowing = (index, match)
                }
            }
        }
        return allowing.map { .allows(statement: $0.statement, $0.match) } ?? .silent
    }

    private func covers(_ action: PolicyAction, _ index: Int) -> Bool {
        guard let known = action.index else { return statements[index].covers(action) }
        return ActionSet.isSet(known, in: statementActions[index])
    }
}

extension PolicyStatement {
    fileprivate var contextKeys: [String] {
        let resourceKeys: [String] =
            switch resources {
            case .resource(let set), .notResource(let set): set.contextKeys
            case .absent: []
            }
        return resourceKeys + conditions.flatMap { [$0.key] + $0.operand.contextKeys }
    }
}
