import AdminEncryption
import Base
import HTTP
import IAM
import JSON
import S3API
import ServiceTestSupport
import SigV4
import Telemetry
import TestSupport
import Testing

@testable import AdminService

@Suite struct InterfaceTests {
    @Test func bodiesAreEncryptedWithTheCallersSecretKey() async throws {
        let server = try await TestServer()
        let secret = TestServer.root.secret
        let body = try await server.encryption.encrypt(
            Array(#"{"status":"enabled","secretKey":"alice-secret"}"#.utf8),
            password: secret,
            algorithm: .pbkdf2AES256GCM
        )
        _ = try await server.answer("PUT add-user?accessKey=alice", body, dialect: .encrypted)
        let answer = try await server.answer("GET list-users", dialect: .encrypted)
        #expect(answer.headers.map(\.value) == ["application/octet-stream"])
        let users = try await server.encryption.decrypt(answer.body, password: secret, sizeMax: 1 << 20)
        #expect(try JSONValue(parsing: users)["alice"]?["status"] == "enabled")
    }

    @Test func aBodyUnderAnotherSecretIsRefused() async throws {
        let server = try await TestServer()
        let body = try await server.encryption.encrypt(
            Array("{}".utf8),
            password: Secret("another"),
            algorithm: .pbkdf2AES256GCM
        )
        for body in [body, Array("{}".utf8), []] {
            do throws(AdminError) {
                _ = try await server.answer("PUT add-user?accessKey=alice", body, dialect: .encrypted)
                Issue.record("the body was taken")
            } catch {
                #expect(error.code == "XMinioAdminConfigBadJSON")
                #expect(error.status == 400)
            }
        }
        #expect(server.iam.users().isEmpty)
    }

    @Test(arguments: [SignatureKind.queryParameters, .anonymous, .version2Header])
    func onlyAHeadersSignatureCounts(kind: SignatureKind) async throws {
        let server = try await TestServer()
        do throws(AdminError) {
            _ = try await server.answer("GET list-users", kind: kind)
            Issue.record("the call was answered")
        } catch {
            #expect(error == AdminError(.accessDenied))
        }
    }

    /// Also without a signature: a client finds out which version to speak.
    @Test func anotherVersionIsToldToUpgrade() async throws {
        let server = try await TestServer()
        let incoming = IncomingCall(
            path: try #require(CallPath(Array("/minio/admin/v4/info".utf8))),
            method: .get,
            query: try QueryString([]),
            contentType: nil,
            credential: nil,
            signatureKind: .anonymous
        )
        let access = TestAccess(identity: .anonymous, authorizer: .init(buckets: NoBuckets()))
        let error = await #expect(throws: AdminError.self) {
            try await server.interface.answer(incoming, access: access, body: TestBody(content: []))
        }
        #expect(error?.status == 426)
    }

    /// A user without any policy is let in nowhere but to its own things.
    @Test(arguments: AdminTable.all.map { $0.name })
    func nothingIsDoneWithoutTheRight(name: String) async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let route = try #require(AdminTable.all.first { $0.name == name }).route
        let before = server.storage.paths
        let values = [
            "status": "enabled", "action": "stop", "isGroup": "false", "count": "5",
            "accessKey": "other-user",
            "listType": "all",
        ]
        let query =
            route.requiredParameters.map { "\($0)=\(values[$0] ?? "other")" } + [
                "user=other", "fullRevoke=true",
            ]
        let path = route.path.replacing("{provider}", with: "builtin").replacing("{group}", with: "other")
            .replacing("{type}", with: "openid").replacing("{name}", with: "other")
        let error = await server.refusal(
            "\(route.method) \(path)?\(query.joined(separator: "&"))",
            #"{"targetUser":"other-user"}"#,
            by: "alice"
        )
        switch name {
        case "AccountInfo", "ListAccessKeysBulk": #expect(error == nil)
        case "DeleteServiceAccount": #expect(error == AdminError.noSuchServiceAccount)
        case "AddLDAPServiceAccount", "ListLDAPAccessKeys", "ListLDAPAccessKeysBulk":
            #expect(error == AdminError(.ldapNotEnabled))
        case "ListOpenIDAccessKeysBulk": #expect(error == AdminError(.openIDNotEnabled))
        default: #expect(error == AdminError(.accessDenied))
        }
        #expect(server.storage.paths == before)
    }

    @Test func errorsAreJSON() throws {
        let text = AdminError(.noSuchUser).json(
            resource: "/minio/admin/v3/user-info",
            requestID: "1",
            hostID: "2"
        )
        #expect(
            String(decoding: text, as: UTF8.self)
                == #"{"Code":"XMinioAdminNoSuchUser","Message":"The specified user does not exist.","#
                + #""Resource":"/minio/admin/v3/user-info","RequestId":"1","HostId":"2"}"#
        )
    }

    @Test(arguments: 0..<24 as Range<UInt64>)
    func changedPayloadsNeverCrash(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let server = try await TestServer()
        let targets = [
            "PUT add-user?accessKey=fuzz", "PUT add-service-account", "PUT update-group-members",
            "POST idp/builtin/policy/attach", "PUT set-config-kv", "DELETE del-config-kv",
            "PUT import-iam-v2",
            "PUT add-canned-policy?name=fuzz", "PUT config", "PUT import-bucket-metadata",
        ]
        let export = try await server.answer("GET export-iam").body
        let bodies: [[UInt8]] = [
            Array(#"{"status":"enabled","secretKey":"alice-secret","account":{"id":"123456789012"}}"#.utf8),
            Array(
                #"{"policy":{"Version":"2012-10-17"},"accessKey":"abcdef","secretKey":"abcdefgh","expiration":"2099-01-01T00:00:00Z"}"#
                    .utf8
            ),
            Array(
                #"{"group":"g","members":["a","b"],"isRemove":true,"policies":["readonly"],"user":"u"}"#.utf8
            ),
            Array(#"api requests_max=1 root_note="a b""#.utf8), export,
        ]
        for _ in 0..<20 {
            let body = mutated(bodies.randomElement(using: &generator) ?? [], using: &generator)
            let target = targets.randomElement(using: &generator) ?? ""
            do throws(AdminError) {
                _ = try await server.answer(target, body)
            } catch {
                #expect((400...503).contains(error.status) && error.status != 500, "\(target): \(error)")
            }
        }
    }
}
