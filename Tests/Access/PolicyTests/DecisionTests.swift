import Policy
import Testing

/// What one layer says, for the truth tables.
enum Says: String, CaseIterable, Sendable {
    case nothing
    case allow
    case deny
}

@Suite struct DecisionTests {
    private static func identity(_ says: Says) throws -> [PolicyDocument] {
        switch says {
        case .nothing: []
        case .allow: [try policy(statement("Allow", "s3:GetObject"))]
        case .deny: [try policy(statement("Allow", "s3:*"), statement("Deny", "s3:GetObject"))]
        }
    }

    private static func session(_ says: Says) throws -> [PolicyDocument] {
        switch says {
        case .nothing: [try policy(statement("Allow", "s3:PutObject"), as: .session)]
        case .allow: [try policy(statement("Allow", "s3:GetObject"), as: .session)]
        case .deny: [try policy(statement("Allow", "s3:*"), statement("Deny", "s3:GetObject"), as: .session)]
        }
    }

    private static func bucket(_ says: Says, principal: String) throws -> PolicyDocument? {
        let resource = "arn:aws:s3:::b/*"
        switch says {
        case .nothing: return nil
        case .allow:
            return try bucketPolicy(statement("Allow", "s3:GetObject", resource, principal: principal))
        case .deny:
            return try bucketPolicy(
                statement("Allow", "s3:*", resource, principal: principal),
                statement("Deny", "s3:GetObject", resource, principal: principal)
            )
        }
    }

    private static let user = #"{"AWS":"arn:aws:iam::111122223333:user/alice"}"#
    private static let stranger = #"{"AWS":"arn:aws:iam::444455556666:user/mallory"}"#

