import Policy
import Testing

@Suite struct ActionTests {
    @Test(arguments: [
        ("s3:GetObject", "s3:GetObject", true), ("S3:getobject", "s3:GetObject", true),
        ("s3:GetObject", "s3:GetObjectAcl", false), ("s3:Get*", "s3:GetObjectAcl", true),
        ("s3:GetObject?cl", "s3:GetObjectAcl", true), ("s3:*", "admin:ServerInfo", false),
        ("*", "s3:PutObject", true), ("s3:*", "s3:ListAllMyBuckets", true),
        ("s3:*object*", "s3:PutObjectAcl", true),
        // Actions that no table has are names like others.
        ("s3:Brand*", "s3:BrandNewAction", true), ("s3:brandnewaction", "s3:BrandNewAction", true),
        ("s3:*", "s3:BrandNewAction", true), ("s3:Other", "s3:BrandNewAction", false),
    ])
    func actionsMatchInAnyCase(pattern: String, action: String, isMatch: Bool) throws {
        #expect(try allows(policy(statement("Allow", pattern)), action) == isMatch)
        let inverse = try policy(#"{"Effect":"Allow","NotAction":"\#(pattern)","Resource":"*"}"#)
        #expect(allows(inverse, action) == !isMatch)
    }

    @Test func aLaterStatementCanAllowAndAnEarlierOneDeny() throws {
        let document = try policy(
            statement("Deny", #"["s3:DeleteObject","s3:Put*"]"#),
            statement("Allow", "s3:*")
        )
        #expect(allows(document, "s3:GetObject"))
        #expect(!allows(document, "s3:PutObject"))
        #expect(!allows(document, "s3:DeleteObject"))
    }

    /// MinIO: who may read versions may read objects.
    @Test func readingVersionsImpliesReadingForUsers() throws {
        #expect(try allows(policy(statement("Allow", "s3:GetObjectVersion")), "s3:GetObject"))
        #expect(try !allows(policy(statement("Allow", "s3:GetObjectVersionT*")), "s3:GetObject"))
        let layers = try PolicyLayers(
            bucketPolicy: bucketPolicy(
                statement("Allow", "s3:GetObjectVersion", "arn:aws:s3:::b/*", principal: "*")
            ),
            bucketOwner: Callers.canonicalID
        )
        #expect(!layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
    }

    @Test(arguments: [
        "s3:GetObject", "s3:GetBucketCORS", "s3:PutBucketPublicAccessBlock", "s3:BypassGovernanceRetention",
        "s3:ListBucketVersions", "s3:ForceDeleteBucket", "admin:ServerInfo", "admin:CreateServiceAccount",
        "sts:AssumeRole", "kms:KeyStatus", "S3:GETOBJECT",
    ])
    func namesOfTheReferencesAreKnown(name: String) { #expect(PolicyAction(name).isKnown) }

    @Test(arguments: ["s3:GetObjects", "GetObject", "s3:", "", "admin:Everything", "s3:*"])
    func otherNamesAreNot(name: String) { #expect(!PolicyAction(name).isKnown) }

    @Test func everyKnownNameMatchesItself() throws {
        for name in PolicyAction.knownNames {
            let document = try policy(statement("Allow", name))
            #expect(allows(document, name, .named("x")), "\(name)")
            #expect(!allows(document, "s3:NoSuchAction", .named("x")), "\(name)")
        }
    }
}
