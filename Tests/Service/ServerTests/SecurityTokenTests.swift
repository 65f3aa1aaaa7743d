import AdminEncryption
import Base
import IAM
import JSON
import S3Service
import STSService
import ServiceTestSupport
import Telemetry
import TestSupport
import Testing
import XML

@testable import Server

private let formType: [(name: String, value: String)] = [
    ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
]

private func form(_ parameters: KeyValuePairs<String, String>) -> String {
    let pairs = [("Version", "2011-06-15")] + parameters.map { ($0.key, $0.value) }
    return pairs.map { name, value in
        name + "=" + String(decoding: PercentCoding.encode(Array(value.utf8)), as: UTF8.self)
    }.joined(separator: "&")
}

/// Believes one password, and one token.
private struct Doorkeeper: WebIdentityProvider, DirectoryLogin {
    func identity(token: Secret, accessToken: Secret?, role: String?) async throws(LoginError)
        -> VouchedIdentity
    {
        guard token.revealed() == "a-good-token" else { throw .rejected("The token is not accepted.") }
        return VouchedIdentity(parent: "hash-of-carol", policies: ["readwrite"])
    }

    func identity(userName: String, password: Secret) async throws(LoginError) -> VouchedIdentity {
        guard password.revealed() == "a-good-password" else { throw .rejected("The password is wrong.") }
        return VouchedIdentity(parent: "uid=\(userName),dc=example", groups: ["cn=staff,dc=example"])
    }
}

/// What a client makes of the answer.
private struct SessionKeys {
    let accessKey: String
    let secret: String
    let token: String

    init(_ answer: LoopbackClient.Answer, _ call: String) throws {
        let document = try XMLElement(parsing: answer.body, sizeMax: 1 << 20)
        let credentials = try #require(document.child("\(call)Result")?.child("Credentials"))
        accessKey = try #require(credentials.text(of: "AccessKeyId"))
        secret = try #require(credentials.text(of: "SecretAccessKey"))
        token = try #require(credentials.text(of: "SessionToken"))
    }
}

