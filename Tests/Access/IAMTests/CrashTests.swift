import Base
import IAM
import JSON
import Telemetry
import Testing

/// Every kind of change, with a store that it changes in several places.
enum TestedChange: String, CaseIterable, Sendable {
    case addUser, replaceUser, removeUser, disableUser, addMembers, removeMembers, removeGroup, disableGroup
    case setPolicy, replacePolicy, removePolicy, attach, detach, setPolicies, detachAll
    case addServiceAccount, updateServiceAccount, removeServiceAccount
    case assumeRole, addTemporary, revoke, removeExpired, importAll

    /// - Returns: whether the store said that it was done.
    func perform(on iam: IAM, time: TestTime) async -> Bool {
        do {
            try await make(iam, time)
            return true
        } catch {
            return false
        }
    }

    private func make(_ iam: IAM, _ time: TestTime) async throws {
        switch self {
        case .addUser: try await iam.addUser("newuser", secret: Secret("newsecret"))
        case .replaceUser: try await iam.addUser("alice", secret: Secret("replaced-secret"))
        case .removeUser: try await iam.removeUser("alice")
        case .disableUser: try await iam.setStatus(.disabled, ofUser: "alice")
        case .addMembers: try await iam.addMembers(["bob"], toGroup: "staff")
        case .removeMembers: try await iam.removeMembers(["alice"], fromGroup: "staff")
        case .removeGroup: try await iam.removeGroup("empty")
        case .disableGroup: try await iam.setStatus(.disabled, ofGroup: "staff")
        case .setPolicy: try await iam.setPolicy(policyText(), named: "fresh")
        case .replacePolicy: try await iam.setPolicy(policyText("Deny"), named: "own")
        case .removePolicy: try await iam.removePolicy("unused")
        case .attach: _ = try await iam.attach(["readonly"], to: .user("alice"))
        case .detach: _ = try await iam.detach(["own"], from: .user("alice"))
        case .setPolicies: try await iam.setPolicies(["writeonly"], of: .group("staff"))
        case .detachAll: try await iam.setPolicies([], of: .group("staff"))
        case .addServiceAccount:
            var request = ServiceAccountRequest(parent: "alice")
            (request.accessKey, request.secret) = ("newaccount", Secret("newsecret"))
            _ = try await iam.addServiceAccount(request)
        case .updateServiceAccount:
            var update = ServiceAccountUpdate()
            (update.secret, update.sessionPolicy) = (Secret("othersecret"), policyText())
            try await iam.updateServiceAccount("alicekey", update)
        case .removeServiceAccount: try await iam.removeServiceAccount("alicekey")
        case .assumeRole:
            let alice = try iam.identity(of: "alice")
            _ = try await iam.assumeRole(for: alice, sessionPolicy: nil, duration: .seconds(900))
        case .addTemporary:
            var grant = TemporaryGrant(parent: "uid=dave", expiration: time.now + .seconds(900))
            (grant.policies, grant.groups) = (["own"], ["cn=outside"])
            _ = try await iam.addTemporary(grant)
        case .revoke: _ = try await iam.revokeTemporaryCredentials(of: "alice", type: nil)
        case .removeExpired: _ = try await iam.maintain()
        case .importAll:
            let report = try await iam.importAll(export())
            try #require(report.failed == [])
        }
    }
}

/// One new entry of each kind, and one of each that is there already.
private func export() throws -> IAMExport {
    let texts = [
        "policies": #"{"fresh":\#(String(decoding: policyText("Deny"), as: UTF8.self))}"#,
        "users":
            #"{"newuser":{"secretKey":"newsecret","status":"enabled"},"bob":{"secretKey":"another-secret","status":"disabled"}}"#,
        "groups":
            #"{"imports":{"status":"enabled","members":["newuser"]},"staff":{"status":"disabled","members":["bob"]}}"#,
        "svcaccts":
            #"{"newaccount":{"parent":"newuser","secretKey":"accountsecret","claims":{},"status":"on"}}"#,
        "user_mappings": #"{"newuser":{"policy":"fresh"}}"#,
        "group_mappings": #"{"staff":{"policy":"fresh"}}"#,
    ]
    var export = IAMExport()
    for (name, text) in texts {
        let object = try #require(try JSONValue(parsing: Array(text.utf8)).object)
        export.insert(object, path: "iam-assets/\(name).json")
    }
    return export
}

