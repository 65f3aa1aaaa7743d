import AdminEncryption
import Base
import JOSE
import JSON
import Policy
import Telemetry
import Testing

@testable import IAM

@Suite struct CredentialTests {
    private let storage = MemoryStorage(MinIOFiles.all)
    private let time = TestTime()

    private func error(_ iam: IAM, _ accessKey: String, token: String? = nil) -> CredentialError? {
        do throws(CredentialError) {
            _ = try iam.credential(accessKey: accessKey, sessionToken: token)
            return nil
        } catch {
            return error
        }
    }

    @Test func theUsersThatMinIOWroteSignIn() async throws {
        let iam = unloadedIAM(storage)
        let report = try await iam.load()
        var expected = LoadReport()
        (expected.userCount, expected.groupCount, expected.policyCount) = (1, 1, 1)
        expected.serviceAccountCount = 1
        #expect(report == expected)
        let user = try iam.credential(accessKey: "fxuser", sessionToken: nil)
        #expect(user.secret == Secret("fxuserpass123"))
        let signed = try #require(user.identity.signed)
        #expect(signed.kind == .user && !signed.isAccountOwner)
        #expect(signed.policies.map(\.name) == ["fx-readbasic"])
        #expect(signed.groups == ["fxgroup"])
        #expect(signed.principal.arn == "arn:aws:iam:::user/fxuser")
        let account = try iam.credential(accessKey: "fxsvcaccesskey01", sessionToken: nil)
        #expect(account.secret == Secret("fxsvcsecretkey0123456789"))
        let inherited = try #require(account.identity.signed)
        #expect(inherited.kind == .serviceAccount(parent: "fxuser"))
        #expect(inherited.userName == "fxuser")
        #expect(inherited.policies.map(\.name) == ["fx-readbasic"])
        #expect(inherited.sessionPolicies.isEmpty)
        #expect(iam.users().map(\.accessKey) == ["fxuser"])
        #expect(iam.serviceAccounts(ofParent: "fxuser").map(\.name) == ["fxsvc"])
        // Reading changes nothing.
        #expect(storage.files == MinIOFiles.all)
    }

