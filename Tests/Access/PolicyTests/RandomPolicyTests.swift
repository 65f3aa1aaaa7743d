import Base
import Policy
import Testing

/// Laws that hold for every policy, tried on random ones.
@Suite struct RandomPolicyTests {
    private static let seeds: Range<UInt64> = 0..<12
    private static let roundCount = 60

    private static let actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]
    private static let actionPatterns = actions + ["s3:*", "*", "s3:*Object", "s3:?etObject"]
    private static let keys = ["k", "a/k", "a/b", "secret"]
    private static let resourcePatterns = [
        "*", "arn:aws:s3:::*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a/*", "arn:aws:s3:::b*",
        "arn:aws:s3:::b/secret", "arn:aws:s3:::c/*", "arn:aws:s3:::*/k", "arn:aws:s3:::b/${aws:username}/*",
        "arn:aws:s3:::b/${aws:nobody}",
    ]
    private static let conditions = [
        nil, nil, nil, #"{"Bool":{"aws:SecureTransport":"false"}}"#,
        #"{"StringNotEquals":{"aws:username":"bob"}}"#, #"{"StringLike":{"s3:prefix":["a/*",""]}}"#,
        #"{"StringNotEquals":{"s3:ExistingObjectTag/team":"red"}}"#,
        #"{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}"#, #"{"Null":{"s3:VersionId":"false"}}"#,
        #"{"ForAllValues:StringNotLike":{"aws:groups":["admins*"]}}"#,
    ]
    private static let contexts = [
        FixedContext([:]),
        FixedContext(["aws:username": ["a"], "aws:SecureTransport": ["false"], "s3:prefix": ["a/x"]]),
        FixedContext([
            "aws:username": ["bob"], "aws:groups": ["admins", "x"], "aws:SecureTransport": ["true"],
        ]),
    ]
    private static let resources: [PolicyResource] =
        [.named("arn:aws:s3:::b"), .server, later] + keys.map { .named("arn:aws:s3:::b/\($0)") }
    private static let later = PolicyResource.objectsNamedLater(bucketARN: "arn:aws:s3:::b")

    private struct Round {
        var statements: [String]
        let context: FixedContext
        let action: PolicyAction
        let resource: PolicyResource
    }

    private func statement(_ effect: String, _ generator: inout SeededGenerator) -> String {
        func pick(_ texts: [String]) -> String { texts.randomElement(using: &generator) ?? "" }
        let action =
            #""\#(["Action", "Action", "NotAction"].randomElement(using: &generator) ?? "")":"\#(pick(Self.actionPatterns))""#
        let element = ["Resource", "Resource", "NotResource"].randomElement(using: &generator) ?? ""
        let resources =
            #""\#(element)":["\#(pick(Self.resourcePatterns))","\#(pick(Self.resourcePatterns))"]"#
        let condition = (Self.conditions.randomElement(using: &generator) ?? nil).map {
            #","Condition":\#($0)"#
        }
        return #"{"Effect":"\#(effect)",\#(action),\#(resources)\#(condition ?? "")}"#
    }

    private func round(_ generator: inout SeededGenerator) -> Round {
        let statements = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            statement(Bool.random(using: &generator) ? "Allow" : "Deny", &generator)
        }
        return Round(
            statements: statements,
            context: Self.contexts.randomElement(using: &generator) ?? FixedContext([:]),
            action: PolicyAction(Self.actions.randomElement(using: &generator) ?? ""),
            resource: Self.resources.randomElement(using: &generator) ?? .server
        )
    }

    private func document(_ statements: [String]) throws -> PolicyDocument {
        try PolicyDocument(
            parsing: #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#.utf8,
            as: .identity
        )
    }

    private func isAllowed(_ layers: PolicyLayers, _ round: Round, on resource: PolicyResource? = nil) -> Bool
    {
        layers.decide(
            AccessRequest(round.action, on: resource ?? round.resource, by: Callers.alice),
            in: round.context
        ).isAllowed
    }

    @Test(arguments: seeds) func anotherAllowNeverTakesAwayAndAnotherDenyNeverGives(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.roundCount {
            let round = round(&generator)
            let before = isAllowed(PolicyLayers(identityPolicies: [try document(round.statements)]), round)
            for (effect, wouldBeWrong) in [("Allow", false), ("Deny", true)] {
                var statements = round.statements
                let place = Int.random(in: 0...statements.count, using: &generator)
                statements.insert(statement(effect, &generator), at: place)
                let after = isAllowed(PolicyLayers(identityPolicies: [try document(statements)]), round)
                #expect(
                    before == after || after != wouldBeWrong,
                    "\(statements) \(round.action.name) \(round.resource)"
                )
            }
        }
    }

    @Test(arguments: seeds) func aSessionNeverHasMoreThanItsUser(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.roundCount {
            let round = round(&generator)
            let user = try document(round.statements)
            let session = try document([statement("Allow", &generator), statement("Deny", &generator)])
            let both = isAllowed(PolicyLayers(identityPolicies: [user], sessionPolicies: [session]), round)
            let alone = isAllowed(PolicyLayers(identityPolicies: [user]), round)
            let narrow = isAllowed(PolicyLayers(identityPolicies: [session]), round)
            #expect(both == (alone && narrow))
        }
    }

    @Test(arguments: seeds) func splittingOrMergingPoliciesChangesNothing(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.roundCount {
            let round = round(&generator)
            let whole = try document(round.statements)
            let parts = try round.statements.map { try document([$0]) }
            let answer = isAllowed(PolicyLayers(identityPolicies: [whole]), round)
            #expect(isAllowed(PolicyLayers(identityPolicies: parts), round) == answer)
            let merged = PolicyDocument.merged(parts.shuffled(using: &generator), as: .identity)
            #expect(isAllowed(PolicyLayers(identityPolicies: [merged]), round) == answer)
            let canonical = try PolicyDocument(parsing: whole.canonicalText, as: .identity)
            #expect(isAllowed(PolicyLayers(identityPolicies: [canonical]), round) == answer)
        }
    }

    /// Keys named later are denied only if each of them is denied, whatever its tags and version are.
    @Test(arguments: seeds) func noKeyIsDeniedBeforeItIsNamed(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<Self.roundCount {
            let round = round(&generator)
            let layers = PolicyLayers(identityPolicies: [try document(round.statements)])
            guard !isAllowed(layers, round, on: Self.later) else { continue }
            for key in Self.keys {
                let asked = AccessRequest(
                    round.action,
                    on: .named("arn:aws:s3:::b/\(key)"),
                    by: Callers.alice
                )
                for object in [
                    FixedContext([:]),
                    FixedContext(["s3:ExistingObjectTag/team": ["red"], "s3:VersionId": ["v"]]),
                ] {
                    let decision = layers.decide(
                        asked,
                        in: JoinedContext(request: round.context, object: object)
                    )
                    #expect(!decision.isAllowed, "\(round.statements) \(round.action.name) \(key)")
                }
            }
        }
    }
}

private struct JoinedContext: RequestContext {
    let request: FixedContext
    let object: FixedContext

    func values(of key: String) -> [String]? { request.values(of: key) ?? object.values(of: key) }
}
