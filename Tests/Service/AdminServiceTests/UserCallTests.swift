import IAM
import JSON
import Telemetry
import Testing

@testable import AdminService

@Suite struct UserCallTests {
    @Test func aUserIsMadeShownSwitchedOffAndRemoved() async throws {
        let server = try await TestServer()
        _ = try await server.answer(
            "PUT add-user?accessKey=alice",
            Array(#"{"status":"enabled","secretKey":"alice-secret"}"#.utf8)
        )
        let user = try await server.json("GET user-info?accessKey=alice")
        #expect(user["status"] == "enabled")
        #expect(user["secretKey"] == nil)
        let updatedAt = try #require(user["updatedAt"])
        #expect(
            try await server.json("GET list-users")
                == ["alice": ["status": "enabled", "updatedAt": updatedAt]]
        )
        _ = try await server.answer("PUT set-user-status?accessKey=alice&status=disabled")
        #expect(try await server.json("GET user-info?accessKey=alice")["status"] == "disabled")
        _ = try await server.answer("DELETE remove-user?accessKey=alice")
        let error = await server.refusal("GET user-info?accessKey=alice")
        #expect(error == AdminError(.noSuchUser))
        #expect(error?.status == 404)
    }

    @Test func policiesAndGroupsStandBesideTheUser() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        _ = try await server.answer(
            "PUT update-group-members",
            Array(#"{"group":"readers","members":["alice"],"isRemove":false}"#.utf8)
        )
        _ = try await server.answer(
            "PUT set-user-or-group-policy?userOrGroup=alice&isGroup=false&policyName=readonly,writeonly"
        )
        let user = try await server.json("GET user-info?accessKey=alice")
        #expect(user["policyName"] == "readonly,writeonly")
        #expect(user["memberOf"] == ["readers"])
    }

