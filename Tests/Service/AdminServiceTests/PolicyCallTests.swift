import IAM
import JSON
import Testing

@testable import AdminService

@Suite struct PolicyCallTests {
    private static let text =
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]}]}"#

    @Test func aPolicyIsPutShownAndRemoved() async throws {
        let server = try await TestServer()
        _ = try await server.answer("PUT add-canned-policy?name=reader", Array(Self.text.utf8))
        let policy = try JSONValue(parsing: Array(Self.text.utf8))
        #expect(try await server.json("GET info-canned-policy?name=reader") == policy)
        let described = try await server.json("GET info-canned-policy?name=reader&v=2")
        #expect(described["PolicyName"] == "reader")
        #expect(described["Policy"] == policy)
        #expect(described["UpdateDate"]?.string?.hasSuffix("Z") == true)
        let all = try #require(try await server.json("GET list-canned-policies").object)
        #expect(
            all.members.map(\.key).sorted() == [
                "consoleAdmin", "diagnostics", "reader", "readonly", "readwrite", "writeonly",
            ]
        )
        _ = try await server.answer("DELETE remove-canned-policy?name=reader")
        #expect(await server.refusal("GET info-canned-policy?name=reader") == AdminError(.noSuchPolicy))
    }

    @Test(arguments: [
        ("PUT add-canned-policy?name=a,b", "PolicyInvalidName"),
        ("PUT add-canned-policy?name=%20a", "XMinioInvalidResource"),
        ("PUT add-canned-policy?name=", "XMinioAdminInvalidArgument"),
    ])
    func aPolicyNeedsAName(target: String, code: String) async throws {
        let server = try await TestServer()
        #expect(await server.refusal(target, Self.text)?.code == code)
    }

    @Test(arguments: ["", "{}", #"{"Version":"2012-10-17"}"#, #"{"Version":"2012-10-17","Statement":7}"#])
    func whatIsNoPolicyIsRefused(text: String) async throws {
        let server = try await TestServer()
        let error = await server.refusal("PUT add-canned-policy?name=a", text)
        #expect(error?.code == "XMinioMalformedIAMPolicy")
        #expect(error?.status == 400)
    }

    @Test func aPolicyLargerThanAllowedIsNotRead() async throws {
        let server = try await TestServer()
        let error = await server.refusal(
            "PUT add-canned-policy?name=a",
            String(repeating: " ", count: (20 << 10) + 1)
        )
        #expect(error?.code == "XMinioAdminConfigTooLarge")
    }

    @Test(arguments: [("user", "alice"), ("group", "g")])
    func policiesAreAttachedAndDetached(kind: String, name: String) async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        try await server.iam.addMembers(["alice"], toGroup: "g")
        let body = #"{"policies":["readonly","writeonly"],"\#(kind)":"\#(name)"}"#
        let attached = try await server.json("POST idp/builtin/policy/attach", body)
        #expect(attached["policiesAttached"] == ["readonly", "writeonly"])
        #expect(attached["updatedAt"]?.string != nil)
        let again = await server.refusal("POST idp/builtin/policy/attach", body)
        #expect(again == AdminError(.policyChangeAlreadyApplied))
        let one = #"{"policies":["readonly"],"\#(kind)":"\#(name)"}"#
        let detached = try await server.json("POST idp/builtin/policy/detach", one)
        #expect(detached["policiesDetached"] == ["readonly"])
        let holder = kind == "user" ? PolicyHolder.user(name) : .group(name)
        #expect(server.iam.policyNames(of: holder) == ["writeonly"])
    }

    @Test(arguments: [
        (#"{"policies":[],"user":"alice"}"#, "XMinioAdminInvalidArgument"),
        (#"{"policies":["readonly"]}"#, "XMinioAdminInvalidArgument"),
        (#"{"policies":["readonly"],"user":"alice","group":"g"}"#, "XMinioAdminInvalidArgument"),
        (#"{"policies":["nothing"],"user":"alice"}"#, "XMinioAdminNoSuchPolicy"),
        (#"{"policies":["readonly"],"user":"nobody"}"#, "XMinioAdminNoSuchUser"),
        (#"{"policies":["readonly"],"group":"nobody"}"#, "XMinioAdminNoSuchGroup"),
        (#"{"policies":["readonly"],"user":"rootuser"}"#, "XMinioIAMActionNotAllowed"),
        (#"{"policies":[7],"user":"alice"}"#, "XMinioAdminConfigBadJSON"),
    ])
    func anAssociationThatMeansNothingIsRefused(body: String, code: String) async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        #expect(await server.refusal("POST idp/builtin/policy/attach", body)?.code == code)
    }

    @Test func eitherOfTwoRightsAttaches() async throws {
        let server = try await TestServer()
        try await server.addUser("bob")
        try await server.addUser("alice", allowing: ["admin:UpdatePolicyAssociation"])
        try await server.addUser("carol", allowing: ["admin:ListUsers"])
        let body = #"{"policies":["readonly"],"user":"bob"}"#
        #expect(
            await server.refusal("POST idp/builtin/policy/attach", body, by: "carol")
                == AdminError(.accessDenied)
        )
        #expect(await server.refusal("POST idp/builtin/policy/attach", body, by: "alice") == nil)
    }

    @Test func aPolicyInUseStaysAndSaysWhoHasIt() async throws {
        let server = try await TestServer()
        try await server.addUser("alice", allowing: ["s3:*"])
        let error = await server.refusal("DELETE remove-canned-policy?name=alice-policy")
        #expect(error?.code == "XMinioIAMPolicyInUse")
        #expect(error?.message.contains("alice") == true)
    }

    @Test func entitiesTellWhoHasWhat() async throws {
        let server = try await TestServer()
        try await server.addUser("alice")
        _ = try await server.iam.attach(["readonly"], to: .user("alice"))
        let answer = try await server.json("GET idp/builtin/policy-entities?user=alice")
        #expect(answer["userMappings"] == [["user": "alice", "policies": ["readonly"]]])
        #expect(answer["groupMappings"] == nil)
        let byPolicy = try await server.json("GET idp/builtin/policy-entities?policy=readonly")
        #expect(byPolicy["policyMappings"] == [["policy": "readonly", "users": ["alice"], "groups": []]])
    }
}