    @Test func untilUsersAreLoadedOnlyRootSignsIn() async throws {
        let iam = unloadedIAM(storage)
        #expect(error(iam, "fxuser") == .unavailable("users are not loaded"))
        #expect(
            try iam.credential(accessKey: "fixtureadmin", sessionToken: nil).identity.signed?.kind == .root
        )
        await #expect(throws: IAMError.unavailable("users are not loaded")) {
            try await iam.removeUser("fxuser")
        }
        storage.setListError(.unavailable("no drives"))
        await #expect(throws: IAMError.unavailable("no drives")) { try await iam.load() }
        #expect(error(iam, "fxuser") == .unavailable("users are not loaded"))
    }

    @Test(arguments: ["fixtureadmin", "fxuser", "fxsvcaccesskey01"])
    func aTokenBesideKeysThatHaveNoneIsRefused(accessKey: String) async throws {
        let iam = try await makeIAM(storage)
        #expect(error(iam, accessKey) == nil)
        #expect(error(iam, accessKey, token: "") == .invalidToken)
        #expect(error(iam, accessKey, token: "token") == .invalidToken)
    }

    @Test(arguments: ["", "fxuse", "FXUSER", "fxuser ", "e\u{301}"])
    func unknownKeysAreUnknown(accessKey: String) async throws {
        let iam = try await makeIAM(storage)
        try await iam.addUser("é-name", secret: Secret("12345678"))
        #expect(error(iam, accessKey) == .unknownAccessKey)
        #expect(error(iam, "e\u{301}-name") == .unknownAccessKey)
    }

    @Test func aDisabledUserTakesEverythingMadeByItAlong() async throws {
        let iam = try await makeIAM(storage, time: time)
        let temporary = try await iam.assumeRole(
            for: iam.identity(of: "fxuser"),
            sessionPolicy: nil,
            duration: .seconds(900)
        )
        let token = temporary.sessionToken.revealed()
        #expect(error(iam, temporary.accessKey, token: token) == nil)
        try await iam.setStatus(.disabled, ofUser: "fxuser")
        for key in ["fxuser", "fxsvcaccesskey01"] { #expect(error(iam, key) == .disabled) }
        #expect(error(iam, temporary.accessKey, token: token) == .disabled)
        try await iam.setStatus(.enabled, ofUser: "fxuser")
        for key in ["fxuser", "fxsvcaccesskey01"] { #expect(error(iam, key) == nil) }
        #expect(error(iam, temporary.accessKey, token: token) == nil)
        var update = ServiceAccountUpdate()
        update.status = .disabled
        try await iam.updateServiceAccount("fxsvcaccesskey01", update)
        #expect(error(iam, "fxsvcaccesskey01") == .disabled)
        #expect(error(iam, "fxuser") == nil)
    }

    @Test func temporaryCredentialsNeedTheirTokenAndEnd() async throws {
        let iam = try await makeIAM(storage, time: time)
        let user = try iam.identity(of: "fxuser")
        let made = try await iam.assumeRole(for: user, sessionPolicy: policyText(), duration: .seconds(900))
        let other = try await iam.assumeRole(for: user, sessionPolicy: nil, duration: .seconds(900))
        let token = made.sessionToken.revealed()
        #expect(error(iam, made.accessKey) == .invalidToken)
        #expect(error(iam, made.accessKey, token: other.sessionToken.revealed()) == .invalidToken)
        #expect(error(iam, made.accessKey, token: String(token.dropLast())) == .invalidToken)
        let found = try iam.credential(accessKey: made.accessKey, sessionToken: token)
        #expect(found.secret == made.secret)
        #expect(found.identity.signed?.sessionPolicies.count == 1)
        #expect(found.identity.signed?.kind == .temporary(parent: "fxuser"))
        #expect(
            found.identity.signed?.principal.sessionARN
                == "arn:aws:sts:::assumed-role/fxuser/\(made.accessKey)"
        )
        #expect(made.expiration == time.now + .seconds(900))
        let reloaded = try await makeIAM(storage, time: time)
        #expect(error(reloaded, made.accessKey, token: token) == nil)
        time.advance(by: .seconds(899))
        #expect(error(iam, made.accessKey, token: token) == nil)
        time.advance(by: .seconds(1))
        #expect(error(iam, made.accessKey, token: token) == .expired)
    }

    /// MinIO reads the token as one signed by the root user's secret, with its own names.
    @Test func theTokenIsASignedWebToken() async throws {
        let iam = try await makeIAM(storage, time: time)
        let made = try await iam.assumeRole(
            for: iam.identity(of: "fxuser"),
            sessionPolicy: policyText(),
            duration: .seconds(900),
            revokeType: "session"
        )
        let token = try SignedToken(parsing: made.sessionToken.revealed())
        let claims = try token.claims(
            verifiedWith: VerificationKey(HMACKey(.hs512, secret: rootCredential.secret))
        )
        #expect(claims.members["accessKey"] == .string(made.accessKey))
        #expect(claims.members["parent"] == "fxuser")
        #expect(claims.members["tokenRevokeType"] == "session")
        #expect(claims.members["exp"] == .integer(1_750_000_900))
        #expect(claims.members["sessionPolicy"] == .string(Base64.standard.encode(policyText())))
    }

    @Test func aTokenThatAnotherSecretSignedIsRefused() async throws {
        let iam = try await makeIAM(storage, time: time)
        let made = try await iam.assumeRole(
            for: iam.identity(of: "fxuser"),
            sessionPolicy: nil,
            duration: .seconds(900)
        )
        let other = IAM(
            root: Credential(
                accessKey: "fixtureadmin",
                secret: Secret("changedsecret"),
                identity: .anonymous
            ),
            storage: storage,
            decryption: NoDecryption(),
            time: time
        )
        _ = try await other.load()
        #expect(error(other, made.accessKey, token: made.sessionToken.revealed()) == .invalidToken)
        #expect(other.temporaryCredentials(ofParent: "fxuser").map(\.accessKey) == [made.accessKey])
        time.advance(by: .seconds(900))
        #expect(try await other.maintain().removedCount == 1)
        #expect(!storage.files.keys.contains { $0.contains("/sts/") })
        // Service accounts are signed with their own secret and outlive the root user's.
        #expect(error(other, "fxsvcaccesskey01") == nil)
    }

    @Test func aRemovedUserTakesAlongWhatNobodyCanVerify() async throws {
        storage.put(
            #"{"version":1,"credentials":{"accessKey":"lostkey","secretKey":"12345678","sessionToken":"x","status":"on","parentUser":"fxuser"}}"#,
            at: "config/iam/service-accounts/lostkey/identity.json"
        )
        let iam = try await makeIAM(storage, time: time)
        #expect(iam.serviceAccounts(ofParent: "fxuser").map(\.accessKey) == ["fxsvcaccesskey01", "lostkey"])
        try await iam.removeUser("fxuser")
        #expect(!storage.files.keys.contains { $0.contains("service-accounts") })
    }

    @Test func oneUserHasNoMoreThanSoManyAtOnce() async throws {
        let iam = IAM(
            root: rootCredential,
            storage: storage,
            decryption: NoDecryption(),
            time: time,
            temporaryCountMax: 2
        )
        _ = try await iam.load()
        var grant = TemporaryGrant(parent: "cn=ann", expiration: time.now + .seconds(60))
        grant.claims["ldapUser"] = "cn=ann"
        for _ in 0..<2 { _ = try await iam.addTemporary(grant) }
        await #expect(throws: IAMError.tooManyTemporaryCredentials(countMax: 2)) {
            try await iam.addTemporary(grant)
        }
        var other = grant
        other.parent = "cn=bob"
        _ = try await iam.addTemporary(other)
        time.advance(by: .seconds(61))
        #expect(try await iam.maintain().removedCount == 3)
        grant.expiration = time.now + .seconds(60)
        _ = try await iam.addTemporary(grant)
    }

    @Test(arguments: [
        (#"cn=Doe\, John,ou=people"#, true), (#"cn=J\c3\b6rg,ou=people"#, true), (#"cn=a\\b"#, true),
        ("cn=a/ou=b", true), (#"cn=a\\..\\b"#, false), (#"..\cn=a"#, false), (#"cn=a\ .. \b"#, false),
        (#"a/.\b"#, false),
        ("a/../b", false), ("..", false), ("a//b", false), ("xl.meta/a", false), ("a/xl", false),
        ("a/xl.json", false),
        ("a__XLDIR__", false), ("cn=a\u{0}", false), ("cn=a\n", false), ("", false),
        (String(repeating: "n", count: 250), true), (String(repeating: "n", count: 251), false),
    ])
    func namesOfADirectoryAreTakenAsFarAsDrivesHoldThem(name: String, isTaken: Bool) async throws {
        let iam = try await makeIAM(MemoryStorage())
        let change = try? await iam.attach(["readonly"], to: .externalUser(name))
        #expect((change != nil) == isTaken)
        guard isTaken else { return }
        var grant = TemporaryGrant(parent: name, expiration: TestTime().now + .seconds(60))
        grant.claims["ldapUser"] = .string(name)
        let session = try await iam.addTemporary(grant)
        #expect(session.identity.policies.map(\.name) == ["readonly"])
    }

    @Test func aNameWithABackslashIsNoUsers() async throws {
        let iam = try await makeIAM(MemoryStorage())
        await #expect(throws: IAMError.self) { try await iam.addUser(#"a\b"#, secret: Secret("long-enough")) }
        await #expect(throws: IAMError.self) { try await iam.addMembers([], toGroup: #"a\b"#) }
    }

    @Test func revokedOnesAreUnknownAtOnce() async throws {
        let iam = try await makeIAM(storage, time: time)
        let user = try iam.identity(of: "fxuser")
        let a = try await iam.assumeRole(
            for: user,
            sessionPolicy: nil,
            duration: .seconds(900),
            revokeType: "a"
        )
        let b = try await iam.assumeRole(
            for: user,
            sessionPolicy: nil,
            duration: .seconds(900),
            revokeType: "b"
        )
        #expect(try await iam.revokeTemporaryCredentials(of: "fxuser", type: "a") == 1)
        #expect(error(iam, a.accessKey, token: a.sessionToken.revealed()) == .unknownAccessKey)
        #expect(error(iam, b.accessKey, token: b.sessionToken.revealed()) == nil)
        #expect(try await iam.revokeTemporaryCredentials(of: "fxuser", type: nil) == 1)
        #expect(error(iam, b.accessKey, token: b.sessionToken.revealed()) == .unknownAccessKey)
    }

    @Test func derivedCredentialsDoNotLengthenTheirLives() async throws {
        let iam = try await makeIAM(storage, time: time)
        let account = try iam.identity(of: "fxsvcaccesskey01")
        await #expect(throws: IAMError.notAUser("fxsvcaccesskey01")) {
            _ = try await iam.assumeRole(for: account, sessionPolicy: nil, duration: .seconds(900))
        }
        let made = try await iam.assumeRole(
            for: iam.identity(of: "fxuser"),
            sessionPolicy: nil,
            duration: .seconds(900)
        )
        await #expect(throws: IAMError.notAUser(made.accessKey)) {
            _ = try await iam.assumeRole(for: made.identity, sessionPolicy: nil, duration: .seconds(900))
        }
    }

    @Test func rootsOwnCredentialsAreTheOwnersWithinTheirPolicy() async throws {
        let iam = try await makeIAM(storage, time: time)
        let root = try iam.identity(of: "fixtureadmin")
        let made = try await iam.assumeRole(for: root, sessionPolicy: policyText(), duration: .seconds(900))
        #expect(made.identity.isAccountOwner && made.identity.sessionPolicies.count == 1)
        let account = try await iam.addServiceAccount(ServiceAccountRequest(parent: "fixtureadmin"))
        #expect(account.identity.signed?.isAccountOwner == true)
        #expect(account.accessKey.utf8.count == 20 && account.secret.revealed().utf8.count == 40)
    }

    @Test func aServiceAccountsTokenIsBelievedAndNothingElse() async throws {
        var claims = JSONObject()
        claims["accessKey"] = "fxsvcaccesskey01"
        claims["parent"] = "fixtureadmin"
        claims["sa-policy"] = "inherited-policy"
        func stored(_ claims: JSONObject, _ secret: String, parent: String = "fixtureadmin") -> String {
            let token = HMACKey(.hs512, secret: Secret(secret)).sign(claims)
            return
                #"{"version":1,"credentials":{"accessKey":"fxsvcaccesskey01","secretKey":"fxsvcsecretkey0123456789","sessionToken":"\#(token)","status":"on","parentUser":"\#(parent)"}}"#
        }
        let path = "config/iam/service-accounts/fxsvcaccesskey01/identity.json"
        func outcome(_ text: String) async throws -> CredentialError? {
            storage.put(text, at: path)
            return error(try await makeIAM(storage, time: time), "fxsvcaccesskey01")
        }
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == nil)
        // Those of old releases are signed by root.
        #expect(try await outcome(stored(claims, "fixturesecret123")) == nil)
        #expect(try await outcome(stored(claims, "somebody-elses")) == .unreadable(path: path))
        #expect(
            try await outcome(stored(claims, "fxsvcsecretkey0123456789", parent: "fxuser"))
                == .unreadable(path: path)
        )
        claims["sa-policy"] = "embedded-policy"
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == .unreadable(path: path))
        claims["sessionPolicy"] = .string(Base64.standard.encode(Array("{\"Statement\":7}".utf8)))
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == .unreadable(path: path))
        claims["sessionPolicy"] = .string(Base64.standard.encode(policyText()))
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == nil)
        claims["sa-policy"] = nil
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == .unreadable(path: path))
        claims["sa-policy"] = "inherited-policy"
        claims["exp"] = .integer(time.now.seconds)
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == .expired)
        claims["exp"] = .integer(0)
        #expect(try await outcome(stored(claims, "fxsvcsecretkey0123456789")) == nil)
        let unsigned =
            "eyJhbGciOiJub25lIn0.\(Base64.urlWithoutPadding.encode(JSONValue.object(claims).encoded))."
        let text =
            #"{"version":1,"credentials":{"secretKey":"fxsvcsecretkey0123456789","sessionToken":"\#(unsigned)","status":"on","parentUser":"fixtureadmin"}}"#
        #expect(try await outcome(text) == .unreadable(path: path))
    }

    @Test func somebodyFromOutsideIsNeverTheUserOfThatName() async throws {
        let iam = try await makeIAM(storage, time: time)
        for parent in ["fxuser", "fixtureadmin"] {
            let made = try await iam.addTemporary(
                TemporaryGrant(parent: parent, expiration: time.now + .seconds(900))
            )
            #expect(made.identity.policies.isEmpty)
            #expect(!made.identity.isAccountOwner)
        }
        try await iam.removeUser("fxuser")
        #expect(iam.temporaryCredentials(ofParent: "fxuser").count == 1)
    }

    @Test func outsidersHaveWhatIsMappedToThemAndTheirGroups() async throws {
        let iam = try await makeIAM(storage, time: time)
        let dn = "uid=dillon,ou=people,dc=min,dc=io"
        _ = try await iam.attach(["readonly"], to: .externalUser(dn))
        _ = try await iam.attach(["writeonly"], to: .externalGroup("cn=staff,dc=min"))
        var grant = TemporaryGrant(parent: dn, expiration: time.now + .seconds(900))
        grant.groups = ["cn=staff,dc=min", "cn=other"]
        grant.claims["ldapUser"] = .string(dn)
        // Its own words about itself are not taken.
        grant.claims["parent"] = "fixtureadmin"
        grant.claims["exp"] = .integer(99_999_999_999)
        let asked = iam.identity(of: grant)
        #expect(asked.policies.map(\.name) == ["readonly", "writeonly"])
        #expect(asked.groups == grant.groups && asked.claims["parent"] == nil && !asked.isAccountOwner)
        let made = try await iam.addTemporary(grant)
        #expect(made.identity.policies.map(\.name) == ["readonly", "writeonly"])
        #expect(made.identity.claims["parent"] == .string(dn))
        #expect(made.expiration == time.now + .seconds(900))
        var request = ServiceAccountRequest(parent: dn)
        (request.claims, request.groups) = (made.identity.claims, grant.groups)
        let account = try await iam.addServiceAccount(request)
        #expect(account.identity.signed?.policies.map(\.name) == ["readonly", "writeonly"])
        _ = try await iam.detach(["readonly"], from: .externalUser(dn))
        #expect(try iam.identity(of: account.accessKey).policies.map(\.name) == ["writeonly"])
        #expect(
            storage.text("config/iam/policydb/groups/cn=staff,dc=min.json")?.contains("writeonly") == true
        )
    }

    @Test func aRoleGivesItsPoliciesAndNoOthers() async throws {
        let iam = try await makeIAM(storage, time: time)
        var grant = TemporaryGrant(parent: "hash", expiration: time.now + .seconds(900))
        (grant.policies, grant.claims["roleArn"]) = (["readwrite"], "arn:minio:iam:::role/r")
        let key = try await iam.addTemporary(grant).accessKey
        #expect(try iam.identity(of: key).policies.isEmpty)
        iam.setRoles(["arn:minio:iam:::role/r": ["readonly", "missing"]])
        #expect(try iam.identity(of: key).policies.map(\.name) == ["readonly"])
        #expect(iam.identity(of: grant).policies.map(\.name) == ["readonly"])
        _ = try await iam.load()
        #expect(try iam.identity(of: key).policies.map(\.name) == ["readonly"])
        grant.claims["roleArn"] = nil
        #expect(iam.identity(of: grant).policies.map(\.name) == ["readwrite"])
        grant.policies = ["missing"]
        await #expect(throws: IAMError.noSuchPolicy("missing")) { _ = try await iam.addTemporary(grant) }
    }

    @Test func expiredCredentialsAreRemovedAFewAtATime() async throws {
        let iam = try await makeIAM(storage, time: time)
        let user = try iam.identity(of: "fxuser")
        for _ in 0..<3 { _ = try await iam.assumeRole(for: user, sessionPolicy: nil, duration: .seconds(60)) }
        let kept = try await iam.assumeRole(for: user, sessionPolicy: nil, duration: .seconds(600))
        var request = ServiceAccountRequest(parent: "fxuser")
        request.expiration = time.now + .seconds(60)
        let account = try await iam.addServiceAccount(request)
        #expect(try await iam.maintain() == MaintenanceReport())
        time.advance(by: .seconds(60))
        #expect(error(iam, account.accessKey) == .expired)
        var report = try await iam.maintain(limit: 3)
        #expect(report.removedCount == 3 && report.hasMore)
        report = try await iam.maintain(limit: 3)
        #expect(report.removedCount == 1 && !report.hasMore)
        #expect(iam.temporaryCredentials(ofParent: nil).map(\.accessKey) == [kept.accessKey])
        #expect(error(iam, account.accessKey) == .unknownAccessKey)
        #expect(storage.files.keys.filter { $0.contains("/sts/") }.count == 1)
    }
}

