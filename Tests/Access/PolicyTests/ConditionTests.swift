import Policy
import Testing

/// A row: what the rule is, a Condition element, the request's values of `key`, and whether it is met.
struct ConditionRow: Sendable, CustomTestStringConvertible {
    let rule: String
    let condition: String
    let values: [String]?
    let isMet: Bool

    init(_ rule: String, _ operatorName: String, _ policy: String, _ values: [String]?, _ isMet: Bool) {
        (self.rule, self.values, self.isMet) = (rule, values, isMet)
        condition = #"{"\#(operatorName)":{"aws:Key":\#(policy)}}"#
    }

    var testDescription: String { "\(rule): \(condition) with \(values?.description ?? "no key")" }
}

private func isMet(_ condition: String, _ context: FixedContext) throws -> Bool {
    try allows(policy(statement("Allow", "s3:*", condition: condition)), context: context)
}

private func denies(_ condition: String, _ context: FixedContext) throws -> Bool {
    try !allows(
        policy(statement("Allow", "s3:*"), statement("Deny", "s3:*", condition: condition)),
        context: context
    )
}

@Suite struct ConditionTests {
    static let comparisons: [ConditionRow] = [
        .init("equal means the same bytes", "StringEquals", #""a""#, ["a"], true),
        .init("case matters", "StringEquals", #""a""#, ["A"], false),
        .init("a star is a star", "StringEquals", #""a*""#, ["ab"], false),
        .init("a star is a star", "StringEquals", #""a*""#, ["a*"], true),
        .init("one of several values", "StringEquals", #"["a","b"]"#, ["b"], true),
        .init("spellings of one letter differ", "StringEquals", #""\u00e9""#, ["e\u{301}"], false),
        .init("no value at all matches nothing", "StringEquals", "[]", ["a"], false),
        .init("none of several values", "StringNotEquals", #"["a","b"]"#, ["b"], false),
        .init("none of several values", "StringNotEquals", #"["a","b"]"#, ["c"], true),
        .init("no value at all differs from all", "StringNotEquals", "[]", ["a"], true),
        .init("case does not matter", "StringEqualsIgnoreCase", #""aÄ""#, ["Aä"], true),
        .init("case does not matter", "StringEqualsIgnoreCase", #""a""#, ["b"], false),
        .init("case does not matter", "StringNotEqualsIgnoreCase", #""a""#, ["A"], false),
        .init("case does not matter", "StringNotEqualsIgnoreCase", #""a""#, ["b"], true),
        .init("wildcards", "StringLike", #""home/*/?""#, ["home/a/b/c"], true),
        .init("wildcards", "StringLike", #""home/?""#, ["home/ab"], false),
        .init("case matters", "StringLike", #""home/*""#, ["Home/a"], false),
        .init("a star matches the empty text", "StringLike", #""*""#, [""], true),
        .init("wildcards", "StringNotLike", #""home/*""#, ["home/a"], false),
        .init("wildcards", "StringNotLike", #""home/*""#, ["work/a"], true),
        .init("by value, not by spelling", "NumericEquals", #""10""#, ["10.0"], true),
        .init("numbers may stand without quotes", "NumericEquals", "10", ["1e1"], true),
        .init("whole numbers exactly", "NumericEquals", #""9007199254740993""#, ["9007199254740992"], false),
        .init("by value", "NumericNotEquals", "10", ["10"], false),
        .init("by value", "NumericNotEquals", "10", ["11"], true),
        .init("less", "NumericLessThan", "10", ["9"], true),
        .init("less", "NumericLessThan", "10", ["10"], false),
        .init("less or equal", "NumericLessThanEquals", "10", ["10"], true),
        .init("less or equal", "NumericLessThanEquals", "10", ["10.1"], false),
        .init("greater", "NumericGreaterThan", "10", ["11"], true),
        .init("greater", "NumericGreaterThan", "10", ["10"], false),
        .init("greater or equal", "NumericGreaterThanEquals", "-1.5", ["-1.5"], true),
        .init("greater or equal", "NumericGreaterThanEquals", "-1.5", ["-2"], false),
        .init("what is no number matches nothing", "NumericLessThan", "10", ["nine"], false),
        .init("nor does nan", "NumericLessThan", "10", ["nan"], false),
        .init("nor hexadecimal", "NumericLessThan", "10", ["0x1"], false),
        .init("nor the empty text", "NumericLessThan", "10", [""], false),
        .init(
            "moments, not texts",
            "DateEquals",
            #""2026-02-12T09:00:00+01:00""#,
            ["2026-02-12T08:00:00Z"],
            true
        ),
        .init("epoch seconds", "DateEquals", #""1970-01-02T00:00:00Z""#, ["86400"], true),
        .init("epoch seconds without quotes", "DateEquals", "86400", ["1970-01-02"], true),
        .init("fractions count", "DateEquals", #""2026-02-12T08:00:00.5Z""#, ["2026-02-12T08:00:00Z"], false),
        .init("different", "DateNotEquals", #""2026-02-12""#, ["2026-02-12T00:00:00Z"], false),
        .init("before", "DateLessThan", #""2026-01-01T00:00:00Z""#, ["2025-12-31T23:59:59.999Z"], true),
        .init("before", "DateLessThan", #""2026-01-01T00:00:00Z""#, ["2026-01-01T00:00:00Z"], false),
        .init(
            "before or at",
            "DateLessThanEquals",
            #""2026-01-01T00:00:00Z""#,
            ["2026-01-01T00:00:00Z"],
            true
        ),
        .init("the end of time", "DateLessThan", #""9999-12-31T23:59:59Z""#, ["2026-01-01T00:00:00Z"], true),
        .init("after", "DateGreaterThan", #""2026""#, ["2026-01-01T00:00:01Z"], true),
        .init("after", "DateGreaterThan", #""2026-02""#, ["2026-01-31T23:59Z"], false),
        .init("after or at", "DateGreaterThanEquals", #""2026-02""#, ["2026-02-01"], true),
        .init("before 1970", "DateLessThan", #""1970-01-01""#, ["-0.5"], true),
        .init("a month has no 30 days of February", "DateLessThan", #""9999""#, ["2026-02-30"], false),
        .init("true", "Bool", #""true""#, ["true"], true),
        .init("booleans may stand without quotes", "Bool", "true", ["TRUE"], true),
        .init("false", "Bool", #""false""#, ["true"], false),
        .init("what is neither is not false", "Bool", #""false""#, ["0"], false),
        .init("bytes", "BinaryEquals", #""QmluYXJ5""#, ["QmluYXJ5"], true),
        .init("bytes", "BinaryEquals", #""QmluYXJ5""#, ["QmluYXJ6"], false),
        .init("what is no base64 matches nothing", "BinaryEquals", #""QmluYXJ5""#, ["QmluYXJ5="], false),
        .init("an address", "IpAddress", #""192.0.2.1""#, ["192.0.2.1"], true),
        .init("a network", "IpAddress", #""192.0.2.0/24""#, ["192.0.2.255"], true),
        .init("a network", "IpAddress", #""192.0.2.0/24""#, ["192.0.3.0"], false),
        .init("host bits mean nothing", "IpAddress", #""192.0.2.77/24""#, ["192.0.2.1"], true),
        .init("all of IPv4", "IpAddress", #""0.0.0.0/0""#, ["255.255.255.255"], true),
        .init("which IPv6 is not", "IpAddress", #""0.0.0.0/0""#, ["2001:db8::1"], false),
        .init("all of IPv6", "IpAddress", #""::/0""#, ["2001:db8::1"], true),
        .init("IPv6", "IpAddress", #""2001:DB8:1234:5678::/64""#, ["2001:db8:1234:5678:0:1:2:3"], true),
        .init("IPv6", "IpAddress", #""2001:db8:1234:5678::/64""#, ["2001:db8:1234:5679::"], false),
        .init("spellings of one address", "IpAddress", #""2001:db8:0:0:0:0:0:1""#, ["2001:db8::1"], true),
        .init("IPv4 inside IPv6 is IPv4", "IpAddress", #""10.0.0.0/8""#, ["::ffff:10.1.2.3"], true),
        .init("IPv4 inside IPv6 is IPv4", "IpAddress", #""::ffff:10.0.0.0/104""#, ["10.1.2.3"], true),
        .init("one of several networks", "IpAddress", #"["10.0.0.0/8","192.0.2.0/24"]"#, ["192.0.2.9"], true),
        .init("what is no address is in no network", "IpAddress", #""0.0.0.0/0""#, ["localhost"], false),
        .init("nor is one with leading zeros", "IpAddress", #""0.0.0.0/0""#, ["010.0.0.1"], false),
        .init("nor with two gaps", "IpAddress", #""::/0""#, ["1::2::3"], false),
        .init("nor with nine groups", "IpAddress", #""::/0""#, ["1:2:3:4:5:6:7:8:9"], false),
        .init(
            "outside of all networks",
            "NotIpAddress",
            #"["10.0.0.0/8","192.0.2.0/24"]"#,
            ["192.0.2.9"],
            false
        ),
        .init(
            "outside of all networks",
            "NotIpAddress",
            #"["10.0.0.0/8","192.0.2.0/24"]"#,
            ["198.51.100.1"],
            true
        ),
        .init("part by part", "ArnLike", #""arn:aws:iam::*:user/*""#, ["arn:aws:iam::1:user/a/b"], true),
        .init(
            "no wildcard over a colon",
            "ArnLike",
            #""arn:aws:iam:*:user/x:y""#,
            ["arn:aws:iam::1:user/x:y"],
            false
        ),
        .init("the last part has colons", "ArnLike", #""arn:aws:s3:::b/*""#, ["arn:aws:s3:::b/a:b"], true),
        .init("equals is like", "ArnEquals", #""arn:aws:iam::1:user/*""#, ["arn:aws:iam::1:user/a"], true),
        .init("case matters", "ArnEquals", #""arn:aws:iam::1:user/a""#, ["arn:aws:iam::1:user/A"], false),
        .init("what is no ARN is like none", "ArnLike", #""*""#, ["a:b"], false),
        .init("a star is like every ARN", "ArnLike", #""*""#, ["arn:aws:iam::1:root"], true),
        .init("unlike all", "ArnNotLike", #""arn:aws:iam::1:user/*""#, ["arn:aws:iam::1:user/a"], false),
        .init("unlike all", "ArnNotEquals", #""arn:aws:iam::1:user/*""#, ["arn:aws:iam::1:role/a"], true),
        .init("letters of operators do not matter", "stringequals", #""a""#, ["a"], true),
    ]

    @Test(arguments: comparisons) func anOperatorCompares(row: ConditionRow) throws {
        #expect(try isMet(row.condition, context(row.values)) == row.isMet)
    }

    static let absences: [ConditionRow] = [
        .init("a missing key does not match", "StringEquals", #""a""#, nil, false),
        .init("a missing key differs", "StringNotEquals", #""a""#, nil, true),
        .init("a key without values is missing", "StringEquals", #""a""#, [], false),
        .init("a key without values is missing", "StringNotEquals", #""a""#, [], true),
        .init("an empty value is a value", "StringNotEquals", #""""#, [""], false),
        .init("a missing key does not match", "StringLike", #""*""#, nil, false),
        .init("a missing key differs", "StringNotLike", #""*""#, nil, true),
        .init("a missing key does not match", "NumericLessThan", "10", nil, false),
        .init("a missing key differs", "NumericNotEquals", "10", nil, true),
        .init("a missing key does not match", "DateGreaterThan", "0", nil, false),
        .init("a missing key differs", "DateNotEquals", "86400", nil, true),
        .init("a missing key is not false", "Bool", "false", nil, false),
        .init("a missing key does not match", "BinaryEquals", #""QQ==""#, nil, false),
        .init("a missing key does not match", "IpAddress", #""0.0.0.0/0""#, nil, false),
        .init("a missing key differs", "NotIpAddress", #""0.0.0.0/0""#, nil, true),
        .init("a missing key does not match", "ArnLike", #""*""#, nil, false),
        .init("a missing key differs", "ArnNotLike", #""*""#, nil, true),
        .init("IfExists is met without the key", "StringEqualsIfExists", #""a""#, nil, true),
        .init("IfExists is met without the key", "StringNotEqualsIfExists", #""a""#, nil, true),
        .init("IfExists is met without the key", "BoolIfExists", "true", nil, true),
        .init("IfExists is met without the key", "IpAddressIfExists", #""10.0.0.0/8""#, nil, true),
        .init("IfExists compares a key that is there", "StringEqualsIfExists", #""a""#, ["b"], false),
        .init("IfExists compares a key that is there", "StringNotEqualsIfExists", #""a""#, ["a"], false),
        .init("IfExists compares a key that is there", "NumericLessThanIfExists", "10", ["9"], true),
        .init("Null true wants no key", "Null", "true", nil, true),
        .init("Null true wants no key", "Null", "true", ["a"], false),
        .init("Null true wants no value", "Null", "true", [], true),
        .init("Null false wants a value", "Null", #""false""#, nil, false),
        .init("Null false wants a value", "Null", #""false""#, ["a"], true),
    ]

    @Test(arguments: absences) func aKeyMayBeMissing(row: ConditionRow) throws {
        #expect(try isMet(row.condition, context(row.values)) == row.isMet)
    }

    static let sets: [ConditionRow] = [
        .init("any: one value matches", "ForAnyValue:StringEquals", #"["a","b"]"#, ["x", "b"], true),
        .init("any: no value matches", "ForAnyValue:StringEquals", #"["a","b"]"#, ["x", "y"], false),
        .init("any: no key, no value", "ForAnyValue:StringEquals", #"["a"]"#, nil, false),
        .init("any: no values, no value", "ForAnyValue:StringEquals", #"["a"]"#, [], false),
        .init(
            "any, negated: one value is outside",
            "ForAnyValue:StringNotEquals",
            #"["a","b"]"#,
            ["a", "x"],
            true
        ),
        .init(
            "any, negated: no value is outside",
            "ForAnyValue:StringNotEquals",
            #"["a","b"]"#,
            ["a", "b"],
            false
        ),
        .init("any, negated: no key, no value", "ForAnyValue:StringNotEquals", #"["a"]"#, nil, false),
        .init("any: IfExists changes nothing", "ForAnyValue:StringEqualsIfExists", #"["a"]"#, nil, false),
        .init("any: IfExists changes nothing", "ForAnyValue:StringNotEqualsIfExists", #"["a"]"#, nil, false),
        .init("any: wildcards", "ForAnyValue:StringLike", #"["team-*"]"#, ["x", "team-a"], true),
        .init("any: numbers", "ForAnyValue:NumericGreaterThan", "5", ["1", "6"], true),
        .init("any: networks", "ForAnyValue:IpAddress", #""10.0.0.0/8""#, ["192.0.2.1", "10.0.0.1"], true),
        .init("all: every value matches", "ForAllValues:StringEquals", #"["a","b"]"#, ["b", "a", "a"], true),
        .init(
            "all: one value does not match",
            "ForAllValues:StringEquals",
            #"["a","b"]"#,
            ["a", "x"],
            false
        ),
        .init("all: no key, all match", "ForAllValues:StringEquals", #"["a"]"#, nil, true),
        .init("all: no values, all match", "ForAllValues:StringEquals", #"["a"]"#, [], true),
        .init("all: empty texts are no values", "ForAllValues:StringEquals", #"["a"]"#, [""], true),
        .init(
            "all, negated: every value is outside",
            "ForAllValues:StringNotEquals",
            #"["a"]"#,
            ["x", "y"],
            true
        ),
        .init(
            "all, negated: one value is inside",
            "ForAllValues:StringNotEquals",
            #"["a"]"#,
            ["x", "a"],
            false
        ),
        .init("all, negated: no key, all outside", "ForAllValues:StringNotEquals", #"["a"]"#, nil, true),
        .init("all: IfExists changes nothing", "ForAllValues:StringEqualsIfExists", #"["a"]"#, ["x"], false),
        .init("all: wildcards", "ForAllValues:StringLike", #"["team-*","x"]"#, ["x", "team-a"], true),
        .init("several values without a set operator: some", "StringEquals", #""a""#, ["x", "a"], true),
        .init(
            "several values without a set operator, negated: none",
            "StringNotEquals",
            #""a""#,
            ["x", "a"],
            false
        ),
        .init(
            "several values without a set operator, negated: none",
            "StringNotEquals",
            #""a""#,
            ["x", "y"],
            true
        ),
    ]

    @Test(arguments: sets) func setOperatorsAskAboutManyValues(row: ConditionRow) throws {
        #expect(try isMet(row.condition, context(row.values)) == row.isMet)
    }

    /// A condition means the same under Deny wherever it is clear what it says.
    @Test(arguments: absences + sets) func aDenialHasTheSameConditions(row: ConditionRow) throws {
        #expect(try denies(row.condition, context(row.values)) == row.isMet)
    }

    @Test func everyLineOfAConditionMustHold() throws {
        let condition = #"{"StringEquals":{"aws:a":"1","aws:b":"2"},"Bool":{"aws:c":"true"}}"#
        #expect(try isMet(condition, FixedContext(["aws:a": ["1"], "aws:b": ["2"], "aws:c": ["true"]])))
        #expect(try !isMet(condition, FixedContext(["aws:a": ["1"], "aws:b": ["x"], "aws:c": ["true"]])))
        #expect(try !isMet(condition, FixedContext(["aws:a": ["1"], "aws:b": ["2"], "aws:c": ["false"]])))
        #expect(try !isMet(condition, FixedContext(["aws:a": ["1"], "aws:b": ["2"]])))
    }

    @Test func lettersOfKeysDoNotMatter() throws {
        let context = FixedContext(["aws:SourceIp": ["10.0.0.1"], "s3:ExistingObjectTag/Team": ["a"]])
        #expect(try isMet(#"{"IpAddress":{"AWS:sourceIP":"10.0.0.0/8"}}"#, context))
        #expect(try isMet(#"{"StringEquals":{"S3:existingobjecttag/TEAM":"a"}}"#, context))
    }

    /// What cannot be told lets nobody in: a negated operator fails an Allow and holds for a Deny.
    @Test(arguments: [
        (#"{"NotIpAddress":{"aws:Key":"10.0.0.0/8"}}"#, "no address"),
        (#"{"NumericNotEquals":{"aws:Key":"1"}}"#, "one"),
        (#"{"DateNotEquals":{"aws:Key":"86400"}}"#, "yesterday"),
        (#"{"ForAllValues:NotIpAddress":{"aws:Key":"10.0.0.0/8"}}"#, "no address"),
        (#"{"ForAnyValue:NotIpAddress":{"aws:Key":"10.0.0.0/8"}}"#, "no address"),
    ])
    func unreadableValuesNeverWidenAccess(condition: String, value: String) throws {
        #expect(try !isMet(condition, context([value])))
        #expect(try denies(condition, context([value])))
    }

    @Test func keysAreNotAskedForUnlessTheyMatter() throws {
        let document = try policy(
            statement("Allow", "s3:PutObject", condition: #"{"Bool":{"aws:a":"true"}}"#),
            statement(
                "Allow",
                "s3:GetObject",
                "arn:aws:s3:::other/*",
                condition: #"{"Bool":{"aws:b":"true"}}"#
            ),
            statement("Allow", "s3:GetObject")
        )
        #expect(allows(document, context: UntouchableContext()))
    }

    private func context(_ values: [String]?) -> FixedContext {
        values.map { FixedContext(["aws:Key": $0]) } ?? FixedContext([:])
    }
}

/// Fails the test when it is asked.
struct UntouchableContext: RequestContext {
    func values(of key: String) -> [String]? {
        Issue.record("asked for \(key)")
        return nil
    }
}
