import Base
import JSON
import Policy
import Telemetry
import Testing

@testable import IAM

@Suite struct ChangeTests {
    private let storage = MemoryStorage(MinIOFiles.all)

    private func refusal(_ body: () async throws -> Void) async -> IAMError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? IAMError
        }
    }

    @Test(arguments: [
        ("ab", IAMError.invalidAccessKey(.tooShort(sizeMin: 3))), ("abc", nil),
        ("a=c", .invalidAccessKey(.reservedCharacters)), ("a,c", .invalidAccessKey(.reservedCharacters)),
        ("a/c", .invalidAccessKey(.reservedCharacters)), ("...", nil),
        ("a\nc", .invalidAccessKey(.reservedCharacters)),
        (String(repeating: "a", count: 250), nil),
        (String(repeating: "a", count: 256), .invalidAccessKey(.tooLong(sizeMax: 255))),
        ("fixtureadmin", .userIsRoot), ("fxsvcaccesskey01", .accessKeyExists("fxsvcaccesskey01")),
    ])
    func accessKeysAreChecked(accessKey: String, expected: IAMError?) async throws {
        let iam = try await makeIAM(storage)
        let refusal = await refusal { try await iam.addUser(accessKey, secret: Secret("12345678")) }
        #expect(refusal == expected)
    }

    @Test func anAccountIsThereAsLongAsSomebodyBelongsToIt() async throws {
        let iam = try await makeIAM(storage)
        let account = Account(id: "100000000001", canonicalID: "aa", displayName: "Alice")
        #expect(iam.account(canonicalID: Account.server.canonicalID) == .server)
        #expect(iam.account(canonicalID: "aa") == nil)
        for name in ["alice", "aide"] {
            try await iam.addUser(name, secret: Secret("12345678"), account: account)
        }
        #expect(iam.account(canonicalID: "aa") == account)
        try await iam.removeUser("alice")
        #expect(iam.account(canonicalID: "aa") == account)
        try await iam.removeUser("aide")
        #expect(iam.account(canonicalID: "aa") == nil)
        // Nobody takes the server's name away by giving a user its id.
        let impostor = Account(id: "1", canonicalID: Account.server.canonicalID, displayName: "Not it")
        try await iam.addUser("impostor", secret: Secret("12345678"), account: impostor)
        #expect(iam.account(canonicalID: Account.server.canonicalID) == .server)
    }

    @Test func secretsAreChecked() async throws {
        let iam = try await makeIAM(storage)
        #expect(
            await refusal { try await iam.addUser("new", secret: Secret("1234567")) }
                == .invalidSecretKey(.tooShort(sizeMin: 8))
        )
        var request = ServiceAccountRequest(parent: "fxuser")
        request.accessKey = String(repeating: "k", count: 20)
        #expect(
            await refusal { _ = try await iam.addServiceAccount(request) } == .invalidSecretKey(.incomplete)
        )
        request.secret = Secret(String(repeating: "s", count: 40))
        #expect(await refusal { _ = try await iam.addServiceAccount(request) } == nil)
        request.accessKey = String(repeating: "k", count: 21)
        #expect(
            await refusal { _ = try await iam.addServiceAccount(request) }
                == .invalidAccessKey(.tooLong(sizeMax: 20))
        )
        (request.accessKey, request.secret) = ("other", Secret(String(repeating: "s", count: 41)))
        #expect(
            await refusal { _ = try await iam.addServiceAccount(request) }
                == .invalidSecretKey(.tooLong(sizeMax: 40))
        )
        request.accessKey = nil
        #expect(
            await refusal { _ = try await iam.addServiceAccount(request) } == .invalidAccessKey(.incomplete)
        )
    }

    @Test func whatIsNotThereIsSaidToBeAbsent() async throws {
        let iam = try await makeIAM(storage)
        #expect(await refusal { try await iam.removeUser("nobody") } == .noSuchUser("nobody"))
        #expect(
            await refusal { try await iam.setStatus(.enabled, ofUser: "nobody") } == .noSuchUser("nobody")
        )
        #expect(await refusal { _ = try iam.user("fxsvcaccesskey01") } == .notAUser("fxsvcaccesskey01"))
        #expect(await refusal { try await iam.removeUser("fixtureadmin") } == .userIsRoot)
        #expect(await refusal { try await iam.addMembers(["nobody"], toGroup: "g") } == .noSuchUser("nobody"))
        #expect(await refusal { try await iam.addMembers(["fixtureadmin"], toGroup: "g") } == .userIsRoot)
        #expect(await refusal { try await iam.removeGroup("g") } == .noSuchGroup("g"))
        #expect(await refusal { try await iam.removePolicy("p") } == .noSuchPolicy("p"))
        #expect(await refusal { try await iam.removePolicy("readonly") } == .policyIsBuiltIn("readonly"))
        #expect(
            await refusal { try await iam.setPolicies(["p"], of: .user("fxuser")) } == .noSuchPolicy("p")
        )
        #expect(
            await refusal { try await iam.removeServiceAccount("fxuser") } == .noSuchServiceAccount("fxuser")
        )
        #expect(
            await refusal { _ = try await iam.addServiceAccount(ServiceAccountRequest(parent: "nobody")) }
                == .noSuchUser("nobody")
        )
    }

    @Test func groupsGiveTheirPoliciesWhileTheyAreEnabled() async throws {
        let iam = try await makeIAM(storage)
        _ = try await iam.attach(["readonly"], to: .group("fxgroup"))
        func names() throws -> [String] { try iam.identity(of: "fxuser").policies.map(\.name) }
        #expect(try names() == ["fx-readbasic", "readonly"])
        try await iam.setStatus(.disabled, ofGroup: "fxgroup")
        #expect(try names() == ["fx-readbasic"])
        try await iam.setStatus(.enabled, ofGroup: "fxgroup")
        #expect(try names() == ["fx-readbasic", "readonly"])
        #expect(await refusal { try await iam.removeGroup("fxgroup") } == .groupNotEmpty("fxgroup"))
        try await iam.removeMembers(["fxuser"], fromGroup: "fxgroup")
        #expect(try names() == ["fx-readbasic"])
        try await iam.removeGroup("fxgroup")
        #expect(iam.groups().isEmpty)
        #expect(!storage.files.keys.contains { $0.contains("fxgroup") })
    }

    @Test func attachingSaysWhatChanged() async throws {
        let iam = try await makeIAM(storage)
        let user = PolicyHolder.user("fxuser")
        var change = try await iam.attach(["readonly", "fx-readbasic", "readonly"], to: user)
        #expect(change == PolicyChange(changed: ["readonly"], attached: ["fx-readbasic", "readonly"]))
        #expect(
            await refusal { _ = try await iam.attach(["readonly"], to: user) } == .policyChangeHasNoEffect
        )
        change = try await iam.detach(["readonly", "fx-readbasic"], from: user)
        #expect(change == PolicyChange(changed: ["fx-readbasic", "readonly"], attached: []))
        #expect(storage.text("config/iam/policydb/users/fxuser.json") == nil)
        #expect(
            await refusal { _ = try await iam.detach(["readonly"], from: user) } == .policyChangeHasNoEffect
        )
        #expect(await refusal { _ = try await iam.detach(["p"], from: user) } == .noSuchPolicy("p"))
    }

    @Test func aMappingThatCannotBeReadIsOnlyReplacedAsAWhole() async throws {
        let path = "config/iam/policydb/users/fxuser.json"
        storage.put("?", at: path)
        let iam = try await makeIAM(storage)
        #expect(
            await refusal { _ = try await iam.attach(["readonly"], to: .user("fxuser")) }
                == .unreadable(path: path)
        )
        try await iam.setPolicies(["readonly"], of: .user("fxuser"))
        #expect(try iam.identity(of: "fxuser").policies.map(\.name) == ["readonly"])
    }

    @Test func aPolicyInUseStays() async throws {
        let iam = try await makeIAM(storage)
        #expect(
            await refusal { try await iam.removePolicy("fx-readbasic") }
                == .policyInUse("fx-readbasic", by: [.user("fxuser")])
        )
        try await iam.setPolicies([], of: .user("fxuser"))
        try await iam.removePolicy("fx-readbasic")
        #expect(iam.policies().map(\.name) == CannedPolicy.allCases.map(\.rawValue).sorted())
    }

    @Test func aBuiltInPolicyCanBeReplacedAndBroughtBack() async throws {
        let iam = try await makeIAM(storage)
        try await iam.setPolicies(["readonly"], of: .user("fxuser"))
        try await iam.setPolicy(policyText("Deny"), named: "readonly")
        #expect(try iam.identity(of: "fxuser").policies[0].document.source == policyText("Deny"))
        try await iam.removePolicy("readonly")
        #expect(
            try iam.identity(of: "fxuser").policies[0].document === CannedPolicy.readonly.document
        )
    }

    @Test(arguments: [
        "", "{", #"{"Version":"2012-10-17"}"#, #"{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}"#,
    ])
    func whatIsNoPolicyIsRefusedWithTheReason(text: String) async throws {
        let iam = try await makeIAM(storage)
        switch await refusal({ try await iam.setPolicy(Array(text.utf8), named: "p") }) {
        case .malformedPolicy, .emptyPolicy: break
        case let other: Issue.record("\(text): \(String(describing: other))")
        }
        #expect(throws: IAMError.noSuchPolicy("p")) { try iam.policy(named: "p") }
    }

    @Test func aPolicyIsKeptAsItWasGiven() async throws {
        let (iam, time) = (try await makeIAM(storage), TestTime())
        try await iam.setPolicy(policyText(), named: "team/p")
        let stored = try iam.policy(named: "team/p")
        #expect(stored.text == policyText())
        #expect(stored.createdAt == time.now && stored.updatedAt == time.now)
        #expect(storage.files["config/iam/policies/team/p/policy.json"] != nil)
        for name in ["", "a,b", "a=b", "../x", "a//b", "/a", "a/", "."] {
            #expect(await refusal { try await iam.setPolicy(policyText(), named: name) } != nil, "\(name)")
        }
    }

    @Test func serviceAccountsAreUpdatedPieceByPiece() async throws {
        let (time, key) = (TestTime(), "fxsvcaccesskey01")
        let iam = try await makeIAM(storage, time: time)
        var update = ServiceAccountUpdate()
        update.sessionPolicy = policyText()
        try await iam.updateServiceAccount(key, update)
        #expect(try iam.serviceAccount(key).sessionPolicy == policyText())
        #expect(try iam.identity(of: key).sessionPolicies.count == 1)
        update = ServiceAccountUpdate()
        (update.secret, update.description) = (Secret("anothersecret"), "text")
        update.expiration = time.now + .seconds(60)
        try await iam.updateServiceAccount(key, update)
        let again = try await makeIAM(storage, time: time)
        let info = try again.serviceAccount(key)
        #expect(info.sessionPolicy == policyText() && info.name == "fxsvc" && info.description == "text")
        #expect(info.expiration == time.now + .seconds(60))
        #expect(try again.credential(accessKey: key, sessionToken: nil).secret == Secret("anothersecret"))
        update = ServiceAccountUpdate()
        (update.expiration, update.sessionPolicy) = (.epoch, Array("{}".utf8))
        try await again.updateServiceAccount(key, update)
        #expect(try again.serviceAccount(key).expiration == nil)
        #expect(try again.identity(of: key).sessionPolicies.isEmpty)
        update.expiration = time.now
        #expect(await refusal { try await again.updateServiceAccount(key, update) } == .invalidExpiration)
    }

    @Test(arguments: ["null", "{}", #"{"Version":"","Statement":null}"#, #"{"Statement":[]}"#])
    func aServiceAccountWithAnEmptyPolicyInheritsEverything(text: String) async throws {
        let iam = try await makeIAM(storage)
        var request = ServiceAccountRequest(parent: "fxuser")
        request.sessionPolicy = Array(text.utf8)
        let made = try await iam.addServiceAccount(request)
        #expect(made.identity.signed?.sessionPolicies.isEmpty == true)
        let user = try iam.identity(of: "fxuser")
        #expect(
            await refusal {
                _ = try await iam.assumeRole(
                    for: user,
                    sessionPolicy: Array(text.utf8),
                    duration: .seconds(900)
                )
            } != nil
        )
    }

    @Test func aUsersAccountIsKeptAndPassedOn() async throws {
        let iam = try await makeIAM(storage)
        let other = Account(id: "123456789012", canonicalID: "c0ffee", displayName: "Other")
        try await iam.addUser("bob", secret: Secret("bobsecret"), account: other)
        let made = try await iam.addServiceAccount(ServiceAccountRequest(parent: "bob"))
        #expect(made.identity.signed?.account == other)
        try await iam.addUser("bob", secret: Secret("othersecret"))
        let again = try await makeIAM(storage)
        #expect(try again.identity(of: "bob").account == other)
        #expect(try again.identity(of: "bob").principal.arn == "arn:aws:iam::123456789012:user/bob")
        #expect(try again.identity(of: made.accessKey).account == other)
    }

    @Test func policyEntitiesShowBothDirections() async throws {
        let iam = try await makeIAM(storage)
        _ = try await iam.attach(["readonly"], to: .group("fxgroup"))
        _ = try await iam.attach(["readonly"], to: .externalUser("uid=a"))
        let all = iam.policyEntities(PolicyEntities.Query())
        #expect(
            all.users == [
                .init(
                    name: "fxuser",
                    policies: ["fx-readbasic"],
                    groups: [.init(name: "fxgroup", policies: ["readonly"])]
                )
            ]
        )
        #expect(
            all.policies == [
                .init(name: "fx-readbasic", users: ["fxuser"], groups: []),
                .init(name: "readonly", users: [], groups: ["fxgroup"]),
            ]
        )
        var query = PolicyEntities.Query()
        (query.policies, query.isExternal) = (["readonly"], true)
        let outside = iam.policyEntities(query)
        #expect(outside.users.isEmpty && outside.groups.isEmpty)
        #expect(outside.policies == [.init(name: "readonly", users: ["uid=a"], groups: [])])
    }

    @Test func anExportIsImportedElsewhere() async throws {
        let iam = try await makeIAM(storage)
        var request = ServiceAccountRequest(parent: "fxuser")
        (request.accessKey, request.secret) = ("narrowed", Secret("narrowedsecret"))
        request.sessionPolicy = policyText()
        _ = try await iam.addServiceAccount(request)
        _ = try await iam.attach(["readonly"], to: .externalUser("uid=a,dc=b"))
        let export = try iam.exportAll()
        let other = try await makeIAM(MemoryStorage())
        let report = try await other.importAll(export)
        #expect(report.failed == [])
        #expect(report.skipped.map(\.name) == CannedPolicy.allCases.map(\.rawValue).sorted())
        var (again, expected) = (try other.exportAll(), export)
        for name in ["fxgroup"] { (again.groups[name], expected.groups[name]) = (nil, nil) }
        (again.userMappings, expected.userMappings) = (JSONObject(), JSONObject())
        (again.externalUserMappings, expected.externalUserMappings) = (JSONObject(), JSONObject())
        #expect(again == expected)
        for key in ["fxuser", "fxsvcaccesskey01", "narrowed"] {
            let (left, right) = (try iam.identity(of: key), try other.identity(of: key))
            #expect(left == right)
            #expect(left.policies.map(\.name) == right.policies.map(\.name))
            #expect(left.sessionPolicies.map(\.source) == right.sessionPolicies.map(\.source))
            #expect(left.groups == right.groups)
        }
        #expect(other.policyNames(of: .externalUser("uid=a,dc=b")) == ["readonly"])
        #expect(try await other.importAll(export).failed == [])
    }
}