@Suite struct LoadTests {
    private let storage = MemoryStorage(MinIOFiles.all)

    private func identity(_ iam: IAM, _ key: String = "fxuser") throws -> SignedIdentity {
        try iam.identity(of: key)
    }

    @Test func aMissingPolicyGrantsNothingAndABrokenOneDeniesEverything() async throws {
        let path = "config/iam/policies/fx-readbasic/policy.json"
        let iam = try await makeIAM(storage)
        storage.put(#"{"Version":1,"Policy":{"Statement":"none"}}"#, at: path)
        let report = try await iam.load()
        #expect(report.unreadable.map(\.path) == [path])
        #expect(try identity(iam).unreadable == [path])
        #expect(try identity(iam, "fxsvcaccesskey01").unreadable == [path])
        #expect(try iam.policy(named: "fx-readbasic").document == nil)
        try await iam.setPolicy(policyText(), named: "fx-readbasic")
        #expect(try identity(iam).unreadable.isEmpty)
        #expect(try identity(iam).policies.count == 1)
        let without = MemoryStorage(storage.files.filter { $0.key != path })
        let other = try await makeIAM(without)
        #expect(try identity(other).policies.isEmpty)
        #expect(try identity(other).unreadable.isEmpty)
    }

    @Test(arguments: [
        "users/fxuser/identity.json", "policydb/users/fxuser.json",
        "service-accounts/fxsvcaccesskey01/identity.json",
    ])
    func whatCannotBeReadIsRefusedUntilItCan(path: String) async throws {
        let path = "config/iam/" + path
        storage.setError(.unavailable("two drives"), at: path)
        let iam = unloadedIAM(storage)
        let report = try await iam.load()
        #expect(report.unreadable == [.init(path: path, reason: "is out of reach: two drives")])
        let key = path.contains("service") ? "fxsvcaccesskey01" : "fxuser"
        if path.contains("policydb") {
            #expect(try identity(iam).unreadable == [path])
        } else {
            #expect(throws: CredentialError.unreadable(path: path)) { try identity(iam, key) }
        }
        storage.setError(nil, at: path)
        #expect(try await iam.maintain().unreadable == [])
        #expect(try identity(iam, key).unreadable == [])
        #expect(try identity(iam, key).policies.count == 1)
    }

    @Test func aLostGroupMattersOnlyIfItsPoliciesCouldDeny() async throws {
        let path = "config/iam/groups/fxgroup/members.json"
        storage.put("lost", at: path)
        storage.put(#"{"policy":"readonly"}"#, at: "config/iam/policydb/groups/fxgroup.json")
        let iam = try await makeIAM(storage)
        #expect(try identity(iam).unreadable.isEmpty)
        #expect(try identity(iam).policies.map(\.name) == ["fx-readbasic"])
        try await iam.setPolicy(policyText("Deny"), named: "guard")
        try await iam.setPolicies(["readonly", "guard"], of: .group("fxgroup"))
        #expect(try identity(iam).unreadable == [path])
        await #expect(throws: IAMError.unreadable(path: path)) {
            try await iam.addMembers(["fxuser"], toGroup: "fxgroup")
        }
        try await iam.removeGroup("fxgroup")
        #expect(try identity(iam).unreadable.isEmpty)
    }

    @Test func aDamagedUserIsMendedByMakingItAnew() async throws {
        storage.put("{", at: "config/iam/users/fxuser/identity.json")
        let iam = try await makeIAM(storage)
        #expect(iam.users().map(\.unreadablePath) == ["config/iam/users/fxuser/identity.json"])
        #expect(throws: CredentialError.self) { try identity(iam, "fxsvcaccesskey01") }
        #expect(throws: IAMError.self) { try iam.exportAll() }
        try await iam.addUser("fxuser", secret: Secret("mended-secret"))
        #expect(try identity(iam).policies.map(\.name) == ["fx-readbasic"])
        #expect(try identity(iam, "fxsvcaccesskey01").policies.count == 1)
    }

    @Test func whatAKeyServiceEncryptedIsNamed() async throws {
        let path = "config/iam/users/fxuser/identity.json"
        let metadata = Array(
            #"{"keyid":"k","kmskey":"AA==","algorithm":"AES-256-GCM","nonce":"AAAAAAAAAAA="}"#.utf8
        )
        storage.put([1, UInt8(metadata.count), 0, 0, 0] + metadata + [0xff, 0xfe, 0x80], at: path)
        let report = try await unloadedIAM(storage).load()
        #expect(
            report.unreadable == [.init(path: path, reason: "is encrypted by a key management service")]
        )
    }

