import Policy
import Testing

@Suite struct VariableTests {
    private let alice = FixedContext([
        "aws:username": ["alice"], "jwt:sub": ["s-1"], "ldap:username": ["al"], "s3:prefix": ["home/alice"],
        "aws:groups": ["a", "b"], "aws:PrincipalTag/team": ["red"], "aws:empty": [],
    ])

    @Test(arguments: [
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/alice/k", true),
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/k", false),
        ("arn:aws:s3:::b/${AWS:UserName}", "arn:aws:s3:::b/alice", true),
        ("arn:aws:s3:::b/${ aws:username }", "arn:aws:s3:::b/alice", true),
        ("arn:aws:s3:::${jwt:sub}-${ldap:username}", "arn:aws:s3:::s-1-al", true),
        ("arn:aws:s3:::b/${aws:PrincipalTag/team}", "arn:aws:s3:::b/red", true),
        // A value that is missing, empty or not one makes the element match nothing.
        ("arn:aws:s3:::b/${aws:nobody}*", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b/${aws:empty}*", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b/${aws:groups}", "arn:aws:s3:::b/a", false),
        ("arn:aws:s3:::b/${username}", "arn:aws:s3:::b/${username}", false),
        // Defaults stand in for them.
        ("arn:aws:s3:::b/${aws:nobody, 'all'}", "arn:aws:s3:::b/all", true),
        ("arn:aws:s3:::b/${aws:nobody,'it''s'}", "arn:aws:s3:::b/it's", true),
        ("arn:aws:s3:::b/${aws:nobody, 'a}b*'}", "arn:aws:s3:::b/a}b*", true),
        ("arn:aws:s3:::b/${aws:nobody, 'a}b*'}", "arn:aws:s3:::b/a}bc", false),
        ("arn:aws:s3:::b/${aws:username, 'all'}", "arn:aws:s3:::b/all", false),
        // Characters that would be wildcards or variables.
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", true),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b/${?}", "arn:aws:s3:::b/?", true),
        ("arn:aws:s3:::b/${?}", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b/${$}{aws:username}", "arn:aws:s3:::b/${aws:username}", true),
        ("arn:aws:s3:::b/$x", "arn:aws:s3:::b/$x", true),
        ("arn:aws:s3:::b/$", "arn:aws:s3:::b/$", true),
    ])
    func aResourceMayHaveVariables(pattern: String, resource: String, isMatch: Bool) throws {
        let document = try policy(statement("Allow", "s3:GetObject", pattern))
        #expect(allows(document, "s3:GetObject", .named(resource), context: alice) == isMatch)
    }

    @Test func aValuesWildcardsAreItsLetters() throws {
        let document = try policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"))
        let star = FixedContext(["aws:username": ["*"]])
        #expect(!allows(document, "s3:GetObject", .named("arn:aws:s3:::b/bob/k"), context: star))
        #expect(allows(document, "s3:GetObject", .named("arn:aws:s3:::b/*/k"), context: star))
    }