@Suite struct ScaleTests {
    /// What a request costs does not depend on how many users and policies there are, and a change costs each user one
    /// look at its own policies, at its next request.
    @Test func policiesArePutTogetherOncePerChange() async throws {
        let storage = MemoryStorage()
        for number in 0..<1000 {
            let text = String(decoding: policyText(on: "bucket-\(number)/*"), as: UTF8.self)
            storage.put(#"{"Version":1,"Policy":\#(text)}"#, at: "config/iam/policies/p\(number)/policy.json")
        }
        for number in 0..<10_000 {
            storage.put(
                #"{"version":1,"credentials":{"secretKey":"12345678","status":"on"}}"#,
                at: "config/iam/users/user\(number)/identity.json"
            )
            storage.put(
                #"{"version":1,"policy":"p\#(number % 1000)"}"#,
                at: "config/iam/policydb/users/user\(number).json"
            )
        }
        let iam = try await makeIAM(storage)
        #expect(iam.resolutionCount == 0)
        for _ in 0..<100 {
            let user = try iam.credential(accessKey: "user7", sessionToken: nil).identity.signed
            #expect(user?.policies.map(\.name) == ["p7"])
        }
        #expect(iam.resolutionCount == 1)
        // Credentials of others change nobody's policies.
        let user = try iam.identity(of: "user7")
        _ = try await iam.assumeRole(for: user, sessionPolicy: nil, duration: .seconds(900))
        _ = try await iam.addServiceAccount(ServiceAccountRequest(parent: "user7"))
        _ = try iam.identity(of: "user7")
        #expect(iam.resolutionCount == 1)
        try await iam.setPolicy(policyText(), named: "p8")
        for number in 0..<10 { _ = try iam.identity(of: "user\(number)") }
        for number in 0..<10 { _ = try iam.identity(of: "user\(number)") }
        #expect(iam.resolutionCount == 11)
        // A thousand users share one policy and not a thousand copies of it.
        let shared = try iam.identity(of: "user8").policies[0].document
        #expect(try iam.identity(of: "user1008").policies[0].document === shared)
    }
}
