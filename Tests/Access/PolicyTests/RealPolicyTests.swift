import Base
import JSON
import Policy
import Testing

/// Policies of the shapes that the manuals teach.
@Suite struct RealPolicyTests {
    @Test func everybodyHasAHomeFolder() throws {
        let document = try policy(
            #"""
            {"Sid":"List","Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::homes"],
             "Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/*"]}}}
            """#,
            #"""
            {"Sid":"Files","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],
             "Resource":["arn:aws:s3:::homes/home/${aws:username}/*"]}
            """#
        )
        func context(_ prefix: String) -> FixedContext {
            FixedContext(["aws:username": ["alice"], "s3:prefix": [prefix]])
        }
        let bucket = PolicyResource.named("arn:aws:s3:::homes")
        for prefix in ["", "home/", "home/alice/", "home/alice/a/b"] {
            #expect(allows(document, "s3:ListBucket", bucket, context: context(prefix)), "\(prefix)")
        }
        for prefix in ["home", "home/bob/", "other"] {
            #expect(!allows(document, "s3:ListBucket", bucket, context: context(prefix)), "\(prefix)")
        }
        let own = PolicyResource.named("arn:aws:s3:::homes/home/alice/a")
        let others = PolicyResource.named("arn:aws:s3:::homes/home/bob/a")
        #expect(allows(document, "s3:PutObject", own, context: context("")))
        #expect(!allows(document, "s3:PutObject", others, context: context("")))
    }

    @Test func onlyEncryptedConnectionsAreServed() throws {
        let document = try bucketPolicy(
            statement(
                "Deny",
                "s3:*",
                #"["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#,
                principal: "*",
                condition: #"{"Bool":{"aws:SecureTransport":"false"}}"#
            )
        )
        let layers = PolicyLayers(bucketPolicy: document, bucketOwner: Callers.canonicalID)
        let asked = request(by: Callers.owner)
        #expect(layers.decide(asked, in: FixedContext(["aws:SecureTransport": ["true"]])).isAllowed)
        #expect(!layers.decide(asked, in: FixedContext(["aws:SecureTransport": ["false"]])).isAllowed)
    }

    @Test func uploadsMustGiveTheOwnerFullControl() throws {
        let document = try bucketPolicy(
            statement(
                "Allow",
                "s3:PutObject",
                "arn:aws:s3:::b/*",
                principal: #"{"AWS":"arn:aws:iam::444455556666:root"}"#,
                condition: #"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#
            )
        )
        let layers = try PolicyLayers(
            identityPolicies: [policy(statement("Allow", "s3:PutObject"))],
            bucketPolicy: document,
            bucketOwner: Callers.canonicalID
        )
        let asked = request("s3:PutObject", by: Callers.stranger)
        let full = FixedContext(["s3:x-amz-acl": ["bucket-owner-full-control"]])
        #expect(layers.decide(asked, in: full).isAllowed)
        #expect(!layers.decide(asked, in: EmptyContext()).isAllowed)
    }

    /// As a server writes what an anonymous download policy of its client became.
    @Test func downloadsForEverybody() throws {
        let text = #"""
            {"Statement":[{"Action":["s3:GetBucketLocation","s3:ListBucket"],"Effect":"Allow",
            "Principal":{"AWS":["*"]},"Resource":["arn:aws:s3:::b"]},{"Action":["s3:GetObject"],
            "Effect":"Allow","Principal":{"AWS":["*"]},"Resource":["arn:aws:s3:::b/*"]}],
            "Version":"2012-10-17"}
            """#
        let document = try PolicyDocument(parsing: text.utf8, as: .bucket("b"))
        #expect(document.isPublic)
        let layers = PolicyLayers(bucketPolicy: document, bucketOwner: Callers.canonicalID)
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
        #expect(!layers.decide(request("s3:PutObject", by: .anonymous), in: EmptyContext()).isAllowed)
    }

    @Test func oneStatementNeedsNoList() throws {
        let text = #"{"Version":"2012-10-17","Statement":\#(statement("Allow", "s3:GetObject"))}"#
        #expect(try allows(PolicyDocument(parsing: text.utf8, as: .identity)))
    }

    /// Whoever answers the keys learns beforehand which ones, to read an object's tags only when needed.
    @Test func aPolicyTellsWhichKeysItAsksFor() throws {
        let document = try policy(
            statement("Allow", "s3:*", "arn:aws:s3:::b/${aws:UserName}/${jwt:sub, 'x'}"),
            statement(
                "Deny",
                "s3:*",
                condition: #"""
                    {"StringLike":{"s3:ExistingObjectTag/Team":"${ldap:username}*"},
                     "ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:x}:*"},"Null":{"aws:y":"true"}}
                    """#
            )
        )
        #expect(
            document.contextKeys == [
                "aws:username", "jwt:sub", "s3:existingobjecttag/team", "ldap:username", "aws:principalarn",
                "aws:x",
                "aws:y",
            ]
        )
        #expect(document.asksForKey(withPrefix: "s3:existingobjecttag/"))
        #expect(!document.asksForKey(withPrefix: "s3:requestobjecttag/"))
    }

    @Test func aBucketPolicyTellsWhomItNames() throws {
        let document = try bucketPolicy(
            statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: "*"),
            statement(
                "Allow",
                "s3:*",
                "arn:aws:s3:::b/*",
                principal: #"{"AWS":["arn:aws:iam::1:user/a","arn:aws:iam::2:root"],"CanonicalUser":"c"}"#
            )
        )
        #expect(document.namedPrincipals == ["2", "arn:aws:iam::1:user/a", "c"])
    }

    // Encoding.

    static let texts = [
        policyText(
            statement("Allow", "s3:GetObject", sid: "A"),
            statement("Deny", #"["s3:Put*","s3:Delete*"]"#)
        ),
        policyText(statement("Allow", "admin:*", nil)),
        #"{"Id":"my policy","Statement":{"Effect":"Deny","NotAction":"s3:*","NotResource":["*"]}}"#,
        policyText(
            statement(
                "Allow",
                "s3:*",
                "arn:aws:s3:::b/${aws:username}/*",
                condition:
                    #"{"Bool":{"aws:a":true},"NumericLessThan":{"s3:max-keys":[10,"20"],"aws:b":1.50}}"#
            )
        ),
    ]

    @Test(arguments: texts) func theCanonicalTextIsStableAndMeansTheSame(text: String) throws {
        let document = try PolicyDocument(parsing: text.utf8, as: .identity)
        let again = try PolicyDocument(parsing: document.canonicalText, as: .identity)
        #expect(again.canonicalText == document.canonicalText)
        #expect(again.statementCount == document.statementCount)
        #expect(document.source == Array(text.utf8))
    }

    @Test func theCanonicalTextHasOneOrderAndLists() throws {
        let text = #"""
            { "Statement" : { "Resource" : "arn:aws:s3:::b/*", "Principal" : {"CanonicalUser":"c","AWS":["111122223333","*"]},
            "Action" : "s3:GetObject", "Sid" : "S", "Effect" : "Allow",
            "Condition" : { "StringLike" : { "s3:prefix" : "a" } } }, "ID" : "x", "Version" : "2008-10-17" }
            """#
        let document = try PolicyDocument(parsing: text.utf8, as: .bucket("b"))
        #expect(
            String(decoding: document.canonicalText, as: UTF8.self)
                == #"{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"S","Effect":"Allow","#
                + #""Principal":{"AWS":["*","arn:aws:iam::111122223333:root"],"CanonicalUser":["c"]},"#
                + #""Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"],"#
                + #""Condition":{"StringLike":{"s3:prefix":["a"]}}}]}"#
        )
    }

    @Test func mergingIsTheUnionOfStatements() throws {
        let merged = try PolicyDocument.merged(
            [
                policy(statement("Allow", "s3:GetObject", sid: "A")),
                policy(statement("Allow", "s3:*"), version: "2008-10-17"),
                policy(statement("Deny", "s3:PutObject")),
            ],
            as: .identity
        )
        #expect(merged.statementCount == 3)
        #expect(merged.version == .v2012)
        #expect(merged.sid(ofStatement: 0) == "A")
        #expect(allows(merged, "s3:DeleteObject"))
        #expect(!allows(merged, "s3:PutObject"))
        #expect(try PolicyDocument(parsing: merged.source, as: .identity).statementCount == 3)
        #expect(PolicyDocument.merged([], as: .identity).isEmpty)
    }

    // Canned policies.

    @Test(arguments: [
        (
            CannedPolicy.readonly, ["s3:GetObject", "s3:GetBucketLocation"],
            ["s3:ListBucket", "s3:PutObject"]
        ),
        (.readwrite, ["s3:GetObject", "s3:PutBucketPolicy", "s3:ListAllMyBuckets"], ["kms:CreateKey"]),
        (.writeonly, ["s3:PutObject"], ["s3:GetObject", "s3:DeleteObject"]),
        (.diagnostics, [], ["s3:GetObject"]),
        (.consoleAdmin, ["s3:GetObject", "s3:DeleteBucket"], []),
    ])
    func cannedPoliciesGrant(canned: CannedPolicy, granted: [String], refused: [String]) {
        for action in granted { #expect(allows(canned.document, action), "\(action)") }
        for action in refused { #expect(!allows(canned.document, action), "\(action)") }
    }

    @Test func cannedPoliciesGrantAdministration() {
        for action in ["admin:ServerInfo", "admin:TopLocksInfo", "admin:Prometheus", "admin:OBDInfo"] {
            #expect(allows(CannedPolicy.diagnostics.document, action, .server))
            #expect(!allows(CannedPolicy.readwrite.document, action, .server))
        }
        #expect(!allows(CannedPolicy.diagnostics.document, "admin:CreateUser", .server))
        for action in ["admin:CreateUser", "kms:CreateKey"] {
            #expect(allows(CannedPolicy.consoleAdmin.document, action, .server))
        }
        #expect(allows(CannedPolicy.consoleAdmin.document, "kms:CreateKey", .named("arn:minio:kms:::key")))
    }

    @Test func cannedPoliciesHaveTheirTexts() {
        func text(_ policy: CannedPolicy) -> String {
            String(decoding: policy.document.source, as: UTF8.self)
        }
        #expect(
            text(.consoleAdmin)
                == #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["admin:*"]},"#
                + #"{"Effect":"Allow","Action":["kms:*"]},"#
                + #"{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]}]}"#
        )
        #expect(
            text(.readonly)
                == #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#
                + #""Action":["s3:GetBucketLocation","s3:GetObject"],"Resource":["arn:aws:s3:::*"]}]}"#
        )
        #expect(
            CannedPolicy.allCases.map(\.rawValue).sorted() == [
                "consoleAdmin", "diagnostics", "readonly", "readwrite", "writeonly",
            ]
        )
    }

    // Mutated texts.

    private static let fuzzedTexts: [String] =
        texts + [
            policyText(
                #"{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","arn:aws:iam::1:user/a"],"Service":"s"},"Action":["s3:Get*"],"Resource":["arn:aws:s3:::b/*${aws:username, 'it''s'}"],"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:x":["*a*b","${*}"]},"DateLessThan":{"aws:CurrentTime":"2026-02-12T08:49:37.5+01:00"},"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/${aws:username}"},"BinaryEquals":{"aws:k":"QQ=="},"Null":{"aws:n":true}}}"#
            )
        ]

    /// Whatever is done to a policy's text, reading it ends in a policy or in a reason, and a policy can be
    /// asked, written and read again.
    @Test(arguments: 0..<16 as Range<UInt64>) func mutatedPoliciesAreReadOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let context = FixedContext([
            "aws:username": ["al*ce"], "aws:x": ["xaxb", ""], "aws:SourceIp": ["10.1.1.1"],
            "aws:CurrentTime": ["2026-01-01T00:00:00Z"], "aws:PrincipalArn": ["arn:aws:iam::1:user/a"],
        ])
        let vocabulary = Self.fuzzedTexts.joined().split { !$0.isLetter }.map { Array($0.utf8) }
        for _ in 0..<100 {
            var text = Array((Self.fuzzedTexts.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                mutate(&text, vocabulary, using: &generator)
            }
            for kind in [PolicyKind.identity, .session, .bucket("b")] {
                for origin in [PolicyOrigin.submitted, .stored] {
                    guard let document = read(text, kind, origin) else { continue }
                    let layers = PolicyLayers(
                        identityPolicies: [document],
                        sessionPolicies: [document],
                        bucketPolicy: document,
                        bucketOwner: Callers.canonicalID
                    )
                    for caller in [Caller.anonymous, Callers.alice, Callers.stranger] {
                        let decision = layers.decide(request(by: caller), in: context)
                        #expect(!layers.reason(for: decision).isEmpty)
                        _ = layers.decide(
                            AccessRequest(
                                PolicyAction("s3:DeleteObject"),
                                on: .objectsNamedLater(bucketARN: "arn:aws:s3:::b"),
                                by: caller
                            ),
                            in: context
                        )
                    }
                    let again = try PolicyDocument(
                        parsing: document.canonicalText,
                        as: kind,
                        from: .stored,
                        sizeMax: 1 << 20
                    )
                    #expect(again.canonicalText == document.canonicalText)
                }
            }
        }
    }

    private func read(_ text: [UInt8], _ kind: PolicyKind, _ origin: PolicyOrigin) -> PolicyDocument? {
        do {
            return try PolicyDocument(parsing: text, as: kind, from: origin)
        } catch {
            #expect(!error.description.isEmpty)
            return nil
        }
    }

    private func mutate(
        _ text: inout [UInt8],
        _ vocabulary: [[UInt8]],
        using generator: inout SeededGenerator
    ) {
        guard !text.isEmpty else { return }
        let start = Int.random(in: 0..<text.count, using: &generator)
        let end = min(text.count, start + Int.random(in: 1...12, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: text[start] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.removeSubrange(start..<end)
        case 2:
            text.insert(contentsOf: text[start..<end], at: Int.random(in: 0...text.count, using: &generator))
        case 3: text.replaceSubrange(start..<end, with: vocabulary.randomElement(using: &generator) ?? [])
        case 4:
            let letters = Array(#"{}[]",:*?${}'\0."#.utf8)
            text.insert(letters.randomElement(using: &generator) ?? 0, at: start)
        default: text.swapAt(start, Int.random(in: 0..<text.count, using: &generator))
        }
    }
}
