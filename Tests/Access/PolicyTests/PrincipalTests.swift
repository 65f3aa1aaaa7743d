import Policy
import Testing

@Suite struct PrincipalTests {
    /// Whether a bucket policy with this principal alone lets the caller read.
    private func grants(_ principal: String, to caller: Caller, identity: Bool = false) throws -> Bool {
        try PolicyLayers(
            identityPolicies: identity ? [policy(statement("Allow", "s3:*"))] : [],
            bucketPolicy: bucketPolicy(
                statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*", principal: principal)
            ),
            bucketOwner: Callers.canonicalID
        ).decide(request(by: caller), in: EmptyContext()).isAllowed
    }

    private func denies(_ members: String, _ caller: Caller) throws -> Bool {
        let text = #"{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",\#(members)}"#
        return try !PolicyLayers(
            identityPolicies: [policy(statement("Allow", "s3:*"))],
            bucketPolicy: bucketPolicy(text),
            bucketOwner: Callers.canonicalID
        ).decide(request(by: caller), in: EmptyContext()).isAllowed
    }

    @Test(arguments: ["*", #"{"AWS":"*"}"#, #"{"AWS":["*"]}"#, #"{"AWS":["arn:aws:iam::9:user/x","*"]}"#])
    func aStarIsEverybodyAlsoUnsigned(principal: String) throws {
        #expect(try grants(principal, to: .anonymous))
        #expect(try grants(principal, to: Callers.alice))
        #expect(try grants(principal, to: Callers.stranger, identity: true))
        #expect(try !grants(principal, to: Callers.stranger))
    }

    @Test func aUserIsNamedByItsWholeARN() throws {
        let alice = #"{"AWS":["arn:aws:iam::111122223333:user/alice"]}"#
        #expect(try grants(alice, to: Callers.alice))
        #expect(try !grants(alice, to: .signed(Callers.user("Alice"))))
        #expect(try !grants(alice, to: .signed(Callers.user("alice2"))))
        #expect(
            try !grants(
                alice,
                to: .signed(Callers.user("alice", account: Callers.otherAccount)),
                identity: true
            )
        )
        #expect(try !grants(alice, to: .anonymous))
    }

    @Test func twoSpellingsOfOneLetterAreTwoUsers() throws {
        let composed = #"{"AWS":"arn:aws:iam::111122223333:user/\u00e9"}"#
        #expect(try grants(composed, to: .signed(Callers.user("\u{e9}"))))
        #expect(try !grants(composed, to: .signed(Callers.user("e\u{301}"))))
    }

    /// Naming the account leaves it to the account's own policies who in it may.
    @Test(arguments: [
        #"{"AWS":"111122223333"}"#, #"{"AWS":"arn:aws:iam::111122223333:root"}"#,
        #"{"CanonicalUser":"canonical-111122223333"}"#,
    ])
    func theBucketsOwnAccountIsNoGrantToItsUsers(principal: String) throws {
        #expect(try !grants(principal, to: Callers.alice))
        #expect(try grants(principal, to: Callers.alice, identity: true))
        #expect(try grants(principal, to: Callers.owner))
    }

    @Test(arguments: [
        #"{"AWS":"444455556666"}"#, #"{"AWS":"arn:aws:iam::444455556666:root"}"#,
        #"{"CanonicalUser":["x","canonical-444455556666"]}"#,
    ])
    func anotherAccountsUsersNeedTheirIdentityToo(principal: String) throws {
        #expect(try !grants(principal, to: Callers.stranger))
        #expect(try grants(principal, to: Callers.stranger, identity: true))
    }

    @Test(arguments: [#"{"Service":"cloudtrail.amazonaws.com"}"#, #"{"Federated":"accounts.google.com"}"#])
    func servicesAndFederationsAreNobodyHere(principal: String) throws {
        for caller in [Caller.anonymous, Callers.alice, Callers.stranger] {
            #expect(try !grants(principal, to: caller))
        }
    }

    @Test func aDenialToAnAccountIsToAllItsUsers() throws {
        let account = #""Principal":{"AWS":"111122223333"}"#
        #expect(try denies(account, Callers.alice))
        #expect(try denies(account, Callers.owner))
        #expect(try denies(account, .signed(Callers.user(session: "s1"))))
        let user = #""Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#
        #expect(try denies(user, Callers.alice))
        #expect(try denies(user, .signed(Callers.user(session: "s1"))))
        #expect(try !denies(user, .signed(Callers.user("bob"))))
        #expect(try !denies(user, Callers.owner))
    }

    @Test func aDenialToAllButAUserSparesThatUser() throws {
        let others = #""NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"}"#
        #expect(try !denies(others, Callers.alice))
        #expect(try !denies(others, .signed(Callers.user(session: "s1"))))
        #expect(try denies(others, .signed(Callers.user("bob"))))
        #expect(try denies(others, Callers.owner))
    }

    @Test func aDenialToAllButAnAccountSparesItsOwnerAndNotItsUsers() throws {
        let others = #""NotPrincipal":{"AWS":"111122223333"}"#
        #expect(try !denies(others, Callers.owner))
        #expect(try denies(others, Callers.alice))
    }

    @Test func aStoredGrantToAllButSomeLeavesThemOut() throws {
        let text = policyText(
            #"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","NotPrincipal":{"AWS":"111122223333"}}"#
        )
        let document = try PolicyDocument(parsing: text.utf8, as: .bucket("b"), from: .stored)
        let layers = PolicyLayers(bucketPolicy: document, bucketOwner: Callers.canonicalID)
        #expect(!layers.decide(request(), in: EmptyContext()).isAllowed)
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
        #expect(document.isPublic)
    }
}
