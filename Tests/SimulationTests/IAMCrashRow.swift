import Base
import IAM
import JSON
import Telemetry

/// One change of users, groups, policies or credentials, whose every file call may be the last before the power goes.
struct IAMCrashRow: Sendable, CustomStringConvertible {
    let name: String
    /// Whether more than one file is touched, so that a journal is written.
    let isJournalled: Bool
    let change: @Sendable (IAM) async throws -> Void

    private init(
        _ name: String,
        journalled: Bool = false,
        _ change: @escaping @Sendable (IAM) async throws -> Void
    ) {
        (self.name, isJournalled, self.change) = (name, journalled, change)
    }

    var description: String { name }

    // What is there before every change.

    /// When ``prepare(_:_:)`` is made, and when the changes are: the short-lived service account has ended in between.
    static let before = Timestamp(seconds: 1_750_000_000)
    static let after = Timestamp(seconds: 1_750_000_060)

    /// A store in which every change touches something, and in which many things hang together.
    ///
    ///     alice   own, groups staff and crew, service accounts alicekey and shortkey, two sessions
    ///     bob     group crew
    ///     carol   nothing but a secret
    static func prepare(_ iam: IAM, _ storage: some IAMStorage) async throws {
        for name in ["own", "shared", "unused"] { try await iam.setPolicy(policy(), named: name) }
        for name in ["alice", "bob", "carol"] {
            try await iam.addUser(name, secret: Secret("\(name)-secret"))
        }
        try await iam.addMembers(["alice"], toGroup: "staff")
        try await iam.addMembers(["alice", "bob"], toGroup: "crew")
        try await iam.addMembers([], toGroup: "empty")
        try await iam.setPolicies(["own"], of: .user("alice"))
        for group in ["staff", "empty"] { try await iam.setPolicies(["shared"], of: .group(group)) }
        try await iam.setPolicies(["readwrite"], of: .externalUser("uid=dave"))
        try await iam.setPolicies(["shared"], of: .externalGroup("cn=outside"))
        _ = try await iam.addServiceAccount(account("alicekey"))
        // MinIO keeps such files of service accounts; one must go with its account.
        try await storage.write(
            "config/iam/policydb/service-accounts/alicekey.json",
            Array(#"{"version":1,"policy":"own"}"#.utf8)
        )
        var short = account("shortkey")
        short.expiration = before + .seconds(1)
        _ = try await iam.addServiceAccount(short)
        let alice = try iam.identity(of: "alice")
        for _ in 0..<2 {
            _ = try await iam.assumeRole(for: alice, sessionPolicy: policy(), duration: .seconds(600))
        }
    }

    // The changes.

    static let users: [IAMCrashRow] = [
        IAMCrashRow("add a user") { try await $0.addUser("newuser", secret: Secret("new-secret")) },
        IAMCrashRow("change a secret") { try await $0.addUser("alice", secret: Secret("another-secret")) },
        IAMCrashRow("disable a user") { try await $0.setStatus(.disabled, ofUser: "alice") },
        IAMCrashRow("remove a user with nothing") { try await $0.removeUser("carol") },
        IAMCrashRow("remove a user with everything", journalled: true) { try await $0.removeUser("alice") },
    ]

    static let groups: [IAMCrashRow] = [
        IAMCrashRow("make a group") { try await $0.addMembers(["bob"], toGroup: "newgroup") },
        IAMCrashRow("add a member") { try await $0.addMembers(["bob"], toGroup: "staff") },
        IAMCrashRow("remove a member") { try await $0.removeMembers(["alice"], fromGroup: "staff") },
        IAMCrashRow("disable a group") { try await $0.setStatus(.disabled, ofGroup: "staff") },
        IAMCrashRow("remove a group", journalled: true) { try await $0.removeGroup("empty") },
    ]

    static let policies: [IAMCrashRow] = [
        IAMCrashRow("make a policy") { try await $0.setPolicy(policy(), named: "fresh") },
        IAMCrashRow("replace a policy") { try await $0.setPolicy(policy("Deny"), named: "own") },
        IAMCrashRow("remove a policy") { try await $0.removePolicy("unused") },
        IAMCrashRow("attach to a user") { _ = try await $0.attach(["readonly"], to: .user("alice")) },
        IAMCrashRow("detach from a user") { _ = try await $0.detach(["own"], from: .user("alice")) },
        IAMCrashRow("attach to a group") { _ = try await $0.attach(["readonly"], to: .group("crew")) },
        IAMCrashRow("detach from a group") { _ = try await $0.detach(["shared"], from: .group("staff")) },
        IAMCrashRow("replace a group's policies") {
            try await $0.setPolicies(["writeonly"], of: .group("staff"))
        },
    ]

    static let credentials: [IAMCrashRow] = [
        IAMCrashRow("add a service account") { _ = try await $0.addServiceAccount(account("newaccount")) },
        IAMCrashRow("change a service account") { iam in
            var update = ServiceAccountUpdate()
            (update.secret, update.sessionPolicy) = (Secret("other-secret"), policy())
            try await iam.updateServiceAccount("alicekey", update)
        },
        IAMCrashRow("disable a service account") { iam in
            var update = ServiceAccountUpdate()
            update.status = .disabled
            try await iam.updateServiceAccount("alicekey", update)
        },
        IAMCrashRow("remove a service account", journalled: true) {
            try await $0.removeServiceAccount("alicekey")
        },
        IAMCrashRow("remove what has expired") { _ = try await $0.maintain() },
        IAMCrashRow("assume a role") { iam in
            let alice = try iam.identity(of: "alice")
            _ = try await iam.assumeRole(for: alice, sessionPolicy: nil, duration: .seconds(900))
        },
        IAMCrashRow("add credentials of somebody outside", journalled: true) { iam in
            var grant = TemporaryGrant(parent: "uid=dave", expiration: after + .seconds(900))
            (grant.policies, grant.groups) = (["own"], ["cn=outside"])
            _ = try await iam.addTemporary(grant)
        },
        IAMCrashRow("revoke sessions", journalled: true) {
            _ = try await $0.revokeTemporaryCredentials(of: "alice", type: nil)
        },
    ]

    static let imports: [IAMCrashRow] = [
        IAMCrashRow("import", journalled: true) { iam in
            let report = try await iam.importAll(try archive())
            guard report.failed.isEmpty, report.skipped.isEmpty else { throw Violation("\(report)") }
        }
    ]

    static let all = users + groups + policies + credentials + imports

    // What they are made of.

    private static func policy(_ effect: String = "Allow") -> [UInt8] {
        let statement = #"{"Effect":"\#(effect)","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::*"]}"#
        return Array(#"{"Version":"2012-10-17","Statement":[\#(statement)]}"#.utf8)
    }

    private static func account(_ accessKey: String) -> ServiceAccountRequest {
        var request = ServiceAccountRequest(parent: "alice")
        (request.accessKey, request.secret) = (accessKey, Secret("\(accessKey)-secret"))
        return request
    }

    /// One entry of each kind, new ones and one of each that is there already, and which refer to each other.
    private static func archive() throws -> IAMExport {
        let policy = String(decoding: policy("Deny"), as: UTF8.self)
        let account = #""secretKey":"erin-key-secret","claims":{},"status":"on","expiration":null"#
        let texts = [
            "policies": #"{"imported":\#(policy),"own":\#(policy)}"#,
            "users": #"""
            {"erin":{"secretKey":"erin-secret","status":"enabled"},
             "alice":{"secretKey":"imported-secret","status":"disabled"}}
            """#,
            "groups": #"""
            {"imports":{"status":"disabled","members":["erin","alice"]},
             "staff":{"status":"enabled","members":["erin"]}}
            """#,
            "svcaccts": #"{"erinkey":{"parent":"erin",\#(account)}}"#,
            "user_mappings": #"{"erin":{"policy":"imported,readonly"},"bob":{"policy":"imported"}}"#,
            "group_mappings": #"{"imports":{"policy":"imported"},"staff":{"policy":"own"}}"#,
            "stsuser_mappings": #"{"uid=dave":{"policy":"imported"}}"#,
        ]
        var archive = IAMExport()
        for (name, text) in texts {
            guard let object = try JSONValue(parsing: Array(text.utf8)).object else {
                throw Violation("\(name) is no object")
            }
            archive.insert(object, path: "iam-assets/\(name).json")
        }
        return archive
    }
}
