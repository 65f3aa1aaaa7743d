import S3API
import Testing

private let owner = Owner(id: "0a", displayName: "Alice")
private let other = Owner(id: "0b", displayName: "Bob")

private func parse(_ inside: String) throws(S3Error) -> AccessControlPolicy {
    try AccessControlPolicy(
        parsing: Array("<AccessControlPolicy>\(inside)</AccessControlPolicy>".utf8)
    )
}

private let start = "<Owner><ID>0a</ID></Owner><AccessControlList>"

private func grant(_ grantee: String, _ permission: String = "READ", type: String = "") -> String {
    "<Grant><Grantee\(type)>\(grantee)</Grantee><Permission>\(permission)</Permission></Grant>"
}

@Suite struct AccessControlPolicyTests {
    @Test func theXMLIsS3s() {
        let list = CannedACL.publicRead.policy(owner: owner, bucketOwner: nil)
        #expect(
            String(decoding: list.xml, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
                <Owner><ID>0a</ID><DisplayName>Alice</DisplayName></Owner><AccessControlList>\
                <Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">\
                <URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>\
                <Permission>READ</Permission></Grant>\
                <Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">\
                <ID>0a</ID><DisplayName>Alice</DisplayName></Grantee>\
                <Permission>FULL_CONTROL</Permission></Grant>\
                </AccessControlList></AccessControlPolicy>
                """
        )
    }

    @Test(arguments: CannedACL.allCases) func whatIsWrittenIsReadBack(canned: CannedACL) throws {
        let list = canned.policy(owner: owner, bucketOwner: other)
        #expect(try AccessControlPolicy(parsing: list.xml) == list)
        let publicOnes: Set<CannedACL> = [.publicRead, .publicReadWrite, .authenticatedRead]
        #expect(list.isPublic == publicOnes.contains(canned))
        #expect(list.isPrivate == (canned == .private))
    }

    @Test func theBucketOwnerIsNamedOnlyInAnothersObjects() {
        for canned in [CannedACL.bucketOwnerRead, .bucketOwnerFullControl] {
            #expect(canned.policy(owner: owner, bucketOwner: owner).isPrivate)
            #expect(canned.policy(owner: owner, bucketOwner: nil).isPrivate)
            #expect(canned.policy(owner: owner, bucketOwner: other).grants.count == 2)
        }
    }

    @Test(arguments: [
        "", "<Owner><ID>0a</ID></Owner>", "<AccessControlList/>", "<Owner/><AccessControlList/>",
        start + grant("<ID>1</ID>", "READ_ALL") + "</AccessControlList>",
        start + grant("<ID>1</ID>", "") + "</AccessControlList>",
        start + grant("") + "</AccessControlList>", start + grant("<ID/>") + "</AccessControlList>",
        start + grant("<ID>1</ID><EmailAddress>a@b</EmailAddress>") + "</AccessControlList>",
        start + "<Grant><Permission>READ</Permission></Grant></AccessControlList>",
        start + "<Grants/></AccessControlList>",
        start + grant("<ID>1</ID>", type: " xsi:type=\"Group\" xmlns:xsi=\"x\"") + "</AccessControlList>",
        start + String(repeating: grant("<ID>1</ID>"), count: 101) + "</AccessControlList>",
    ])
    func whatIsNoListIsRefused(inside: String) {
        let error = #expect(throws: S3Error.self) { try parse(inside) }
        #expect(error?.code == .malformedACL)
    }

    @Test func aListMayBeEmptyOrHaveAHundredGrants() throws {
        #expect(try parse(start + "</AccessControlList>").grants.isEmpty)
        let hundred = String(repeating: grant("<ID>1</ID>"), count: 100)
        #expect(try parse(start + hundred + "</AccessControlList>").grants.count == 100)
    }

    @Test func unknownGroupsAreNotTakenForOthers() {
        let uri = "<URI>http://acs.amazonaws.com/groups/global/AllUsers2</URI>"
        let error = #expect(throws: S3Error.self) { try parse(start + grant(uri) + "</AccessControlList>") }
        #expect(error?.code == .invalidArgument)
    }

    @Test func fullControlIncludesEverythingAndNothingElseIncludesMore() {
        for permission in AccessControlPolicy.Permission.allCases {
            for other in AccessControlPolicy.Permission.allCases {
                #expect(permission.includes(other) == (permission == other || permission == .fullControl))
            }
        }
    }
}

@Suite struct OwnershipControlsTests {
    @Test(arguments: ObjectOwnership.allCases) func controlsAreReadBack(ownership: ObjectOwnership) throws {
        #expect(try OwnershipControls(parsing: OwnershipControls(ownership).xml).objectOwnership == ownership)
        #expect(ownership.hasLists == (ownership != .bucketOwnerEnforced))
    }

    @Test(arguments: [
        "", "<Rule/>", "<Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule>",
        "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>",
    ])
    func onlyOneRuleIsTaken(inside: String) {
        let error = #expect(throws: S3Error.self) {
            try OwnershipControls(parsing: Array("<OwnershipControls>\(inside)</OwnershipControls>".utf8))
        }
        #expect(error?.code == .malformedXML)
    }
}

@Suite struct PublicAccessBlockConfigurationTests {
    private func parse(_ inside: String) throws(S3Error) -> PublicAccessBlockConfiguration {
        try PublicAccessBlockConfiguration(
            parsing: Array(
                "<PublicAccessBlockConfiguration>\(inside)</PublicAccessBlockConfiguration>".utf8
            )
        )
    }

    @Test(arguments: 0..<16) func everySwitchIsItsOwn(bits: Int) throws {
        let configuration = PublicAccessBlockConfiguration(
            blocksPublicACLs: bits & 1 != 0,
            ignoresPublicACLs: bits & 2 != 0,
            blocksPublicPolicy: bits & 4 != 0,
            restrictsPublicBuckets: bits & 8 != 0
        )
        #expect(try PublicAccessBlockConfiguration(parsing: configuration.xml) == configuration)
    }

    @Test func whatIsLeftOutIsOff() throws {
        #expect(try parse("") == PublicAccessBlockConfiguration())
        #expect(try parse("<IgnorePublicAcls> TRUE </IgnorePublicAcls>").ignoresPublicACLs)
    }

    @Test(arguments: [
        "<IgnorePublicAcls>yes</IgnorePublicAcls>", "<IgnorePublicACLs>true</IgnorePublicACLs>",
        "<IgnorePublicAcls>true</IgnorePublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>",
    ])
    func aSwitchThatIsNotClearIsRefused(inside: String) {
        let error = #expect(throws: S3Error.self) { try parse(inside) }
        #expect(error?.code == .malformedXML)
    }
}