    @Test func aUserOfAnotherAccountKeepsIt() async throws {
        let server = try await TestServer()
        let canonicalID = String(repeating: "ab", count: 32)
        let body =
            #"{"secretKey":"bob-secret","account":{"id":"123456789012","canonicalID":"\#(canonicalID)"}}"#
        _ = try await server.answer("PUT add-user?accessKey=bob", Array(body.utf8))
        #expect(try server.iam.user("bob").account.id == "123456789012")
        #expect(try await server.json("GET user-info?accessKey=bob")["account"]?["id"] == "123456789012")
        let wrong = #"{"secretKey":"bob-secret","account":{"id":"12","canonicalID":"\#(canonicalID)"}}"#
        #expect(
            await server.refusal("PUT add-user?accessKey=carol", wrong)?.code == "XMinioAdminInvalidArgument"
        )
    }

    @Test func aUserMayChangeItsOwnSecretKeyAndNothingElse() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        _ = try await server.answer(
            "PUT add-user?accessKey=alice",
            Array(#"{"status":"disabled","secretKey":"another-secret"}"#.utf8),
            by: "alice"
        )
        let credential = try server.iam.credential(accessKey: "alice", sessionToken: nil)
        #expect(credential.secret == Secret("another-secret"))
        #expect(try server.iam.user("alice").status == .enabled)
        #expect(
            await server.refusal("PUT add-user?accessKey=bob", #"{"secretKey":"bob-secret"}"#, by: "alice")
                == AdminError(.accessDenied)
        )
    }

    @Test func whoeverIsDeniedItCannotChangeItsSecretKey() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let policy =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["admin:CreateUser"]}]}"#
        try await server.iam.setPolicy(Array(policy.utf8), named: "locked")
        _ = try await server.iam.attach(["locked"], to: .user("alice"))
        #expect(
            await server.refusal(
                "PUT add-user?accessKey=alice",
                #"{"secretKey":"another-secret"}"#,
                by: "alice"
            )
                == AdminError(.accessDenied)
        )
    }

    @Test func keysMadeForAUserCannotChangeItsSecretKey() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["admin:*"])
        let account = try await server.iam.addServiceAccount(ServiceAccountRequest(parent: "alice"))
        let error = await server.refusal(
            "PUT add-user?accessKey=alice",
            #"{"secretKey":"another-secret"}"#,
            by: account.accessKey
        )
        #expect(error?.code == "XMinioInvalidIAMCredentials")
        #expect(error?.status == 403)
    }

    @Test(arguments: [
        ("PUT set-user-status?accessKey=alice&status=disabled", "XMinioAdminInvalidArgument"),
        ("DELETE remove-user?accessKey=alice", "XMinioIAMActionNotAllowed"),
        ("DELETE remove-user?accessKey=rootuser", "XMinioIAMActionNotAllowed"),
        ("PUT add-user?accessKey=rootuser", "XMinioInvalidIAMCredentials"),
        ("PUT set-user-status?accessKey=alice&status=maybe", "XMinioAdminInvalidArgument"),
        (
            "PUT set-user-or-group-policy?userOrGroup=rootuser&isGroup=false&policyName=readonly",
            "XMinioIAMActionNotAllowed"
        ),
        (
            "PUT set-user-or-group-policy?userOrGroup=nobody&isGroup=false&policyName=readonly",
            "XMinioAdminNoSuchUser"
        ),
        (
            "PUT set-user-or-group-policy?userOrGroup=alice&isGroup=false&policyName=nothing",
            "XMinioAdminNoSuchPolicy"
        ),
        ("DELETE remove-user?accessKey=nobody", "XMinioAdminNoSuchUser"),
    ])
    func whatAnAdministratorCannotDo(target: String, code: String) async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["admin:*"])
        #expect(await server.refusal(target, #"{"secretKey":"some-secret"}"#, by: "alice")?.code == code)
    }

    @Test(arguments: [
        ("", "XMinioAdminConfigBadJSON"), ("[]", "XMinioAdminConfigBadJSON"),
        (#"{"secretKey":7}"#, "XMinioAdminConfigBadJSON"), ("{}", "XMinioAdminInvalidSecretKey"),
        (#"{"secretKey":"short"}"#, "XMinioAdminInvalidSecretKey"),
        (#"{"secretKey":"long-enough","status":"on fire"}"#, "XMinioAdminConfigBadJSON"),
        (#"{"secretKey":"long-enough","secretKey":"long-enough"}"#, "XMinioAdminConfigDuplicateKeys"),
    ])
    func aBodyThatIsNoUserIsRefused(body: String, code: String) async throws {
        let server = try await TestServer()
        #expect(await server.refusal("PUT add-user?accessKey=alice", body)?.code == code)
        #expect(server.iam.users().isEmpty)
    }

    @Test func disablingIsDeniedToWhoeverMayOnlyEnable() async throws {
        let server = try await TestServer()
        try await server.addUser("bob")
        try await server.addUser("alice", allowing: ["admin:EnableUser"])
        let policy =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["admin:DisableUser"]}]}"#
        try await server.iam.setPolicy(Array(policy.utf8), named: "no-disabling")
        _ = try await server.iam.attach(["no-disabling"], to: .user("alice"))
        let target = "PUT set-user-status?accessKey=bob&status="
        #expect(await server.refusal(target + "disabled", by: "alice") == AdminError(.accessDenied))
        #expect(await server.refusal(target + "enabled", by: "alice") == nil)
    }

    @Test func accountInfoSaysWhatTheCallerCanDo() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        let policy = #"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:ListBucket"],
            "Resource":["arn:aws:s3:::docs"]},{"Effect":"Allow","Action":["s3:PutObject"],"Resource":["arn:aws:s3:::docs/*"]}]}
            """#
        try await server.iam.setPolicy(Array(policy.utf8), named: "docs")
        _ = try await server.iam.attach(["docs"], to: .user("alice"))
        let info = try await server.json("GET accountinfo", by: "alice")
        #expect(info["AccountName"] == "alice")
        let buckets = try #require(info["Buckets"]?.array)
        #expect(buckets.map { $0["name"] } == ["docs"])
        #expect(buckets[0]["access"] == ["read": .boolean(true), "write": .boolean(true)])
        #expect(buckets[0]["created"] == "2023-11-14T22:13:20.000Z")
        #expect(buckets[0]["details"]?["versioning"] == .boolean(true))
        #expect(info["Policy"]?["Statement"]?.array?.count == 2)
        let root = try await server.json("GET accountinfo")
        #expect(root["Buckets"]?.array?.count == 2)
        #expect(root["Server"]?["StandardSCParity"] == .integer(2))
    }

    @Test func groupsAreFilledEmptiedAndRemoved() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        try await server.addUser("bob")
        let target = "PUT update-group-members"
        _ = try await server.answer(target, Array(#"{"group":"g","members":["alice","bob"]}"#.utf8))
        _ = try await server.answer(target, Array(#"{"group":"g","members":["bob"],"isRemove":true}"#.utf8))
        _ = try await server.answer("PUT set-group-status?group=g&status=disabled")
        let group = try await server.json("GET group?group=g")
        #expect(group["members"] == ["alice"])
        #expect(group["status"] == "disabled")
        #expect(group["policy"] == "")
        #expect(try await server.json("GET groups") == ["g"])
        let isEmptied = #"{"group":"g","isRemove":true}"#
        #expect(await server.refusal(target, isEmptied) == AdminError(.groupNotEmpty))
        #expect(await server.refusal("DELETE group/g") == AdminError(.groupNotEmpty))
        _ = try await server.answer(target, Array(#"{"group":"g","members":["alice"],"isRemove":true}"#.utf8))
        _ = try await server.answer(target, Array(isEmptied.utf8))
        #expect(await server.refusal("GET group?group=g") == AdminError(.noSuchGroup))
        #expect(
            await server.refusal(target, #"{"group":"g","members":["rootuser"]}"#)
                == AdminError(.iamActionNotAllowed)
        )
    }
}