@Suite struct CrashTests {
    /// Files of a store with everything that changes touch.
    private static func files() async throws -> [String: [UInt8]] {
        let (storage, time) = (MemoryStorage(), TestTime())
        let iam = try await makeIAM(storage, time: time)
        for name in ["own", "shared", "unused"] { try await iam.setPolicy(policyText(), named: name) }
        try await iam.addUser("alice", secret: Secret("alicesecret"))
        try await iam.addUser("bob", secret: Secret("bobsecret"))
        try await iam.addMembers(["alice"], toGroup: "staff")
        try await iam.addMembers(["alice", "bob"], toGroup: "crew")
        try await iam.addMembers([], toGroup: "empty")
        try await iam.setPolicies(["own"], of: .user("alice"))
        try await iam.setPolicies(["shared"], of: .group("staff"))
        try await iam.setPolicies(["shared"], of: .group("empty"))
        try await iam.setPolicies(["readwrite"], of: .externalUser("uid=dave"))
        try await iam.setPolicies(["shared"], of: .externalGroup("cn=outside"))
        var request = ServiceAccountRequest(parent: "alice")
        (request.accessKey, request.secret) = ("alicekey", Secret("alicekeysecret"))
        _ = try await iam.addServiceAccount(request)
        storage.put(
            #"{"version":1,"policy":"own"}"#,
            at: "config/iam/policydb/service-accounts/alicekey.json"
        )
        (request.accessKey, request.expiration) = ("shortkey", time.now + .seconds(1))
        _ = try await iam.addServiceAccount(request)
        let alice = try iam.identity(of: "alice")
        for _ in 0..<2 {
            _ = try await iam.assumeRole(for: alice, sessionPolicy: policyText(), duration: .seconds(600))
        }
        return storage.files
    }

    private static let later = Timestamp(seconds: 1_750_000_060)

    /// What clients can see.
    private static func view(_ iam: IAM) -> [String] {
        var lines = iam.users().map { "\($0)" } + iam.groups().map { "\($0)" }
        lines += iam.policies().map { "\($0.name) \(String(decoding: $0.text, as: UTF8.self))" }
        let accounts = iam.serviceAccounts(ofParent: nil)
        let temporaries = iam.temporaryCredentials(ofParent: nil)
        lines += accounts.map { "\($0)" } + temporaries.map { "\($0)" }
        lines.append("\(iam.policyEntities(PolicyEntities.Query()))")
        var outside = PolicyEntities.Query()
        outside.isExternal = true
        lines.append("\(iam.policyEntities(outside))")
        let keys =
            ["alice", "bob", "newuser", "alicekey", "shortkey", "newaccount"]
            + temporaries.map(\.accessKey)
        for key in keys {
            do throws(CredentialError) {
                let identity = try iam.identity(of: key)
                lines.append("\(key) may \(identity.policies.map(\.name)) \(identity.sessionPolicies.count)")
            } catch {
                lines.append("\(key): \(error)")
            }
            if let credential = try? iam.credential(accessKey: key, sessionToken: nil) {
                lines.append("\(key) has \(credential.secret.revealed())")
            }
        }
        return lines
    }

    private static func reloaded(_ files: [String: [UInt8]]) async throws -> (view: [String], MemoryStorage) {
        let storage = MemoryStorage(files)
        let iam = try await makeIAM(storage, time: TestTime(later), seed: 99)
        return (view(iam), storage)
    }

