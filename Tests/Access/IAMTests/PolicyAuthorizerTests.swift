import Base
import IAM
import JSON
import Policy
import Telemetry
import Testing

private struct Buckets: BucketPolicySource {
    var buckets: [String: BucketAccess] = [:]
    func access(toBucket bucket: String) -> BucketAccess? { buckets[bucket] }
}

@Suite struct PolicyAuthorizerTests {
    private static let other = Account(id: "123456789012", canonicalID: "c0ffee", displayName: "Other")

    private func policy(_ text: [UInt8], _ kind: PolicyKind = .identity) throws -> PolicyDocument {
        try PolicyDocument(parsing: text, as: kind)
    }

    private func user(
        _ policies: [[UInt8]] = [],
        session: [UInt8]? = nil,
        account: Account = .server,
        unreadable: [String] = []
    ) throws -> Identity {
        .signed(
            SignedIdentity(
                accessKey: "alice",
                kind: .user,
                account: account,
                policies: try policies.map { IdentityPolicy(name: "own", document: try policy($0)) },
                sessionPolicies: try session.map { [try policy($0, .session)] } ?? [],
                unreadable: unreadable
            )
        )
    }

    private func bucketPolicy(_ effect: String, principal: String) throws -> PolicyDocument {
        let text =
            #"{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"\#(effect)","Principal":\#(principal),"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]}]}"#
        return try policy(Array(text.utf8), .bucket("b"))
    }

    private let read = Rights(Right(.getObject, on: .object(bucket: "b", key: "k")))

    private func decide(
        _ identity: Identity,
        _ rights: Rights? = nil,
        _ access: BucketAccess? = BucketAccess(ownerID: Account.server.canonicalID)
    ) async -> Decision {
        let buckets = Buckets(buckets: access.map { ["b": $0] } ?? [:])
        return await PolicyAuthorizer(buckets: buckets).decide(
            rights ?? read,
            for: identity,
            in: EmptyContext()
        )
    }

    @Test func whoHasNoPolicyMayNothing() async throws {
        #expect(await decide(try user()) == .denied(read.first, .notGranted))
        #expect(await decide(.anonymous) == .denied(read.first, .notGrantedByBucket))
    }

    @Test func everyRightIsAskedForAndTheMissingOneNamed() async throws {
        let alice = try user([policyText("Allow", "s3:GetObject")])
        let write = Right(.putObject, on: .object(bucket: "b", key: "k"))
        let both = Rights(read.first, write)
        #expect(await decide(alice) == .allowed([.statement(.identity(policy: "own"), number: 1, sid: nil)]))
        #expect(await decide(alice, both) == .denied(write, .notGranted))
    }

