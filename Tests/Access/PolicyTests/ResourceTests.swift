import Policy
import Testing

@Suite struct ResourceTests {
    @Test(arguments: [
        ("*", "arn:aws:s3:::b/k", true), ("arn:aws:s3:::*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k", true), ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b2/k", false), ("arn:aws:s3:::b/a?", "arn:aws:s3:::b/ab", true),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/k", false), ("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::*/k", "arn:aws:s3:::b/a/k", true), ("arn:aws:s3:::b/k", "arn:aws:s3:::b/*", false),
    ])
    func objectsMatchTheirPatterns(pattern: String, resource: String, isMatch: Bool) throws {
        let document = try policy(statement("Allow", "s3:GetObject", pattern))
        #expect(allows(document, "s3:GetObject", .named(resource)) == isMatch)
        let inverse = try policy(#"{"Effect":"Allow","Action":"s3:*","NotResource":"\#(pattern)"}"#)
        #expect(allows(inverse, "s3:GetObject", .named(resource)) == !isMatch)
    }

    /// MinIO lets a user with `s3:*` on `b/*` list b too, and many policies are written that way. In a bucket's
    /// own policy S3's meaning holds.
    @Test func aUsersObjectPatternCoversTheBucket() throws {
        let objects = "arn:aws:s3:::b/*"
        let list = PolicyResource.named("arn:aws:s3:::b")
        #expect(try allows(policy(statement("Allow", "s3:*", objects)), "s3:ListBucket", list))
        #expect(try !allows(policy(statement("Allow", "s3:*", "arn:aws:s3:::b/a*")), "s3:ListBucket", list))
        #expect(try !allows(policy(statement("Allow", "s3:*", "arn:aws:s3:::b?")), "s3:ListBucket", list))
        #expect(
            try !allows(
                policy(statement("Allow", "s3:*", objects)),
                "s3:ListBucket",
                .named("arn:aws:s3:::bc")
            )
        )
        #expect(
            try !allows(
                policy(statement("Allow", "s3:*"), statement("Deny", "s3:*", objects)),
                "s3:ListBucket",
                list
            )
        )
        let layers = try PolicyLayers(
            bucketPolicy: bucketPolicy(statement("Allow", "s3:*", objects, principal: "*")),
            bucketOwner: Callers.canonicalID
        )
        let asked = request("s3:ListBucket", on: "arn:aws:s3:::b", by: .anonymous)
        #expect(!layers.decide(asked, in: EmptyContext()).isAllowed)
    }

    // Objects that the body names.

    private func decides(_ statements: [String], _ context: FixedContext = FixedContext([:])) throws -> Bool {
        let text = #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
        return try allows(
            PolicyDocument(parsing: text.utf8, as: .identity),
            "s3:DeleteObject",
            .objectsNamedLater(bucketARN: "arn:aws:s3:::b"),
            context: context
        )
    }

    @Test(arguments: [
        ("*", true), ("arn:aws:s3:::b/*", true), ("arn:aws:s3:::b/a/*", true), ("arn:aws:s3:::*/x", true),
        ("arn:aws:s3:::b/exactly-one", true), ("arn:aws:s3:::b", false), ("arn:aws:s3:::c/*", false),
        ("arn:aws:s3:::bb/*", false),
    ])
    func aGrantForSomeKeyLetsTheBodyBeRead(pattern: String, isAllowed: Bool) throws {
        #expect(try decides([statement("Allow", "s3:DeleteObject", pattern)]) == isAllowed)
    }

    @Test(arguments: [
        ("*", true), ("arn:aws:s3:::b/*", true), ("arn:aws:s3:::b*", true), ("arn:aws:s3:::b/a/*", false),
        ("arn:aws:s3:::b/a", false), ("arn:aws:s3:::b", false), ("arn:aws:s3:::c/*", false),
    ])
    func onlyADenialOfEveryKeyDenies(pattern: String, isDenied: Bool) throws {
        let all = statement("Allow", "s3:*")
        #expect(try decides([all, statement("Deny", "s3:DeleteObject", pattern)]) == !isDenied)
    }

    @Test func exceptionsAreSeenFromTheOtherSide() throws {
        let all = statement("Allow", "s3:*")
        func except(_ effect: String, _ pattern: String) -> String {
            #"{"Effect":"\#(effect)","Action":"s3:*","NotResource":"\#(pattern)"}"#
        }
        #expect(try decides([except("Allow", "arn:aws:s3:::b/a/*")]))
        #expect(try !decides([except("Allow", "arn:aws:s3:::b/*")]))
        #expect(try decides([all, except("Deny", "arn:aws:s3:::b/a/*")]))
        #expect(try !decides([all, except("Deny", "arn:aws:s3:::c/*")]))
    }

    /// A tag or version of an object nobody has named yet is neither there nor absent.
    @Test func conditionsOnTheObjectWaitForIt() throws {
        let all = statement("Allow", "s3:*")
        let tagged = #"{"StringEquals":{"s3:ExistingObjectTag/team":"red"}}"#
        let untagged = #"{"StringNotEquals":{"s3:ExistingObjectTag/team":"red"}}"#
        let version = #"{"Null":{"s3:VersionId":"true"}}"#
        #expect(try decides([statement("Allow", "s3:DeleteObject", condition: tagged)]))
        #expect(try decides([all, statement("Deny", "s3:DeleteObject", condition: untagged)]))
        #expect(try decides([all, statement("Deny", "s3:DeleteObject", condition: version)]))
        let secure = #"{"Bool":{"aws:SecureTransport":"false"}}"#
        let plain = FixedContext(["aws:SecureTransport": ["false"]])
        #expect(try !decides([all, statement("Deny", "s3:DeleteObject", condition: secure)], plain))
        let both =
            #"{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"s3:ExistingObjectTag/team":"red"}}"#
        #expect(try decides([all, statement("Deny", "s3:DeleteObject", condition: both)], plain))
        #expect(try !decides([statement("Allow", "s3:DeleteObject", condition: both)]))
    }

    // Every object that begins alike.

    private func writesEverywhere(_ statements: [String], below prefix: String = "a") throws -> Bool {
        let text = #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
        return try allows(
            PolicyDocument(parsing: text.utf8, as: .identity),
            "s3:PutObject",
            .everyObject(prefixARN: "arn:aws:s3:::b/\(prefix)")
        )
    }

    @Test(arguments: [
        ("*", true), ("arn:aws:s3:::b/*", true), ("arn:aws:s3:::b/a*", true), ("arn:aws:s3:::*", true),
        ("arn:aws:s3:::b/a", false), ("arn:aws:s3:::b/aa*", false), ("arn:aws:s3:::b/a?", false),
        ("arn:aws:s3:::b/a/*", false), ("arn:aws:s3:::b/*x", false), ("arn:aws:s3:::b", false),
        ("arn:aws:s3:::c/*", false),
    ])
    func allThatBeginAlikeNeedAGrantForEachOfThem(pattern: String, isAllowed: Bool) throws {
        #expect(try writesEverywhere([statement("Allow", "s3:PutObject", pattern)]) == isAllowed)
    }

    @Test(arguments: [
        ("*", true), ("arn:aws:s3:::b/*", true), ("arn:aws:s3:::b/a*", true), ("arn:aws:s3:::b/a2026*", true),
        ("arn:aws:s3:::b/*.exe", true), ("arn:aws:s3:::b/a/secret", true), ("arn:aws:s3:::b/a", false),
        ("arn:aws:s3:::b/b*", false), ("arn:aws:s3:::c/*", false),
    ])
    func aDenialOfOneThatBeginsAlikeDenies(pattern: String, isDenied: Bool) throws {
        let all = statement("Allow", "s3:*")
        #expect(try writesEverywhere([all, statement("Deny", "s3:PutObject", pattern)]) == !isDenied)
    }

    @Test func exceptionsAmongThoseThatBeginAlikeCount() throws {
        let all = statement("Allow", "s3:*")
        func except(_ effect: String, _ pattern: String) -> String {
            #"{"Effect":"\#(effect)","Action":"s3:*","NotResource":"\#(pattern)"}"#
        }
        #expect(try writesEverywhere([except("Allow", "arn:aws:s3:::b/b*")]))
        #expect(try !writesEverywhere([except("Allow", "arn:aws:s3:::b/a/x")]))
        #expect(try writesEverywhere([all, except("Deny", "arn:aws:s3:::b/*")]))
        #expect(try !writesEverywhere([all, except("Deny", "arn:aws:s3:::b/a/*")]))
        #expect(try writesEverywhere([statement("Allow", "s3:*", "arn:aws:s3:::b/*")], below: ""))
    }

    // The server.

    @Test(
        arguments: [
            // Naming the service, the resource does not matter, as the diagnostics policy has it.
            ("admin:ServerInfo", nil, true), ("admin:*", nil, true),
            ("admin:Server*", "arn:aws:s3:::*", true),
            ("admin:*", "arn:aws:s3:::b/*", true), ("admin:Heal", nil, false),
            // A wildcard that happens to cover it needs every resource.
            ("*", "*", true), ("*", "arn:aws:s3:::*", true), ("*", "arn:aws:s3:::b/*", false),
            ("s3:*", "*", false),
            ("a*", "arn:aws:s3:::b", false),
            // Also when another action of the statement names the service.
            (#"["admin:Heal","*"]"#, "arn:aws:s3:::b/*", false),
            (#"["admin:S*","*"]"#, "arn:aws:s3:::b/*", true),
        ] as [(String, String?, Bool)]
    )
    func administrationIsNoBucketsMatter(action: String, resource: String?, isAllowed: Bool) throws {
        let document = try policy(statement("Allow", action, resource))
        #expect(allows(document, "admin:ServerInfo", .server) == isAllowed)
    }

    @Test func aDenialOfABucketDeniesNoAdministration() throws {
        let document = try policy(
            statement("Allow", "admin:*", nil),
            statement("Deny", "*", "arn:aws:s3:::secret/*")
        )
        #expect(allows(document, "admin:ServerInfo", .server))
    }

    @Test func keysHaveNames() throws {
        let one = try policy(statement("Allow", "kms:CreateKey", "arn:minio:kms:::team-*"))
        #expect(allows(one, "kms:CreateKey", .named("arn:minio:kms:::team-a")))
        #expect(!allows(one, "kms:CreateKey", .named("arn:minio:kms:::other")))
        #expect(
            try allows(policy(statement("Allow", "kms:*", nil)), "kms:CreateKey", .named("arn:minio:kms:::x"))
        )
    }
}
