import JSON
import Policy
import Testing

private let first = PolicyError.Place.statement(number: 1, sid: nil)

@Suite struct MalformedPolicyTests {
    static let documents: [(String, PolicyError)] = [
        ("", .notJSON(.unexpectedEnd)),
        ("{", .notJSON(.unexpectedEnd)),
        ("policy", .notJSON(.unexpectedByte(UInt8(ascii: "p"), offset: 0))),
        ("[]", .invalidType(element: "The document", expected: "a JSON object", .document)),
        ("{}", .missingElement("Statement", .document)),
        (#"{"Version":"2012-10-17"}"#, .missingElement("Statement", .document)),
        (#"{"Version":"2020-01-01","Statement":[]}"#, .unsupportedVersion("2020-01-01")),
        (#"{"Version":7,"Statement":[]}"#, .invalidType(element: "Version", expected: "a string", .document)),
        (#"{"Id":7,"Statement":[]}"#, .invalidType(element: "Id", expected: "a string", .document)),
        (#"{"Statement":"s"}"#, .invalidType(element: "Statement", expected: "a list of objects", .document)),
        (#"{"Statement":[7]}"#, .invalidType(element: "Statement", expected: "an object", first)),
        (#"{"Statement":[],"Statements":[]}"#, .unknownElement("Statements", .document)),
        (
            #"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#,
            .duplicateElement("Version", .document)
        ),
        (#"{"Statement":[{"Effect":"Deny","\u0045ffect":"Allow"}]}"#, .duplicateElement("Effect", .document)),
        (
            #"{"Statement":[{"Condition":{"Bool":{"aws:a":"true"} , "Bool" : {}}}]}"#,
            .duplicateElement("Bool", .document)
        ),
        (#"{"Statement":[{}]}"#, .missingElement("Effect", first)),
        (
            #"{"Statement":[{"Effect":"allow","Action":"s3:*","Resource":"*"}]}"#,
            .invalidEffect("allow", first)
        ),
        (#"{"Statement":[{"Effect":"Allow","Resource":"*"}]}"#, .missingElement("Action", first)),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}]}"#,
            .exclusiveElements("Action", "NotAction", first)
        ),
        (#"{"Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}"#, .missingElement("Action", first)),
        (#"{"Statement":[{"Effect":"Allow","Action":"","Resource":"*"}]}"#, .emptyElement("Action", first)),
        (
            #"{"Statement":[{"Effect":"Allow","Action":[1],"Resource":"*"}]}"#,
            .invalidType(element: "Action", expected: "a string or a list of strings", first)
        ),
        (#"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#, .missingElement("Resource", first)),
        (
            #"{"Statement":[{"Effect":"Allow","Action":["admin:*","s3:*"]}]}"#,
            .missingElement("Resource", first)
        ),
        (#"{"Statement":[{"Effect":"Allow","Action":"*"}]}"#, .missingElement("Resource", first)),
        (#"{"Statement":[{"Effect":"Allow","NotAction":"admin:*"}]}"#, .missingElement("Resource", first)),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*"}]}"#,
            .exclusiveElements("Resource", "NotResource", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"bucket/*"}]}"#,
            .invalidResource("bucket/*", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}"#,
            .misplacedElement("Principal", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","NotPrincipal":"*"}]}"#,
            .misplacedElement("NotPrincipal", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Conditions":{}}]}"#,
            .unknownElement("Conditions", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":[1]}]}"#,
            .invalidType(element: "Condition", expected: "an object of operators", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Equals":{}}}]}"#,
            .unknownOperator("Equals", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{}}}]}"#,
            .unknownOperator("NullIfExists", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":"true"}}]}"#,
            .invalidType(element: "Condition Bool", expected: "an object of keys and values", first)
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:a":{}}}}]}"#,
            .invalidType(element: "Condition Bool aws:a", expected: "a value or a list of values", first)
        ),
        (
            #"{"Statement":[{"Sid":"Second"},{"Sid":"x"}]}"#,
            .missingElement("Effect", .statement(number: 1, sid: "Second"))
        ),
    ]

    @Test(arguments: documents) func aMistakeIsNamed(text: String, error: PolicyError) {
        #expect(throws: error) { try PolicyDocument(parsing: text.utf8, as: .identity) }
    }

    static let conditions: [(operatorName: String, value: String, expected: String)] = [
        ("NumericEquals", "ten", "a number"), ("NumericEquals", "", "a number"),
        ("NumericEquals", "0x10", "a number"),
        ("NumericEquals", "nan", "a number"), ("NumericEquals", "1e999", "a number"),
        ("DateLessThan", "tomorrow", "a date such as 2026-02-12T08:49:37Z or epoch seconds"),
        ("DateLessThan", "2026-02-30", "a date such as 2026-02-12T08:49:37Z or epoch seconds"),
        ("DateLessThan", "2026-02-12T08:49:37", "a date such as 2026-02-12T08:49:37Z or epoch seconds"),
        ("Bool", "yes", "true or false"), ("Null", "", "true or false"), ("BinaryEquals", "?", "base64"),
        ("IpAddress", "10.0.0.0/33", "an IP address or a network such as 192.0.2.0/24"),
        ("IpAddress", "::/129", "an IP address or a network such as 192.0.2.0/24"),
        ("IpAddress", "10.0.0.0/", "an IP address or a network such as 192.0.2.0/24"),
        ("IpAddress", "10.0.0/8", "an IP address or a network such as 192.0.2.0/24"),
        ("IpAddress", "1.2.3.4/8/8", "an IP address or a network such as 192.0.2.0/24"),
        ("ArnLike", "arn:aws:iam::1", "an ARN with six parts"),
        ("StringLike", "${", "text with whole variables (${key} or ${key, 'default'})"),
    ]

    @Test(arguments: conditions)
    func aValueThatItsOperatorCannotCompareIsNamed(operatorName: String, value: String, expected: String) {
        let error = PolicyError.invalidConditionValue(
            value,
            operator: operatorName,
            key: "aws:x",
            expected: expected,
            first
        )
        #expect(throws: error) {
            try policy(statement("Allow", "s3:*", condition: #"{"\#(operatorName)":{"aws:x":"\#(value)"}}"#))
        }
    }

    // Buckets.

    static let bucketPolicies: [(String, PolicyError)] = [
        (statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*"), .missingElement("Principal", first)),
        (
            statement("Allow", "s3:GetObject", "arn:aws:s3:::c/*", principal: "*"),
            .resourceOutsideBucket("arn:aws:s3:::c/*", bucket: "b", first)
        ),
        (
            statement("Allow", "s3:*", #"["arn:aws:s3:::b/*","arn:aws:s3:::bb"]"#, principal: "*"),
            .resourceOutsideBucket("arn:aws:s3:::bb", bucket: "b", first)
        ),
        (
            statement("Allow", "s3:GetObject", "b/*", principal: "*"), .invalidResource("b/*", first)
        ),
        (
            statement("Allow", "s3:GetObject", "arn:aws:s3:::b", principal: "*"),
            .inapplicableAction("s3:GetObject", first)
        ),
        (
            statement("Allow", "s3:ListBucket", "arn:aws:s3:::b/*", principal: "*"),
            .inapplicableAction("s3:ListBucket", first)
        ),
        (
            statement("Allow", #"["s3:*","s3:PutBucket*"]"#, "arn:aws:s3:::b/*", principal: "*"),
            .inapplicableAction("s3:PutBucket*", first)
        ),
        (
            statement("Allow", "s3:ListAllMyBuckets", "arn:aws:s3:::b", principal: "*"),
            .inapplicableAction("s3:ListAllMyBuckets", first)
        ),
        (
            statement("Allow", "s3:GetObjects", "arn:aws:s3:::b/*", principal: "*"),
            .unknownAction("s3:GetObjects", first)
        ),
        (
            statement("Allow", "s3:Read*", "arn:aws:s3:::b/*", principal: "*"),
            .unknownAction("s3:Read*", first)
        ),
        (statement("Allow", "admin:*", "arn:aws:s3:::b/*", principal: "*"), .unknownAction("admin:*", first)),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: "alice"),
            .invalidPrincipal("alice", first)
        ),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: #"{"AWS":"alice"}"#),
            .invalidPrincipal("alice", first)
        ),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: #"{"AWS":"arn:aws:iam::1:user/*"}"#),
            .invalidPrincipal("arn:aws:iam::1:user/*", first)
        ),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: #"{"AWS":"arn:aws:iam::1:group/g"}"#),
            .invalidPrincipal("arn:aws:iam::1:group/g", first)
        ),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: #"{"User":"x"}"#),
            .unknownElement("User", first)
        ),
        (statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: "{}"), .emptyElement("Principal", first)),
        (
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: #"{"AWS":[]}"#),
            .emptyElement("Principal AWS", first)
        ),
        (
            #"{"Effect":"Allow","NotPrincipal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#,
            .allowWithNotPrincipal(first)
        ),
        (
            #"{"Effect":"Deny","Principal":"*","NotPrincipal":"*","Action":"s3:*","Resource":"*"}"#,
            .exclusiveElements("Principal", "NotPrincipal", first)
        ),
        (
            statement(
                "Deny",
                "s3:*",
                "arn:aws:s3:::b/*",
                principal: "*",
                condition: #"{"Bool":{"aws:SecureTransprot":"false"}}"#
            ),
            .unknownConditionKey("aws:SecureTransprot", first)
        ),
        (
            #"{"effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#,
            .unknownElement("effect", first)
        ),
    ]

    @Test(arguments: bucketPolicies) func aBucketRefusesIt(text: String, error: PolicyError) {
        #expect(throws: error) { try bucketPolicy(text) }
    }

    @Test func aBucketPolicyWithoutStatementsIsRefused() {
        #expect(throws: PolicyError.emptyElement("Statement", .document)) {
            try PolicyDocument(parsing: #"{"Statement":[]}"#.utf8, as: .bucket("b"))
        }
    }

    @Test func variablesInABucketsResourcesMayBecomeAnything() throws {
        _ = try bucketPolicy(
            statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", principal: "*")
        )
        _ = try bucketPolicy(statement("Allow", "s3:ListBucket", "arn:aws:s3:::*", principal: "*"))
        #expect(throws: PolicyError.self) {
            try bucketPolicy(
                statement("Allow", "s3:GetObject", "arn:aws:s3:::c/${aws:username}", principal: "*")
            )
        }
    }

    // Sizes.

    @Test(arguments: [
        (PolicyKind.session, 2048), (.bucket("b"), 20 << 10), (.identity, 256 << 10),
    ])
    func eachKindHasALargestSize(kind: PolicyKind, sizeMax: Int) throws {
        let text =
            kind == .bucket("b")
            ? policyText(statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*", principal: "*"))
            : policyText(statement("Allow", "s3:*"))
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: sizeMax - text.utf8.count)
        _ = try PolicyDocument(parsing: Array(text.utf8) + padding, as: kind)
        #expect(throws: PolicyError.tooLarge(size: sizeMax + 1, sizeMax: sizeMax)) {
            try PolicyDocument(parsing: Array(text.utf8) + padding + [0x20], as: kind)
        }
    }

    @Test func theLargestSizeCanBeSet() throws {
        let text = policyText(statement("Allow", "s3:*"))
        _ = try PolicyDocument(parsing: text.utf8, as: .session, sizeMax: text.utf8.count)
        #expect(throws: PolicyError.tooLarge(size: text.utf8.count, sizeMax: 10)) {
            try PolicyDocument(parsing: text.utf8, as: .session, sizeMax: 10)
        }
    }

    @Test(arguments: [17, 10_000]) func deepNestingIsRefused(depth: Int) {
        let text = String(repeating: #"{"Statement":["#, count: depth)
        #expect(throws: PolicyError.notJSON(.tooDeep(depthMax: 16))) {
            try PolicyDocument(parsing: text.utf8, as: .identity)
        }
    }

    // What users read.

    @Test(arguments: [
        (
            PolicyError.inapplicableAction("s3:ListBucket", .statement(number: 2, sid: "Listing")),
            #"Statement 2 (Sid "Listing"): action "s3:ListBucket" does not apply to any resource in the "#
                + #"statement; actions on buckets need "arn:aws:s3:::BUCKET", actions on objects "#
                + #""arn:aws:s3:::BUCKET/KEY"."#
        ),
        (
            .resourceOutsideBucket("arn:aws:s3:::c", bucket: "b", first),
            #"Statement 1: resource "arn:aws:s3:::c" is outside of bucket "b"; it must begin with "arn:aws:s3:::b"."#
        ),
        (.tooLarge(size: 3000, sizeMax: 2048), "The policy has 3000 bytes; at most 2048 are allowed."),
        (
            .notJSON(.unexpectedByte(UInt8(ascii: "}"), offset: 12)),
            "The policy is not valid JSON: unexpected '}' at offset 12."
        ),
        (.missingElement("Principal", first), "Statement 1: required element Principal is missing."),
        (
            .invalidConditionValue(
                "10.0.0.0/33",
                operator: "IpAddress",
                key: "aws:SourceIp",
                expected: "an IP",
                first
            ),
            #"Statement 1: IpAddress compares "aws:SourceIp" with "10.0.0.0/33", which is not an IP."#
        ),
    ])
    func theReasonSaysWhereAndWhatIsRight(error: PolicyError, text: String) {
        #expect(error.description == text)
    }

    // What was stored once.

    @Test func aStoredPolicyIsReadAsFarAsItCanBe() throws {
        let text = #"""
            {"ID":"x","version":"","STATEMENT":[{"sid":"","effect":"Allow","action":["s3:NoSuchAction"],
            "Resource":["arn:aws:s3:::other"],"Principal":{"AWS":["*"]},"Extra":1,
            "Condition":{"StringEquals":{"s3:nothing-known":["a"]}}}],"Comment":null}
            """#
        let document = try PolicyDocument(parsing: text.utf8, as: .bucket("b"), from: .stored)
        #expect(document.statementCount == 1)
        #expect(document.id == "x")
        #expect(throws: PolicyError.self) { try PolicyDocument(parsing: text.utf8, as: .bucket("b")) }
        let empty = try PolicyDocument(
            parsing: #"{"Version":"","Statement":null}"#.utf8,
            as: .identity,
            from: .stored
        )
        #expect(empty.isEmpty)
    }

    /// RustFS writes the elements a statement has not as empty ones, and gives its clients the same text.
    @Test(arguments: [PolicyOrigin.submitted, .stored])
    func emptyElementsOfAUsersPolicyAreNone(origin: PolicyOrigin) throws {
        let text = policyText(
            #"{"Sid":"","Effect":"Allow","Action":["s3:*"],"NotAction":[],"Resource":["*"],"NotResource":[],"Condition":{}}"#,
            #"{"Sid":"","Effect":"Allow","Action":["admin:*"],"NotAction":[],"Resource":[],"NotResource":null}"#
        )
        let document = try PolicyDocument(parsing: text.utf8, as: .identity, from: origin)
        #expect(allows(document))
        #expect(allows(document, "admin:Heal", .server))
        #expect(
            String(decoding: document.canonicalText, as: UTF8.self)
                == policyText(
                    #"{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}"#,
                    #"{"Effect":"Allow","Action":["admin:*"]}"#
                )
        )
    }

    @Test func emptyElementsOfABucketsPolicyAreRefused() {
        #expect(throws: PolicyError.exclusiveElements("Action", "NotAction", first)) {
            try bucketPolicy(
                #"{"Effect":"Allow","Principal":"*","Action":["s3:*"],"NotAction":[],"Resource":["arn:aws:s3:::b/*"]}"#
            )
        }
        #expect(throws: PolicyError.emptyElement("Action", first)) {
            try bucketPolicy(
                #"{"Effect":"Allow","Principal":"*","Action":[],"Resource":["arn:aws:s3:::b/*"]}"#
            )
        }
    }

    @Test func starsAloneAreFineInABucketsPolicy() throws {
        let document = try bucketPolicy(statement("Allow", "*", "*", principal: "*"))
        let layers = PolicyLayers(bucketPolicy: document, bucketOwner: Callers.canonicalID)
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
    }

    @Test func twoSpellingsOfOneElementAreRefused() {
        #expect(throws: PolicyError.duplicateElement("Effect", first)) {
            try policy(#"{"Effect":"Deny","effect":"Allow","Action":"s3:*","Resource":"*"}"#)
        }
    }
}