    /// Same account: a Deny anywhere wins; else the session (where there is one) and one of identity,
    /// bucket policy and ACL must allow.
    @Test(arguments: Says.allCases, Says.allCases)
    func inOneAccountEitherSideGrants(identity: Says, bucket: Says) throws {
        for session in [nil] + Says.allCases.map(Optional.some) {
            for acl in [PolicyLayers.ACLGrant.none, .toPublic, .toCaller] {
                let layers = try PolicyLayers(
                    identityPolicies: Self.identity(identity),
                    sessionPolicies: session.map(Self.session) ?? [],
                    bucketPolicy: Self.bucket(bucket, principal: Self.user),
                    aclGrant: acl,
                    bucketOwner: Callers.canonicalID
                )
                let isDenied = identity == .deny || bucket == .deny || session == .deny
                // A grant to the own account's id leaves it to that account's policies.
                let isGranted = identity == .allow || bucket == .allow || acl == .toPublic
                let isInSession = session == nil || session == .allow
                #expect(
                    layers.decide(request(), in: EmptyContext()).isAllowed
                        == (!isDenied && isGranted && isInSession),
                    "session \(String(describing: session)), ACL \(acl)"
                )
            }
        }
    }

    /// Across accounts: a Deny anywhere wins; else session and identity must allow, and the bucket's policy or
    /// ACL too.
    @Test(arguments: Says.allCases, Says.allCases)
    func acrossAccountsBothSidesMustGrant(identity: Says, bucket: Says) throws {
        for session in [nil] + Says.allCases.map(Optional.some) {
            for acl in [PolicyLayers.ACLGrant.none, .toPublic, .toCaller] {
                let layers = try PolicyLayers(
                    identityPolicies: Self.identity(identity),
                    sessionPolicies: session.map(Self.session) ?? [],
                    bucketPolicy: Self.bucket(bucket, principal: Self.stranger),
                    aclGrant: acl,
                    bucketOwner: Callers.canonicalID
                )
                let isDenied = identity == .deny || bucket == .deny || session == .deny
                let isInSession = session == nil || session == .allow
                let isGranted = identity == .allow && isInSession && (bucket == .allow || acl != .none)
                #expect(
                    layers.decide(request(by: Callers.stranger), in: EmptyContext()).isAllowed
                        == (!isDenied && isGranted),
                    "session \(String(describing: session)), ACL \(acl)"
                )
            }
        }
    }

    /// Unsigned: the bucket's policy for everybody, or an ACL; no other layer.
    @Test(arguments: Says.allCases, [PolicyLayers.ACLGrant.none, .toPublic])
    func unsignedCallersNeedTheBucket(bucket: Says, acl: PolicyLayers.ACLGrant) throws {
        let layers = try PolicyLayers(
            bucketPolicy: Self.bucket(bucket, principal: "*"),
            aclGrant: acl,
            bucketOwner: Callers.canonicalID
        )
        let isAllowed = bucket != .deny && (bucket == .allow || acl == .toPublic)
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed == isAllowed)
    }

    /// An object of another account than its bucket's. Its owner's side is identity and session; for everybody else the
    /// object's list and their own side; a Deny of the bucket policy counts, its Allow does not.
    @Test(arguments: Says.allCases, Says.allCases)
    func anObjectOfAnotherAccountIsNotTheBucketOwnersToGive(identity: Says, bucket: Says) throws {
        for session in [nil] + Says.allCases.map(Optional.some) {
            for acl in [PolicyLayers.ACLGrant.none, .toPublic, .toCaller] {
                let layers = try PolicyLayers(
                    identityPolicies: Self.identity(identity),
                    sessionPolicies: session.map(Self.session) ?? [],
                    bucketPolicy: Self.bucket(bucket, principal: "*"),
                    aclGrant: acl,
                    bucketOwner: Callers.canonicalID,
                    objectOwner: Callers.otherCanonicalID
                )
                let isDenied = identity == .deny || bucket == .deny || session == .deny
                let isInSession = session == nil || session == .allow
                func allowed(_ caller: Caller) -> Bool {
                    layers.decide(request(by: caller), in: EmptyContext()).isAllowed
                }
                // A user of the object's account.
                let isGrantedAtHome = identity == .allow || acl == .toPublic
                #expect(allowed(Callers.stranger) == (!isDenied && isInSession && isGrantedAtHome))
                // A user of the bucket's account is as strange to the object as one of a third account.
                let isGrantedAbroad = identity == .allow && acl != .none
                let third = Caller.signed(Callers.user("carol", account: "777788889999"))
                for caller in [Callers.alice, third] {
                    #expect(allowed(caller) == (!isDenied && isInSession && isGrantedAbroad))
                }
                // And so is its owner, who needs no policy of the own account's.
                #expect(allowed(Callers.owner) == (!isDenied && isInSession && acl != .none))
            }
        }
    }

    @Test(arguments: Says.allCases, [PolicyLayers.ACLGrant.none, .toPublic])
    func unsignedCallersNeedTheListOfAnObjectOfAnotherAccount(
        bucket: Says,
        acl: PolicyLayers.ACLGrant
    ) throws {
        var layers = try PolicyLayers(
            bucketPolicy: Self.bucket(bucket, principal: "*"),
            aclGrant: acl,
            bucketOwner: Callers.canonicalID,
            objectOwner: Callers.otherCanonicalID
        )
        let isAllowed = bucket != .deny && acl == .toPublic
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed == isAllowed)
        layers.publicAccessBlock.ignoresPublicACLs = true
        #expect(!layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
    }

    /// With the bucket's owner as the object's, nothing is different from an object without one.
    @Test(arguments: Says.allCases, Says.allCases)
    func anObjectOfTheBucketsAccountIsAsOneWithoutOwner(identity: Says, bucket: Says) throws {
        for acl in [PolicyLayers.ACLGrant.none, .toPublic, .toCaller] {
            var layers = try PolicyLayers(
                identityPolicies: Self.identity(identity),
                bucketPolicy: Self.bucket(bucket, principal: "*"),
                aclGrant: acl,
                bucketOwner: Callers.canonicalID
            )
            for caller in [Callers.alice, Callers.owner, Callers.stranger, .anonymous] {
                layers.objectOwner = nil
                let without = layers.decide(request(by: caller), in: EmptyContext())
                layers.objectOwner = Callers.canonicalID
                #expect(layers.decide(request(by: caller), in: EmptyContext()) == without)
            }
        }
    }

    @Test func aUsersPolicyInABucketDoesNotServeTheUnsigned() throws {
        let layers = try PolicyLayers(
            bucketPolicy: Self.bucket(.allow, principal: Self.user),
            bucketOwner: Callers.canonicalID
        )
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()) == .denied(.notGrantedByBucket))
    }

    @Test func nobodyMayAnythingByDefault() {
        let layers = PolicyLayers(bucketOwner: Callers.canonicalID)
        #expect(layers.decide(request(), in: EmptyContext()) == .denied(.notGranted))
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()) == .denied(.notGrantedByBucket))
        #expect(
            layers.decide(request(by: Callers.stranger), in: EmptyContext()) == .denied(.notGrantedByBucket)
        )
        #expect(layers.decide(request(by: Callers.owner), in: EmptyContext()) == .allowed(.accountOwner))
    }

    // The account's owner.

    @Test func theOwnerIsBoundByABucketPolicysDeny() throws {
        let layers = try PolicyLayers(
            bucketPolicy: Self.bucket(.deny, principal: "*"),
            bucketOwner: Callers.canonicalID
        )
        let decision = layers.decide(request(by: Callers.owner), in: EmptyContext())
        #expect(decision == .denied(.statement(.init(.bucketPolicy, 1))))
    }

    @Test(arguments: [
        ("s3:GetBucketPolicy", true), ("s3:PutBucketPolicy", true), ("s3:DeleteBucketPolicy", true),
        ("s3:GetBucketPolicyStatus", false), ("s3:DeleteBucket", false), ("s3:ListBucket", false),
    ])
    func theOwnerCanAlwaysMendABucketPolicy(action: String, isAllowed: Bool) throws {
        let locked = try bucketPolicy(
            statement("Deny", "s3:*", #"["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#, principal: "*")
        )
        let asked = request(action, on: "arn:aws:s3:::b", by: Callers.owner)
        var layers = PolicyLayers(bucketPolicy: locked, bucketOwner: Callers.canonicalID)
        #expect(layers.decide(asked, in: EmptyContext()).isAllowed == isAllowed)
        // Nobody else can: no user, no session of the owner, no owner of another account.
        let everything = try policy(statement("Allow", "s3:*"))
        let user = request(action, on: "arn:aws:s3:::b")
        layers.identityPolicies = [everything]
        #expect(!layers.decide(user, in: EmptyContext()).isAllowed)
        layers.sessionPolicies = [try policy(statement("Allow", "s3:*"), as: .session)]
        #expect(!layers.decide(asked, in: EmptyContext()).isAllowed)
        layers.sessionPolicies = []
        layers.bucketOwner = Callers.otherCanonicalID
        #expect(!layers.decide(asked, in: EmptyContext()).isAllowed)
    }

    @Test func theOwnerOfAnotherAccountNeedsTheBucketToo() throws {
        let asked = request(by: Callers.owner)
        var layers = PolicyLayers(bucketOwner: Callers.otherCanonicalID)
        #expect(layers.decide(asked, in: EmptyContext()) == .denied(.notGrantedByBucket))
        layers.bucketPolicy = try Self.bucket(
            .allow,
            principal: #"{"AWS":"arn:aws:iam::111122223333:root"}"#
        )
        #expect(layers.decide(asked, in: EmptyContext()) == .allowed(.accountOwner))
    }

    @Test func anOwnersServiceAccountIsNarrowedByItsPolicy() throws {
        let layers = try PolicyLayers(sessionPolicies: Self.session(.allow), bucketOwner: Callers.canonicalID)
        #expect(layers.decide(request(by: Callers.owner), in: EmptyContext()).isAllowed)
        #expect(
            layers.decide(request("s3:PutObject", by: Callers.owner), in: EmptyContext())
                == .denied(.notGrantedBySession(0))
        )
    }

    // Sessions.

    @Test func everySessionPolicyNarrows() throws {
        let layers = try PolicyLayers(
            identityPolicies: [policy(statement("Allow", "s3:*"))],
            sessionPolicies: [
                policy(statement("Allow", #"["s3:GetObject","s3:PutObject"]"#), as: .session),
                policy(statement("Allow", #"["s3:GetObject","s3:DeleteObject"]"#), as: .session),
            ]
        )
        #expect(layers.decide(request("s3:GetObject"), in: EmptyContext()).isAllowed)
        #expect(
            layers.decide(request("s3:PutObject"), in: EmptyContext()) == .denied(.notGrantedBySession(1))
        )
        #expect(
            layers.decide(request("s3:DeleteObject"), in: EmptyContext()) == .denied(.notGrantedBySession(0))
        )
    }

    /// A grant to the user is narrowed by the session's policy; one to the session itself is not.
    @Test func aGrantToTheSessionItselfIsNotNarrowed() throws {
        let caller = Callers.user(session: "s1")
        let asked = request(by: .signed(caller))
        let toSession = #"{"AWS":"arn:aws:sts::111122223333:assumed-role/alice/s1"}"#
        var layers = try PolicyLayers(
            sessionPolicies: Self.session(.nothing),
            bucketPolicy: Self.bucket(.allow, principal: toSession),
            bucketOwner: Callers.canonicalID
        )
        #expect(layers.decide(asked, in: EmptyContext()) == .allowed(.statement(.init(.bucketPolicy, 0))))
        layers.bucketPolicy = try Self.bucket(.allow, principal: Self.user)
        #expect(layers.decide(asked, in: EmptyContext()) == .denied(.notGrantedBySession(0)))
        layers.bucketPolicy = try Self.bucket(.allow, principal: "*")
        #expect(layers.decide(asked, in: EmptyContext()) == .denied(.notGrantedBySession(0)))
        // Another session of the same user is another principal.
        layers.bucketPolicy = try Self.bucket(
            .allow,
            principal: #"{"AWS":"arn:aws:sts::111122223333:assumed-role/alice/s2"}"#
        )
        #expect(layers.decide(asked, in: EmptyContext()) == .denied(.notGranted))
        // Its own Deny binds it all the same.
        layers.bucketPolicy = try Self.bucket(.allow, principal: toSession)
        layers.sessionPolicies = try Self.session(.deny)
        #expect(!layers.decide(asked, in: EmptyContext()).isAllowed)
    }

    @Test func aSessionIsItsUser() throws {
        let layers = try PolicyLayers(
            bucketPolicy: Self.bucket(.allow, principal: Self.user),
            bucketOwner: Callers.canonicalID
        )
        #expect(
            layers.decide(request(by: .signed(Callers.user(session: "s1"))), in: EmptyContext()).isAllowed
        )
    }

    // The public access block.

    @Test func ignoredPublicACLsGrantNothing() throws {
        var layers = PolicyLayers(aclGrant: .toPublic, bucketOwner: Callers.canonicalID)
        layers.publicAccessBlock.ignoresPublicACLs = true
        #expect(!layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
        #expect(!layers.decide(request(), in: EmptyContext()).isAllowed)
        // A grant to an account by its id is not public.
        layers.aclGrant = .toCaller
        layers.identityPolicies = try Self.identity(.allow)
        #expect(layers.decide(request(by: Callers.stranger), in: EmptyContext()).isAllowed)
    }

    @Test func aRestrictedPublicBucketServesItsAccountOnly() throws {
        var layers = try PolicyLayers(
            identityPolicies: Self.identity(.allow),
            bucketPolicy: Self.bucket(.allow, principal: "*"),
            bucketOwner: Callers.canonicalID
        )
        #expect(layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
        #expect(layers.decide(request(by: Callers.stranger), in: EmptyContext()).isAllowed)
        layers.publicAccessBlock.restrictsPublicBuckets = true
        #expect(!layers.decide(request(by: .anonymous), in: EmptyContext()).isAllowed)
        #expect(!layers.decide(request(by: Callers.stranger), in: EmptyContext()).isAllowed)
        layers.identityPolicies = []
        #expect(layers.decide(request(), in: EmptyContext()).isAllowed)
        // A policy that is not public is not concerned.
        layers.identityPolicies = try Self.identity(.allow)
        layers.bucketPolicy = try Self.bucket(.allow, principal: Self.stranger)
        #expect(layers.decide(request(by: Callers.stranger), in: EmptyContext()).isAllowed)
    }

    @Test func aRestrictedBucketPolicyStillDenies() throws {
        let layers = try PolicyLayers(
            identityPolicies: Self.identity(.allow),
            bucketPolicy: Self.bucket(.deny, principal: "*"),
            publicAccessBlock: .init(restrictsPublicBuckets: true),
            bucketOwner: Callers.canonicalID
        )
        #expect(!layers.decide(request(), in: EmptyContext()).isAllowed)
    }

    // Actions everybody may.

    @Test func anActionGrantedByDefaultNeedsNoPolicyButCanBeDenied() throws {
        let asked = AccessRequest(
            PolicyAction("admin:CreateServiceAccount"),
            on: .server,
            by: Callers.alice,
            isGrantedByDefault: true
        )
        #expect(PolicyLayers().decide(asked, in: EmptyContext()) == .allowed(.byDefault))
        let denial = try policy(statement("Deny", "admin:CreateServiceAccount", nil))
        #expect(
            PolicyLayers(identityPolicies: [denial]).decide(asked, in: EmptyContext())
                == .denied(.statement(.init(.identity(0), 0)))
        )
        let unsigned = AccessRequest(asked.action, on: .server, by: .anonymous, isGrantedByDefault: true)
        #expect(!PolicyLayers().decide(unsigned, in: EmptyContext()).isAllowed)
    }

    // What decided.

    @Test func theDecidingStatementIsNamed() throws {
        let layers = try PolicyLayers(
            identityPolicies: [
                policy(statement("Allow", "s3:PutObject")),
                policy(
                    statement("Allow", "s3:ListBucket"),
                    statement("Allow", "s3:GetObject", sid: "Readers"),
                    statement("Deny", "s3:DeleteObject")
                ),
            ],
            bucketPolicy: bucketPolicy(
                statement("Deny", "s3:PutObject", "arn:aws:s3:::b/*", principal: "*", sid: "ReadOnly")
            ),
            bucketOwner: Callers.canonicalID
        )
        func reason(_ action: String) -> String {
            layers.reason(for: layers.decide(request(action), in: EmptyContext()))
        }
        #expect(reason("s3:GetObject") == #"identity policy 2, statement 2 (Sid "Readers")"#)
        #expect(reason("s3:DeleteObject") == "identity policy 2, statement 3")
        #expect(reason("s3:PutObject") == #"bucket policy, statement 1 (Sid "ReadOnly")"#)
        #expect(reason("s3:GetObjectAcl") == "no policy grants it")
        #expect(layers.reason(for: .allowed(.accountOwner)) == "the account's owner")
        #expect(layers.reason(for: .denied(.notGrantedBySession(1))) == "session policy 2 does not grant it")
    }
}
