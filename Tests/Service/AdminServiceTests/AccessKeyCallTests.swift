import Base
import IAM
import JSON
import Policy
import Telemetry
import Testing

@testable import AdminService

@Suite struct AccessKeyCallTests {
    private static let narrow =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]}]}"#

    @Test func aUserMakesShowsListsAndRemovesItsOwnKeys() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let body =
            #"{"accessKey":"alicekey","secretKey":"alicekey-secret","name":"backup","description":"d","policy":\#(Self.narrow)}"#
        let made = try await server.json("PUT add-service-account", body, by: "alice")
        #expect(
            made == [
                "credentials": [
                    "accessKey": "alicekey", "secretKey": "alicekey-secret",
                    "expiration": "1970-01-01T00:00:00.000Z",
                ]
            ]
        )
        let info = try await server.json("GET info-service-account?accessKey=alicekey", by: "alice")
        #expect(info["parentUser"] == "alice")
        #expect(info["accountStatus"] == "on")
        #expect(info["impliedPolicy"] == .boolean(false))
        #expect(info["name"] == "backup")
        #expect(info["expiration"] == nil)
        let policy = try JSONValue(parsing: Array(try #require(info["policy"]?.string).utf8))
        #expect(policy["Statement"]?.array?.count == 1)
        let list = try await server.json("GET list-service-accounts", by: "alice")
        #expect(list["accounts"]?.array?.map { $0["accessKey"] } == ["alicekey"])
        let key = try await server.json("GET info-access-key?accessKey=alicekey", by: "alice")
        #expect(key["AccessKey"] == "alicekey")
        #expect(key["userType"] == "Service Account")
        #expect(key["userProvider"] == "builtin")
        let response = try await server.answer(
            "DELETE delete-service-account?accessKey=alicekey",
            by: "alice"
        )
        #expect(response.status == 204)
        #expect(
            await server.refusal("GET info-service-account?accessKey=alicekey")
                == AdminError.noSuchServiceAccount
        )
    }

    @Test func anothersKeysAreOutOfReach() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        try await server.addUser("bob")
        let key = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "bob")).accessKey
        for target in ["GET info-service-account", "GET info-access-key"] {
            #expect(
                await server.refusal("\(target)?accessKey=\(key)", by: "alice") == AdminError(.accessDenied)
            )
            // Not told from one that does not exist.
            #expect(
                await server.refusal("\(target)?accessKey=nothing", by: "alice") == AdminError(.accessDenied)
            )
        }
        #expect(
            await server.refusal("DELETE delete-service-account?accessKey=\(key)", by: "alice")
                == AdminError.noSuchServiceAccount
        )
        #expect(
            await server.refusal("GET list-service-accounts?user=bob", by: "alice")
                == AdminError(.accessDenied)
        )
        #expect(
            await server.refusal("GET list-access-keys-bulk?listType=all&all=true", by: "alice")
                == AdminError(.accessDenied)
        )
        #expect(
            await server.refusal("PUT add-service-account", #"{"targetUser":"bob"}"#, by: "alice")
                == AdminError(.accessDenied)
        )
    }

    @Test func onlyRootMakesAndChangesRootsKeys() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["admin:*"])
        let body = #"{"targetUser":"rootuser","accessKey":"rootkey1","secretKey":"rootkey1-secret"}"#
        #expect(
            await server.refusal("PUT add-service-account", body, by: "alice") == AdminError(.accessDenied)
        )
        _ = try await server.json("PUT add-service-account", body)
        let update = #"{"newSecretKey":"known-to-alice"}"#
        let target = "POST update-service-account?accessKey=rootkey1"
        #expect(await server.refusal(target, update, by: "alice") == AdminError(.accessDenied))
        #expect(await server.refusal(target, update) == nil)
    }

    /// A session that may read one bucket must not make itself keys that may do everything its user may.
    @Test func aNarrowedSessionMakesNoWiderKeys() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["s3:*"])
        let session = try await server.iam.assumeRole(
            for: try server.iam.identity(of: "alice"),
            sessionPolicy: Array(Self.narrow.utf8),
            duration: .seconds(3600)
        )
        let refusal = await server.refusal(
            "PUT add-service-account",
            "{}",
            by: session.accessKey,
            token: session.sessionToken.revealed()
        )
        #expect(refusal == AdminError(.accessDenied))
        var request = ServiceAccountRequest(parent: "alice")
        request.sessionPolicy = Array(Self.narrow.utf8)
        let account = try await server.iam.addServiceAccount(request)
        #expect(
            await server.refusal("PUT add-service-account", "{}", by: account.accessKey)
                == AdminError(.accessDenied)
        )
        #expect(server.iam.serviceAccounts(ofParent: "alice").count == 1)
    }

    private static let administering =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["admin:CreateServiceAccount","admin:UpdateServiceAccount"]}]}"#

    /// A session policy that allows making keys still narrows what they may do.
    @Test func aNarrowedCallersKeysAreAsNarrow() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["admin:*"])
        let session = try await server.iam.assumeRole(
            for: try server.iam.identity(of: "alice"),
            sessionPolicy: Array(Self.administering.utf8),
            duration: .seconds(3600)
        )
        let token = session.sessionToken.revealed()
        for body in [#"{"policy":\#(Self.narrow)}"#, #"{"policy":{}}"#, #"{"targetUser":"rootuser"}"#] {
            let refusal = await server.refusal(
                "PUT add-service-account",
                body,
                by: session.accessKey,
                token: token
            )
            #expect(refusal?.code == "AccessDenied", "\(body)")
        }
        let response = try await server.answer(
            "PUT add-service-account",
            Array("{}".utf8),
            by: session.accessKey,
            token: token
        )
        let key = try #require(try JSONValue(parsing: response.body)["credentials"]?["accessKey"]?.string)
        let made = try server.iam.identity(of: key)
        #expect(
            made.sessionPolicies.map(\.canonicalText) == session.identity.sessionPolicies.map(\.canonicalText)
        )

        let wide = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "alice")).accessKey
        for (target, body) in [
            (key, #"{"newPolicy":{}}"#), (key, #"{"newExpiration":"2099-01-01T00:00:00Z"}"#),
            (wide, #"{"newSecretKey":"known-to-the-narrow"}"#),
        ] {
            let refusal = await server.refusal(
                "POST update-service-account?accessKey=\(target)",
                body,
                by: key
            )
            #expect(refusal?.code == "AccessDenied", "\(body)")
        }
        let own = await server.refusal(
            "POST update-service-account?accessKey=\(key)",
            #"{"newSecretKey":"another-secret"}"#,
            by: key
        )
        #expect(own == nil)
    }

    private func certificatesSession(_ server: TestServer) async throws -> TemporaryCredential {
        var grant = TemporaryGrant(parent: "tls:consoleAdmin", expiration: Timestamp(seconds: 4_000_000_000))
        grant.policies = ["consoleAdmin"]
        grant.claims["iss"] = "an authority"
        grant.claims["sub"] = "consoleAdmin"
        return try await server.iam.addTemporary(grant)
    }

    @Test(arguments: [
        ("{}", false), (#"{"expiration":"2096-10-02T07:06:41Z"}"#, false),
        (#"{"expiration":"2096-10-02T07:06:40Z"}"#, true), (#"{"expiration":"2050-01-01T00:00:00Z"}"#, true),
        (#"{"targetUser":"alice"}"#, false),
    ])
    func whatACertificateStandsBehindEndsWithItsSession(body: String, isMade: Bool) async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let session = try await certificatesSession(server)
        let refusal = await server.refusal(
            "PUT add-service-account",
            body,
            by: session.accessKey,
            token: session.sessionToken.revealed()
        )
        #expect(refusal?.code == (isMade ? nil : "XMinioAdminInvalidExpiration"))
    }

    @Test func aCertificatesKeyDoesNotLengthenItsLife() async throws {
        let server = try await TestServer()
        let session = try await certificatesSession(server)
        let response = try await server.answer(
            "PUT add-service-account",
            Array(#"{"expiration":"2050-01-01T00:00:00Z"}"#.utf8),
            by: session.accessKey,
            token: session.sessionToken.revealed()
        )
        let key = try #require(try JSONValue(parsing: response.body)["credentials"]?["accessKey"]?.string)
        for expiration in ["2050-01-01T00:00:01Z", "1970-01-01T00:00:00Z"] {
            let refusal = await server.refusal(
                "POST update-service-account?accessKey=\(key)",
                #"{"newExpiration":"\#(expiration)"}"#,
                by: key
            )
            #expect(refusal?.code == "XMinioAdminInvalidExpiration", "\(expiration)")
        }
        #expect(
            await server.refusal("PUT add-service-account", "{}", by: key)?.code
                == "XMinioAdminInvalidExpiration"
        )
    }

    @Test func onlyRootImportsRootsKeys() async throws {
        let server = try await TestServer()
        _ = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "rootuser"))
        let export = try await server.answer("GET export-iam")
        let other = try await TestServer()
        try await other.addUser("alice", allowing: ["admin:*"])
        let refused = try await other.answer("PUT import-iam-v2", export.body, by: "alice")
        let report = try JSONValue(parsing: refused.body)
        #expect(report["failed"]?["serviceAccounts"]?.array?.count == 1)
        #expect(other.iam.serviceAccounts(ofParent: nil).isEmpty)
        _ = try await other.answer("PUT import-iam-v2", export.body)
        #expect(other.iam.serviceAccounts(ofParent: "rootuser").count == 1)
    }

    @Test func aSessionMakesKeysForItsUser() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let session = try await server.iam.assumeRole(
            for: try server.iam.identity(of: "alice"),
            sessionPolicy: nil,
            duration: .seconds(3600)
        )
        let response = try await server.answer(
            "PUT add-service-account",
            Array("{}".utf8),
            by: session.accessKey,
            token: session.sessionToken.revealed()
        )
        let key = try #require(try JSONValue(parsing: response.body)["credentials"]?["accessKey"]?.string)
        #expect(try server.iam.serviceAccount(key).parent == "alice")
    }

    @Test func aDenialByLifetimeHolds() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let policy = #"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["admin:CreateServiceAccount"],
            "Condition":{"NumericGreaterThan":{"svc:DurationSeconds":"3600"}}}]}
            """#
        try await server.iam.setPolicy(Array(policy.utf8), named: "short")
        _ = try await server.iam.attach(["short"], to: .user("alice"))
        let far = #"{"expiration":"2099-01-01T00:00:00Z"}"#
        #expect(
            await server.refusal("PUT add-service-account", far, by: "alice") == AdminError(.accessDenied)
        )
    }

    @Test func keysAreUpdated() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let key = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "alice")).accessKey
        let target = "POST update-service-account?accessKey=\(key)"
        let body = #"{"newStatus":"off","newName":"nightly","newExpiration":"2099-01-01T00:00:00.9Z"}"#
        #expect(await server.refusal(target, body, by: "alice") == AdminError(.accessDenied))
        #expect(try await server.answer(target, Array(body.utf8)).status == 204)
        let info = try await server.json("GET info-service-account?accessKey=\(key)")
        #expect(info["accountStatus"] == "off")
        #expect(info["name"] == "nightly")
        #expect(info["expiration"] == "2099-01-01T00:00:00.000Z")
        #expect(info["impliedPolicy"] == .boolean(true))
    }

    @Test(arguments: [
        (#"{"name":"9lives"}"#, "XMinioAdminInvalidArgument"),
        (#"{"accessKey":" spaced"}"#, "XMinioInvalidResource"),
        (#"{"expiration":"tomorrow"}"#, "XMinioAdminConfigBadJSON"),
        (#"{"expiration":"2001-01-01T00:00:00Z"}"#, "XMinioAdminInvalidExpiration"),
        (#"{"expiration":"1700-01-01T00:00:00Z"}"#, "XMinioAdminInvalidExpiration"),
        (#"{"expiration":"1677-09-21T00:12:44Z"}"#, "XMinioAdminInvalidExpiration"),
        (#"{"policy":"text"}"#, "XMinioAdminConfigBadJSON"),
        (#"{"policy":{"Version":"2012-10-17","Statement":7}}"#, "XMinioMalformedIAMPolicy"),
        (#"{"targetUser":"nobody"}"#, "XMinioAdminNoSuchUser"),
        (#"{"accessKey":"rootuser","secretKey":"long-enough"}"#, "XMinioInvalidIAMCredentials"),
    ])
    func keysThatCannotBeAreRefused(body: String, code: String) async throws {
        let server = try await TestServer()
        #expect(await server.refusal("PUT add-service-account", body)?.code == code)
    }

    @Test func temporaryCredentialsAreShownListedAndRevoked() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let session = try await server.iam.assumeRole(
            for: try server.iam.identity(of: "alice"),
            sessionPolicy: nil,
            duration: .seconds(3600),
            revokeType: "laptop"
        )
        let info = try await server.json("GET temporary-account-info?accessKey=\(session.accessKey)")
        #expect(info["parentUser"] == "alice")
        #expect(info["impliedPolicy"] == .boolean(true))
        #expect(
            await server.refusal("GET temporary-account-info?accessKey=\(session.accessKey)", by: "alice")
                == AdminError(.accessDenied)
        )
        let key = try await server.json("GET info-access-key?accessKey=\(session.accessKey)", by: "alice")
        #expect(key["userType"] == "STS")
        let list = try await server.json("GET list-access-keys-bulk?listType=all&all=true")
        #expect(list["alice"]?["stsKeys"]?.array?.map { $0["accessKey"] } == [.string(session.accessKey)])
        #expect(list["rootuser"]?["serviceAccounts"] == [])
        let own = try await server.json("GET list-access-keys-bulk?listType=sts-only", by: "alice")
        #expect(own.object?.members.map(\.key) == ["alice"])

        let target = "POST revoke-tokens/builtin"
        #expect(await server.refusal(target, by: "alice") == AdminError(.noRevokeType))
        #expect(
            await server.refusal(target + "?user=rootuser&fullRevoke=true", by: "alice")
                == AdminError(.accessDenied)
        )
        #expect(await server.refusal(target + "?tokenRevokeType=phone", by: "alice") == nil)
        #expect(server.iam.temporaryCredentials(ofParent: "alice").count == 1)
        #expect(await server.refusal(target + "?tokenRevokeType=laptop", by: "alice") == nil)
        #expect(server.iam.temporaryCredentials(ofParent: "alice").isEmpty)
    }

    @Test func everythingIsExportedAndImportedElsewhere() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["s3:GetObject"])
        try await server.iam.addMembers(["alice"], toGroup: "g")
        _ = try await server.iam.attach(["readonly"], to: .group("g"))
        let key = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "alice"))
        let export = try await server.answer("GET export-iam")
        #expect(export.headers.map(\.value) == ["application/zip"])

        let other = try await TestServer()
        let report = try JSONValue(
            parsing: try await other.answer("PUT import-iam-v2", export.body).body
        )
        #expect(report["added"]?["users"] == ["alice"])
        #expect(report["added"]?["serviceAccounts"] == [.string(key.accessKey)])
        #expect(report["failed"] == .object(JSONObject()))
        let credential = try other.iam.credential(accessKey: key.accessKey, sessionToken: nil)
        #expect(credential.secret == key.secret)
        #expect(try other.iam.user("alice").policies == ["alice-policy"])
        #expect(other.iam.policyNames(of: .group("g")) == ["readonly"])
        #expect(await other.refusal("PUT import-iam", "no archive")?.code == "InvalidRequest")
    }
}