    @Test(arguments: ["fixtureadmin:fixturesecret123", "fixturesecret123"])
    func itemsOfOldReleasesAreDecryptedAndWrittenPlain(password: String) async throws {
        let encryption = PayloadEncryption(derivation: KeyDerivation())
        let path = "config/iam/users/fxuser/identity.json"
        let sealed = try await encryption.encrypt(
            Array(MinIOFiles.user.utf8),
            password: Secret(password),
            algorithm: .argon2idAES256GCM
        )
        storage.put(sealed, at: path)
        let decryption = RootCredentialDecryption(root: rootCredential, encryption: encryption)
        let iam = try await makeIAM(storage, decryption: decryption)
        #expect(try iam.credential(accessKey: "fxuser", sessionToken: nil).secret == Secret("fxuserpass123"))
        #expect(storage.files[path] == sealed)
        try await iam.setStatus(.enabled, ofUser: "fxuser")
        #expect(storage.text(path)?.hasPrefix(#"{"version":1,"credentials":{"accessKey":"fxuser""#) == true)
        let stranger = try await unloadedIAM(storage).load()
        #expect(stranger.unreadable.isEmpty)
    }

    @Test func aLayoutOfALaterReleaseIsLeftAlone() async throws {
        storage.put(#"{"version":2}"#, at: "config/iam/format.json")
        await #expect(throws: IAMError.unreadable(path: "config/iam/format.json")) {
            try await unloadedIAM(storage).load()
        }
    }

    @Test func theFirstChangeWritesTheFormat() async throws {
        let empty = MemoryStorage()
        let iam = try await makeIAM(empty)
        #expect(empty.files.isEmpty)
        try await iam.addUser("alice", secret: Secret("alicesecret"))
        #expect(empty.text("config/iam/format.json") == #"{"version":1}"#)
    }
}