@Suite(.timeLimit(.minutes(2))) struct SecurityTokenTests {
    /// Root is `owner`; `alice` may do everything with objects.
    private func withService(
        signInFailuresMax: Int = 100,
        domains: [String] = [],
        _ body: (TestServer, IAM) async throws -> Void
    ) async throws {
        let root = Credential(
            accessKey: "owner",
            secret: Secret("owner-secret"),
            identity: .root(accessKey: "owner")
        )
        let iam = IAM(
            root: root,
            storage: MemoryStorage(),
            decryption: RootCredentialDecryption(
                root: root,
                encryption: PayloadEncryption(derivation: KeyDerivation())
            )
        )
        _ = try await iam.load()
        try await iam.addUser("alice", secret: Secret("alice-secret"))
        _ = try await iam.attach(["readwrite"], to: .user("alice"))
        _ = try await iam.attach(["readwrite"], to: .externalGroup("cn=staff,dc=example"))
        let doorkeeper = Doorkeeper()
        let service = STSInterface(iam: iam, webIdentities: doorkeeper, directory: doorkeeper)
        try await withServer(
            sts: service,
            identities: iam,
            {
                $0.signInFailuresMax = signInFailuresMax
                $0.domains = domains
            },
            { try await body($0, iam) }
        )
    }

    private func assume(
        _ server: TestServer,
        _ parameters: KeyValuePairs<String, String> = ["Action": "AssumeRole"],
        as user: String? = "alice",
        secret: String? = nil,
        service: String = "sts"
    ) throws -> LoopbackClient.Answer {
        try server.send(
            "POST",
            "/",
            formType,
            body: form(parameters),
            as: user,
            secret: secret,
            service: service
        )
    }

    private func list(_ server: TestServer, _ keys: SessionKeys, token: String?) throws
        -> LoopbackClient.Answer
    {
        try server.send("GET", "/", as: keys.accessKey, secret: keys.secret, token: token)
    }

    @Test func aSessionWorksWithItsTokenUntilItIsTakenAway() async throws {
        try await withService { server, iam in
            let answer = try assume(server)
            #expect(answer.status == 200)
            #expect(answer.value(of: "Content-Type") == "application/xml")
            let id = try #require(answer.value(of: "x-amz-request-id"))
            #expect(answer.text.contains("<RequestId>\(id)</RequestId>"))
            let keys = try SessionKeys(answer, "AssumeRole")
            #expect(try list(server, keys, token: keys.token).status == 200)
            let other = try SessionKeys(try assume(server), "AssumeRole")
            for token in [nil, "x", keys.token + "x", other.token] {
                let refused = try list(server, keys, token: token)
                #expect(refused.status == 403 || refused.status == 400)
                #expect(refused.text.contains("<Code>InvalidToken</Code>"), "\(refused.text)")
            }
            #expect(try await iam.revokeTemporaryCredentials(of: "alice", type: nil) == 2)
            let revoked = try list(server, keys, token: keys.token)
            #expect(revoked.status == 403 && revoked.text.contains("<Code>InvalidAccessKeyId</Code>"))
        }
    }

    @Test func aSessionEndsWithItsUser() async throws {
        try await withService { server, iam in
            let keys = try SessionKeys(try assume(server), "AssumeRole")
            try await iam.setStatus(.disabled, ofUser: "alice")
            #expect(try list(server, keys, token: keys.token).status == 403)
            #expect(try assume(server).status == 403)
        }
    }

    @Test func othersThanTheSignerGetNothing() async throws {
        try await withService { server, _ in
            for answer in [
                try assume(server, as: nil), try assume(server, secret: "another-secret"),
                try assume(server, as: "nobody"), try assume(server, service: "s3"),
            ] {
                #expect(answer.status == 403)
                #expect(answer.text.contains("<Code>AccessDenied</Code>"))
                #expect(answer.text.contains("https://sts.amazonaws.com/doc/2011-06-15/"))
                #expect(answer.value(of: "x-amz-request-id") != nil)
            }
        }
    }

    @Test func aPolicyCanDenyIt() async throws {
        try await withService { server, iam in
            let policy = """
                {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sts:AssumeRole",
                "Condition":{"NumericGreaterThan":{"sts:DurationSeconds":"1000"}}}]}
                """
            try await iam.setPolicy(Array(policy.utf8), named: "short")
            _ = try await iam.attach(["short"], to: .user("alice"))
            let long = try assume(server, ["Action": "AssumeRole", "DurationSeconds": "2000"])
            #expect(long.status == 403 && long.text.contains("AssumeRole"))
            #expect(try assume(server, ["Action": "AssumeRole", "DurationSeconds": "900"]).status == 200)
        }
    }

    /// Its session policy says nothing of it, and takes nothing away from it.
    @Test func aGroupsPolicyCanDenyItToADirectorysUsers() async throws {
        try await withService { server, iam in
            let login: KeyValuePairs = [
                "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora",
                "LDAPPassword": "a-good-password",
                "Policy":
                    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
            ]
            #expect(try assume(server, login, as: nil).status == 200)
            let policy = """
                {"Version":"2012-10-17","Statement":[{"Effect":"Deny",
                "Action":"sts:AssumeRoleWithLDAPIdentity",
                "Condition":{"StringEquals":{"ldap:groups":"cn=staff,dc=example"}}}]}
                """
            try await iam.setPolicy(Array(policy.utf8), named: "nobody")
            _ = try await iam.attach(["nobody"], to: .externalGroup("cn=staff,dc=example"))
            let denied = try assume(server, login, as: nil)
            #expect(denied.status == 403 && denied.text.contains("AssumeRoleWithLDAPIdentity"))
        }
    }

    @Test func passwordsAndTokensNeedNoSignature() async throws {
        try await withService { server, _ in
            let login = try assume(
                server,
                [
                    "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora",
                    "LDAPPassword": "a-good-password",
                ],
                as: nil
            )
            let dora = try SessionKeys(login, "AssumeRoleWithLDAPIdentity")
            #expect(try list(server, dora, token: dora.token).status == 200)
            let exchange = try assume(
                server,
                ["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "a-good-token"],
                as: nil
            )
            let carol = try SessionKeys(exchange, "AssumeRoleWithWebIdentity")
            #expect(try list(server, carol, token: carol.token).status == 200)
        }
    }

    /// As minio-py sends them: no body, no type of one.
    @Test func parametersMayStandInTheQuery() async throws {
        try await withService { server, _ in
            let query = form(["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "a-good-token"])
            let answer = try server.send("POST", "/?" + query, body: "", as: nil)
            let carol = try SessionKeys(answer, "AssumeRoleWithWebIdentity")
            #expect(try list(server, carol, token: carol.token).status == 200)
        }
    }

    @Test(arguments: ["/?Action=AssumeRole", "/?Version=2011-06-15", "/?x", "/bucket", "//", "/?uploads"])
    func whatIsNoCallIsAnsweredAsBefore(target: String) async throws {
        try await withService { server, _ in
            let answer = try server.send("POST", target, formType, body: form(["Action": "X"]), as: nil)
            #expect(!answer.text.contains("sts.amazonaws.com"), "\(answer.text)")
            #expect(answer.status >= 400)
        }
    }

    @Test(arguments: [
        ("PUT", "application/x-www-form-urlencoded"), ("GET", "application/x-www-form-urlencoded"),
        ("POST", "application/xml"), ("POST", "application/x-www-form-urlencodedly"), ("POST", ""),
    ])
    func anotherMethodOrTypeIsNoCall(method: String, type: String) async throws {
        try await withService { server, _ in
            let body = form(["Action": "AssumeRole"])
            let answer = try server.send(method, "/", [("content-type", type)], body: body, as: nil)
            #expect(!answer.text.contains("sts.amazonaws.com"), "\(answer.text)")
        }
    }

    @Test func aVirtualHostIsABucketsAndHasNoService() async throws {
        try await withService(domains: ["127.0.0.1.example"]) { server, _ in
            let answer = try server.send(
                "POST",
                "/",
                formType + [("host", "bucket.127.0.0.1.example")],
                body: form(["Action": "AssumeRole"]),
                as: nil
            )
            #expect(!answer.text.contains("sts.amazonaws.com"), "\(answer.text)")
        }
    }

    @Test(arguments: [
        "Application/X-WWW-Form-URLEncoded", "application/x-www-form-urlencoded ;charset=UTF-8",
    ])
    func theTypeIsReadAsMIMESays(type: String) async throws {
        try await withService { server, _ in
            let body = form(["Action": "AssumeRole"])
            let answer = try server.send("POST", "/", [("content-type", type)], body: body, as: nil)
            #expect(answer.text.contains("sts.amazonaws.com"), "\(answer.text)")
        }
    }

    @Test(arguments: [0, 1])
    func aFormHasASizeItMayNotPass(excess: Int) async throws {
        try await withService { server, _ in
            let start = form(["Action": "AssumeRole"]) + "&x="
            let padding = String(repeating: "a", count: STSInterface.formSizeMax - start.utf8.count + excess)
            let answer = try server.send("POST", "/", formType, body: start + padding, as: nil)
            #expect(answer.text.contains(excess == 0 ? "not signed" : "larger than"), "\(answer.text)")
        }
    }

    @Test func whoFailsTooOftenIsNotHeard() async throws {
        try await withService(signInFailuresMax: 2) { server, _ in
            for _ in 0..<2 { #expect(try assume(server, secret: "another-secret").status == 403) }
            let slow = try assume(server)
            #expect(slow.status == 503 && slow.text.contains("<Code>SlowDown</Code>"))
            #expect(slow.value(of: "Retry-After") == "1")
            // The same key, whatever it signs.
            #expect(try server.send("GET", "/", as: "alice").status == 503)
            #expect(try assume(server, as: "owner").status == 200)
        }
    }

    private func attempt(_ server: TestServer, _ action: String, _ word: String) throws
        -> LoopbackClient.Answer
    {
        try assume(
            server,
            [
                "Action": action, "LDAPUsername": "dora", "LDAPPassword": "a-\(word)-password",
                "WebIdentityToken": "a-\(word)-token",
            ],
            as: nil
        )
    }

    @Test(arguments: ["AssumeRoleWithLDAPIdentity", "AssumeRoleWithWebIdentity"])
    func guessesAtPasswordsAndTokensAreCounted(action: String) async throws {
        try await withService(signInFailuresMax: 2) { (server: TestServer, _: IAM) async throws -> Void in
            #expect(try attempt(server, action, "good").status == 200)
            for _ in 0..<2 { #expect(try attempt(server, action, "bad").status == 400) }
            #expect(try attempt(server, action, "good").status == 503)
            #expect(try assume(server).status == 200)
        }
    }

    @Test func theLogTellsWhoAndNoSecret() async throws {
        try await withService { server, _ in
            let keys = try SessionKeys(try assume(server), "AssumeRole")
            for word in ["good", "bad"] {
                _ = try assume(
                    server,
                    [
                        "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora",
                        "LDAPPassword": "a-\(word)-password",
                    ],
                    as: nil
                )
            }
            let query = form(["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "a-bad-token"])
            _ = try server.send("POST", "/?" + query, body: "", as: nil)
            let audit = server.log.lines("credentials")
            #expect(audit.count == 4)
            #expect(audit[0].contains("allowed") && audit[0].contains("alice"))
            #expect(audit[0].contains(keys.accessKey))
            #expect(audit[1].contains("allowed") && audit[1].contains("uid=dora,dc=example"))
            #expect(audit[2].contains("denied") && audit[2].contains("dora"))
            #expect(audit[3].contains("denied") && audit[3].contains("AssumeRoleWithWebIdentity"))
            // An answer leaves before its line is written.
            while server.log.lines("request").count < 4 { await Task.yield() }
            let requests = server.log.lines("request")
            #expect(requests.count == 4)
            #expect(requests[0].contains("AssumeRole") && requests[0].contains("alice"))
            for line in audit + requests {
                for secret in [keys.secret, keys.token, "-password", "-token", "alice-secret"] {
                    #expect(!line.contains(secret), "\(line)")
                }
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func changedCallsGetAnAnswer(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        try await withService(signInFailuresMax: 0) { server, _ in
            let text = form([
                "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora", "LDAPPassword": "bad",
                "DurationSeconds": "900",
            ])
            for _ in 0..<20 {
                let bytes = mutated(Array(text.utf8), using: &generator)
                guard let body = String(validating: bytes, as: UTF8.self) else { continue }
                let answer = try server.send("POST", "/", formType, body: body, as: nil)
                #expect((400...501).contains(answer.status) && answer.status != 500, "\(answer.text)")
            }
        }
    }
}