    @Test func whoeverHasTheNameHasNoSayInMakingABucket() async throws {
        let create = Rights(Right(.createBucket, on: .bucket("b")))
        let maker = try user([policyText("Allow", "s3:CreateBucket")], account: Self.other)
        let grant = Decision.allowed([.statement(.identity(policy: "own"), number: 1, sid: nil)])
        #expect(await decide(maker, create, nil) == grant)
        #expect(await decide(maker, create) == grant)
        #expect(
            await decide(
                maker,
                create,
                BucketAccess(ownerID: Account.server.canonicalID, policy: .unreadable)
            ) == grant
        )
        let everything =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}]}"#
        let open = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try policy(Array(everything.utf8), .bucket("b")))
        )
        #expect(await decide(.anonymous, create, open) == .denied(create.first, .notGrantedByBucket))
    }

    private func decide(
        _ identity: Identity,
        _ right: Right,
        _ access: BucketAccess,
        _ object: ObjectAccess?
    ) async -> Bool {
        await PolicyAuthorizer(buckets: Buckets(buckets: ["b": access])).decide(
            Rights(right),
            for: identity,
            in: EmptyContext(),
            object: object
        ).isAllowed
    }

    /// Beside each row: whose the object is, what its list grants, and who may read it.
    @Test func anObjectsOwnerAndListCountInsteadOfItsBuckets() async throws {
        let bucket = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try bucketPolicy("Allow", principal: "\"*\""))
        )
        let root = Identity.root(accessKey: "root")
        let other = try user([policyText("Allow", "s3:GetObject")], account: Self.other)
        let (server, foreign) = (Account.server.canonicalID, Self.other.canonicalID)
        for (owner, grant, byRoot, byOther, unsigned) in [
            (server, .none, true, true, true), (foreign, .none, false, true, false),
            (foreign, .toCaller, true, true, false), (foreign, .toPublic, true, true, true),
            ("gone", .none, false, false, false), ("gone", .toPublic, true, true, true),
        ] as [(String, PolicyLayers.ACLGrant, Bool, Bool, Bool)] {
            let object = ObjectAccess(ownerID: owner, aclGrant: grant)
            #expect(await decide(root, read.first, bucket, object) == byRoot)
            #expect(await decide(other, read.first, bucket, object) == byOther)
            // Nobody unsigned is granted anything by an id.
            let unsignedGrant = grant == .toCaller ? PolicyLayers.ACLGrant.none : grant
            let asUnsigned = ObjectAccess(ownerID: owner, aclGrant: unsignedGrant)
            #expect(await decide(.anonymous, read.first, bucket, asUnsigned) == unsigned)
        }
    }

    /// The list that a write brings along is the writer's to give, by the own account's policies; the bucket's policy may
    /// deny it and cannot grant it to nobody.
    @Test func whatARequestMakesIsItsMakersToGive() async throws {
        let right = Right(.putObjectAcl, on: .object(bucket: "b", key: "k"), isOfCreation: true)
        let bucket = BucketAccess(ownerID: Account.server.canonicalID)
        let allowed = [policyText("Allow", "s3:PutObjectAcl")]
        #expect(await decide(try user(allowed, account: Self.other), right, bucket, nil))
        #expect(await !decide(try user(account: Self.other), right, bucket, nil))
        #expect(await decide(try user(allowed), right, bucket, nil))
        #expect(await !decide(try user(), right, bucket, nil))
        #expect(await !decide(.anonymous, right, bucket, nil))
        let text =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObjectAcl","Resource":"arn:aws:s3:::b/*"}]}"#
        let denying = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try policy(Array(text.utf8), .bucket("b")))
        )
        #expect(await !decide(try user(allowed, account: Self.other), right, denying, nil))
        // A bucket that is not there yet has neither owner nor policy.
        let make = Right(.putBucketAcl, on: .bucket("b"), isOfCreation: true)
        let maker = try user([policyText("Allow", "s3:PutBucketAcl")], account: Self.other)
        #expect(await decide(maker, make, denying, nil))
        #expect(await !decide(.anonymous, make, denying, nil))
    }

    @Test func rootMayUnlessABucketPolicyDeniesIt() async throws {
        let root = Identity.root(accessKey: "root")
        #expect(await decide(root) == .allowed([.accountOwner]))
        #expect(await decide(root, nil, nil) == .allowed([.accountOwner]))
        #expect(await decide(root, Rights(Right(.serverInfo))) == .allowed([.accountOwner]))
        let denying = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try bucketPolicy("Deny", principal: "\"*\""))
        )
        #expect(
            await decide(root, nil, denying)
                == .denied(read.first, .statement(.bucketPolicy(bucket: "b"), number: 1, sid: "s"))
        )
    }

    @Test func aBucketPolicyLetsAnybodyInThatItNames() async throws {
        let open = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try bucketPolicy("Allow", principal: "\"*\""))
        )
        let grounds = Decision.Grounds.statement(.bucketPolicy(bucket: "b"), number: 1, sid: "s")
        #expect(await decide(.anonymous, nil, open) == .allowed([grounds]))
        #expect(await decide(try user(), nil, open) == .allowed([grounds]))
        let named = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(try bucketPolicy("Allow", principal: #"{"AWS":["arn:aws:iam:::user/alice"]}"#))
        )
        #expect(await decide(try user(), nil, named).isAllowed)
        #expect(await !decide(.anonymous, nil, named).isAllowed)
        let blocked = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: open.policy,
            publicAccessBlock: .init(restrictsPublicBuckets: true)
        )
        #expect(await decide(.anonymous, nil, blocked) == .denied(read.first, .notGrantedByBucket))
    }

    @Test func anotherAccountNeedsBothSides() async throws {
        let stranger = try user([policyText("Allow", "s3:*")], account: Self.other)
        #expect(await decide(stranger) == .denied(read.first, .notGrantedByBucket))
        let open = BucketAccess(
            ownerID: Account.server.canonicalID,
            policy: .document(
                try bucketPolicy("Allow", principal: #"{"AWS":["arn:aws:iam::123456789012:root"]}"#)
            )
        )
        #expect(await decide(stranger, nil, open).isAllowed)
        #expect(
            await decide(try user(account: Self.other), nil, open)
                == .denied(read.first, .notGrantedByIdentity)
        )
        // Root owns its own account's buckets and no others.
        #expect(
            await !decide(.root(accessKey: "root"), nil, BucketAccess(ownerID: Self.other.canonicalID))
                .isAllowed
        )
    }

    @Test func aSessionNarrowsAndDoesNotWiden() async throws {
        let narrowed = try user([policyText("Allow", "s3:*")], session: policyText("Allow", "s3:PutObject"))
        #expect(await decide(narrowed) == .denied(read.first, .notGrantedBySession))
        let wide = try user(session: policyText("Allow", "s3:*"))
        #expect(await decide(wide) == .denied(read.first, .notGranted))
    }

    @Test func whatCannotBeReadDeniesEverything() async throws {
        let alice = try user([policyText("Allow", "s3:*")], unreadable: ["config/iam/x"])
        #expect(await decide(alice) == .denied(read.first, .unreadable(path: "config/iam/x")))
        let closed = BucketAccess(ownerID: Account.server.canonicalID, policy: .unreadable)
        let grounds = Decision.Grounds.unreadable(path: "the policy of bucket \"b\"")
        #expect(
            await decide(try user([policyText("Allow", "s3:*")]), nil, closed) == .denied(read.first, grounds)
        )
        #expect(await decide(.anonymous, nil, closed) == .denied(read.first, grounds))
        #expect(await decide(.root(accessKey: "root"), nil, closed) == .allowed([.accountOwner]))
    }

    @Test func keysNamedLaterAreDeniedOnlyIfEveryKeyIs() async throws {
        let rights = Rights(Right(.deleteObject, on: .objectsNamedLater(bucket: "b")))
        #expect(
            await decide(try user([policyText("Allow", "s3:DeleteObject", on: "b/some/*")]), rights).isAllowed
        )
        #expect(
            await !decide(try user([policyText("Allow", "s3:DeleteObject", on: "c/*")]), rights).isAllowed
        )
        #expect(await !decide(try user([policyText("Allow", "s3:GetObject", on: "b/*")]), rights).isAllowed)
    }

    @Test func administrationIsAskedForByItsOwnNames() async throws {
        let text = #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["admin:ServerInfo"]}]}"#
        let alice = try user([Array(text.utf8)])
        #expect(await decide(alice, Rights(Right(.serverInfo))).isAllowed)
        #expect(await !decide(alice, Rights(Right(.createUser))).isAllowed)
        #expect(await !decide(try user([policyText("Allow", "s3:*")]), Rights(Right(.serverInfo))).isAllowed)
        let own = Rights(Right(.createServiceAccount, isGrantedByDefault: true))
        #expect(await decide(try user(), own) == .allowed([.byDefault]))
        #expect(await !decide(.anonymous, own).isAllowed)
    }

    @Test func everyActionIsOneThatPoliciesKnow() {
        for action in S3Action.allCases { #expect(action.policyAction.isKnown, "\(action)") }
        for action in AdminAction.allCases { #expect(action.policyAction.isKnown, "\(action)") }
        let known = PolicyAction.knownNames.filter { $0.hasPrefix("admin:") }
        #expect(Set(AdminAction.allCases.map(\.rawValue)) == Set(known))
    }

    @Test func aClaimThatIsSpelledAlikeIsNotTheClaim() throws {
        var claims = JSONObject()
        (claims["SUB"], claims["sub"], claims["LDAPUser"], claims["LdapUsername"]) = (
            "you", "me", "uid=root", "root"
        )
        (claims["Tenant"], claims["ldapAttribMail"]) = ("t", "m")
        let context = IdentityContext(
            identity: .signed(
                SignedIdentity(
                    accessKey: "KEY",
                    kind: .temporary(parent: "x"),
                    account: .server,
                    claims: claims
                )
            ),
            request: FixedContext([:])
        )
        #expect(context.values(of: "jwt:sub") == ["me"])
        #expect(context.values(of: "jwt:tenant") == ["t"])
        #expect(context.values(of: "ldap:user") == nil)
        #expect(context.values(of: "ldap:username") == nil)
        #expect(context.values(of: "ldap:mail") == ["m"])
    }

    @Test func theIdentityAnswersForItselfWhateverTheRequestSays() throws {
        var claims = JSONObject()
        (claims["sub"], claims["Groups"], claims["ldapUsername"]) = ("me", ["a", "b"], "dillon")
        let identity = Identity.signed(
            SignedIdentity(
                accessKey: "KEY",
                kind: .temporary(parent: "alice"),
                account: .server,
                claims: claims,
                groups: ["g"]
            )
        )
        let request = FixedContext([
            "aws:username": ["root"], "jwt:sub": ["you"], "jwt:admin": ["true"],
            "aws:sourceip": ["127.0.0.1"],
        ])
        let context = IdentityContext(identity: identity, request: request)
        #expect(context.values(of: "aws:username") == ["alice"])
        #expect(context.values(of: "jwt:sub") == ["me"])
        #expect(context.values(of: "jwt:groups") == ["a", "b"])
        #expect(context.values(of: "jwt:admin") == nil)
        #expect(context.values(of: "ldap:username") == ["dillon"])
        #expect(context.values(of: "ldap:groups") == ["g"])
        #expect(context.values(of: "aws:principaltype") == ["AssumedRole"])
        #expect(context.values(of: "aws:sourceip") == ["127.0.0.1"])
        let nobody = IdentityContext(identity: .anonymous, request: request)
        #expect(nobody.values(of: "aws:username") == nil)
        #expect(nobody.values(of: "aws:principaltype") == ["Anonymous"])
    }
}