    @Test(arguments: TestedChange.allCases)
    func aCrashAtEveryCallLeavesTheOldOrTheNewState(change: TestedChange) async throws {
        let files = try await Self.files()
        let old = try await Self.reloaded(files).view
        let clean = MemoryStorage(files)
        let cleanIAM = try await makeIAM(clean, time: TestTime(Self.later), seed: 7)
        clean.setFault(.none)
        #expect(await change.perform(on: cleanIAM, time: TestTime(Self.later)))
        let callCount = clean.callCount
        #expect(callCount > 0)
        let new = try await Self.reloaded(clean.files).view
        #expect(Self.view(cleanIAM) == new, "what is in memory is what is on the drives")
        #expect(new != old)
        #expect(clean.files["config/iam/martlet/change.json"] == nil)
        for call in 1...callCount {
            for hasEffect in [false, true] {
                let storage = MemoryStorage(files)
                let iam = try await makeIAM(storage, time: TestTime(Self.later), seed: 7)
                storage.setFault(.crash(call: call, hasEffect: hasEffect))
                let isDone = await change.perform(on: iam, time: TestTime(Self.later))
                let seen = Self.view(iam)
                #expect(seen == old || seen == new, "\(change) in memory, call \(call)")
                let (view, after) = try await Self.reloaded(storage.files)
                #expect(view == old || view == new, "\(change), call \(call), effect \(hasEffect)")
                if isDone { #expect(view == new, "\(change), call \(call): acknowledged and lost") }
                if seen == new { #expect(view == new, "\(change), call \(call): seen and lost") }
                #expect(after.files["config/iam/martlet/change.json"] == nil)
                if view == new { #expect(after.files == clean.files, "\(change), call \(call)") }
            }
        }
    }

    @Test(arguments: TestedChange.allCases)
    func aFailedCallIsSettledBeforeTheNextChange(change: TestedChange) async throws {
        let files = try await Self.files()
        let old = try await Self.reloaded(files).view
        let clean = MemoryStorage(files)
        let cleanIAM = try await makeIAM(clean, time: TestTime(Self.later), seed: 7)
        clean.setFault(.none)
        _ = await change.perform(on: cleanIAM, time: TestTime(Self.later))
        let new = Self.view(cleanIAM)
        for call in 1...clean.callCount {
            for hasEffect in [false, true] {
                let storage = MemoryStorage(files)
                let iam = try await makeIAM(storage, time: TestTime(Self.later), seed: 7)
                storage.setFault(.failure(call: call, hasEffect: hasEffect))
                let isDone = await change.perform(on: iam, time: TestTime(Self.later))
                // An empty change settles and adds nothing that can be seen.
                _ = try await iam.revokeTemporaryCredentials(of: "nobody", type: nil)
                let seen = Self.view(iam)
                #expect(seen == old || seen == new, "\(change), call \(call), effect \(hasEffect)")
                if isDone { #expect(seen == new) }
                #expect(try await Self.reloaded(storage.files).view == seen)
                #expect(storage.files["config/iam/martlet/change.json"] == nil)
            }
        }
    }

    @Test func aRemovedUsersNameMeansNothingWhenItIsGivenAnew() async throws {
        let storage = MemoryStorage(try await Self.files())
        let iam = try await makeIAM(storage, time: TestTime(Self.later))
        try await iam.removeUser("alice")
        try await iam.addUser("alice", secret: Secret("another-alice"))
        let alice = try iam.identity(of: "alice")
        #expect(alice.policies.isEmpty && alice.groups.isEmpty)
        #expect(iam.serviceAccounts(ofParent: "alice").isEmpty)
        #expect(iam.temporaryCredentials(ofParent: "alice").isEmpty)
        let left = storage.files.keys.filter { $0.contains("alice") }
        #expect(left == ["config/iam/users/alice/identity.json"])
    }

    @Test func aJournalThatCannotBeReadStopsChangesAndNotSignIns() async throws {
        let storage = MemoryStorage(MinIOFiles.all)
        storage.put("no journal", at: "config/iam/martlet/change.json")
        let iam = unloadedIAM(storage)
        let report = try await iam.load()
        #expect(report.unreadable.map(\.path) == ["config/iam/martlet/change.json"])
        _ = try iam.credential(accessKey: "fxuser", sessionToken: nil)
        await #expect(throws: IAMError.unreadable(path: "config/iam/martlet/change.json")) {
            try await iam.removeUser("fxuser")
        }
    }
}