    @Test func aValueIsNotReadForVariables() throws {
        let document = try policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}"))
        let nested = FixedContext(["aws:username": ["${jwt:sub}"], "jwt:sub": ["x"]])
        #expect(!allows(document, "s3:GetObject", .named("arn:aws:s3:::b/x"), context: nested))
    }

    @Test(arguments: [
        (#"{"StringEquals":{"s3:prefix":"home/${aws:username}"}}"#, true),
        (#"{"StringEquals":{"s3:prefix":"home/${jwt:sub}"}}"#, false),
        (#"{"StringEqualsIgnoreCase":{"s3:prefix":"HOME/${aws:username}"}}"#, true),
        (#"{"StringLike":{"s3:prefix":"*/${aws:username}"}}"#, true),
        (#"{"StringNotLike":{"s3:prefix":"*/${aws:username}"}}"#, false),
        (#"{"StringEquals":{"s3:prefix":["${aws:nobody}","home/alice"]}}"#, true),
    ])
    func aConditionMayHaveVariables(condition: String, isMet: Bool) throws {
        let document = try policy(statement("Allow", "s3:ListBucket", condition: condition))
        #expect(allows(document, "s3:ListBucket", .named("arn:aws:s3:::b"), context: alice) == isMet)
    }

    @Test func anARNsVariableCannotBringInAColon() throws {
        let document = try policy(
            statement(
                "Allow",
                "s3:GetObject",
                condition: #"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:account}:user/x"}}"#
            )
        )
        let honest = FixedContext(["aws:PrincipalArn": ["arn:aws:iam::1:user/x"], "aws:account": ["1"]])
        #expect(allows(document, context: honest))
        let crafted = FixedContext(["aws:PrincipalArn": ["arn:aws:iam::1:2:user/x"], "aws:account": ["1:2"]])
        #expect(!allows(document, context: crafted))
    }

    @Test func otherOperatorsHaveNoVariables() {
        #expect(throws: PolicyError.self) {
            try policy(
                statement("Allow", "s3:*", condition: #"{"NumericEquals":{"s3:max-keys":"${aws:number}"}}"#)
            )
        }
    }

    @Test func theOlderVersionHasNoVariables() throws {
        let document = try policy(
            statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}"),
            version: "2008-10-17"
        )
        #expect(!allows(document, "s3:GetObject", .named("arn:aws:s3:::b/alice"), context: alice))
        #expect(allows(document, "s3:GetObject", .named("arn:aws:s3:::b/${aws:username}"), context: alice))
    }

    /// A user's policy without Version has variables, as in MinIO; a bucket's has none, as in S3.
    @Test func aMissingVersionDependsOnTheKind() throws {
        let text =
            #"{"Statement":[\#(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}"))]}"#
        let identity = try PolicyDocument(parsing: text.utf8, as: .identity)
        #expect(identity.version == .v2012)
        #expect(allows(identity, "s3:GetObject", .named("arn:aws:s3:::b/alice"), context: alice))
        let bucket =
            #"{"Statement":[\#(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*", principal: "*"))]}"#
        #expect(try PolicyDocument(parsing: bucket.utf8, as: .bucket("b")).version == .v2008)
    }

    /// A variable without a value never lets anybody in that its value could have kept out.
    @Test func anUnknownValueNeverWidensAccess() throws {
        let exceptOwn = #"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/${aws:nobody}"}"#
        #expect(try !allows(policy(exceptOwn)))
        let all = statement("Allow", "s3:*")
        let denyOthers = #"{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::b/${aws:nobody}"}"#
        #expect(try !allows(policy(all, denyOthers)))
        let differs = #"{"StringNotEquals":{"aws:username":"${aws:nobody}"}}"#
        #expect(try !allows(policy(statement("Allow", "s3:*", condition: differs)), context: alice))
        #expect(try !allows(policy(all, statement("Deny", "s3:*", condition: differs)), context: alice))
        let missing = #"{"StringNotEquals":{"aws:other":"${aws:nobody}"}}"#
        #expect(try !allows(policy(statement("Allow", "s3:*", condition: missing)), context: alice))
        #expect(try !allows(policy(all, statement("Deny", "s3:*", condition: missing)), context: alice))
    }

    @Test(arguments: [
        "${", "${}", "${ }", "${aws:username", "${a, b}", "${a, 'b}", "${a, 'b' c}", "x${a,'b''}",
    ])
    func brokenVariablesAreRefused(text: String) {
        #expect(
            throws: PolicyError.invalidVariable("arn:aws:s3:::\(text)", .statement(number: 1, sid: nil))
        ) { try policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::\(text)")) }
    }

    @Test func aBrokenVariableThatWasStoredMatchesNothing() throws {
        let text = policyText(statement("Allow", "s3:GetObject", #"["arn:aws:s3:::${a","arn:aws:s3:::b/*"]"#))
        let document = try PolicyDocument(parsing: text.utf8, as: .identity, from: .stored)
        #expect(allows(document))
        #expect(!allows(document, "s3:GetObject", .named("arn:aws:s3:::${a")))
    }
}
