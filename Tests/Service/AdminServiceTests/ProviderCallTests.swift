import Base
import IAM
import JSON
import Telemetry
import Testing

@testable import AdminService

/// `uid=NAME,ou=people` below which ann and bob are, and groups below `ou=groups`.
private struct FixedDirectory: DirectoryAccess {
    func normalised(_ name: String) -> String? { name.contains("=") ? name : nil }
    func isUser(_ dn: String) -> Bool { dn.lowercased().hasSuffix(",ou=people") }
    func isGroup(_ dn: String) -> Bool { dn.lowercased().hasSuffix(",ou=groups") }

    /// As directories do, without regard to capitals.
    func entry(_ dn: String) async throws(DirectoryUnavailable) -> String? {
        guard dn != "uid=out-of-order,ou=people" else { throw DirectoryUnavailable(reason: "it is away") }
        let known = ["uid=ann,ou=people", "uid=bob,ou=people", "cn=all,ou=groups"]
        return known.first { $0 == dn.lowercased() }
    }

    func user(named login: String) async throws(DirectoryUnavailable) -> DirectoryUser? {
        guard login != "out-of-order" else { throw DirectoryUnavailable(reason: "it is away") }
        guard ["ann", "bob"].contains(login) else { return nil }
        return DirectoryUser(
            dn: "uid=\(login),ou=people",
            actualDN: "UID=\(login),OU=People",
            groups: ["cn=all,ou=groups"]
        )
    }
}

@Suite struct ProviderCallTests {
    private static let ann = "uid=ann,ou=people"

    private static var providers: IdentityProviders {
        var providers = IdentityProviders()
        providers.directory = FixedDirectory()
        var openID = ProviderConfiguration(kind: .openID, name: "corp")
        openID.roleARN = "arn:minio:iam:::role/corp"
        openID.values = [.init(key: "client_id", text: "storage", isFromEnvironment: true)]
        providers.configurations = [
            openID, ProviderConfiguration(kind: .openID), ProviderConfiguration(kind: .ldap),
        ]
        return providers
    }

    private func server() async throws -> TestServer { try await TestServer(providers: Self.providers) }

    private func login(_ server: TestServer, _ grant: TemporaryGrant) async throws -> TemporaryCredential {
        try await server.iam.addTemporary(grant)
    }

    private func annsLogin(_ server: TestServer) async throws -> TemporaryCredential {
        var grant = TemporaryGrant(parent: Self.ann, expiration: .init(seconds: 4_000_000_000))
        grant.claims["ldapUser"] = .string(Self.ann)
        grant.claims["ldapUsername"] = "ann"
        grant.groups = ["cn=all,ou=groups"]
        return try await login(server, grant)
    }

    @Test(arguments: [
        (#"{"policies":["readonly"],"user":"ann"}"#, PolicyHolder.externalUser("uid=ann,ou=people")),
        (#"{"policies":["readonly"],"user":"UID=Ann,OU=People"}"#, .externalUser("uid=ann,ou=people")),
        (#"{"policies":["readonly"],"group":"CN=All,OU=Groups"}"#, .externalGroup("cn=all,ou=groups")),
    ])
    func policiesOfTheDirectorysUsersAndGroupsAreAttachedUnderOneName(body: String, holder: PolicyHolder)
        async throws
    {
        let server = try await server()
        let attached = try await server.json("POST idp/ldap/policy/attach", body)
        #expect(attached["policiesAttached"] == ["readonly"])
        #expect(server.iam.policyNames(of: holder) == ["readonly"])
        let again = await server.refusal("POST idp/ldap/policy/attach", body)
        #expect(again?.code == "XMinioAdminPolicyChangeAlreadyApplied")
        let entities = try await server.json("GET idp/ldap/policy-entities")
        let mappings = try #require((entities["userMappings"] ?? entities["groupMappings"])?.array)
        #expect(mappings.count == 1)
        #expect((mappings[0]["user"] ?? mappings[0]["group"])?.string == holder.name)
        let detached = try await server.json("POST idp/ldap/policy/detach", body)
        #expect(detached["policiesDetached"] == ["readonly"])
        #expect(server.iam.policyNames(of: holder).isEmpty)
    }

    @Test(arguments: [
        (#"{"policies":["readonly"],"user":"nobody"}"#, "XMinioAdminNoSuchUser"),
        (#"{"policies":["readonly"],"user":"uid=ann,ou=elsewhere"}"#, "XMinioAdminNoSuchUser"),
        (#"{"policies":["readonly"],"group":"all"}"#, "XMinioAdminNoSuchGroup"),
        (#"{"policies":["readonly"],"group":"uid=ann,ou=people"}"#, "XMinioAdminNoSuchGroup"),
        (#"{"policies":["readonly"],"user":"out-of-order"}"#, "ServiceUnavailable"),
        (#"{"policies":["readonly"],"user":"uid=out-of-order,ou=people"}"#, "ServiceUnavailable"),
        (#"{"policies":["readonly"],"user":"uid=cid,ou=people"}"#, "XMinioAdminNoSuchUser"),
        (#"{"policies":["readonly"],"group":"cn=none,ou=groups"}"#, "XMinioAdminNoSuchGroup"),
        (#"{"policies":["none"],"user":"ann"}"#, "XMinioAdminNoSuchPolicy"),
        (#"{"policies":["readonly"]}"#, "XMinioAdminInvalidArgument"),
        (#"{"policies":[],"user":"ann"}"#, "XMinioAdminInvalidArgument"),
    ])
    func whoIsNotOfTheDirectoryGetsNoPolicy(body: String, code: String) async throws {
        #expect(try await server().refusal("POST idp/ldap/policy/attach", body)?.code == code)
    }

    /// Who left the directory, or was given a policy by another spelling, must not keep it for ever.
    @Test(arguments: ["uid=cid,ou=people", "UID=Ann,ou=people"])
    func whatWasAttachedToAnyNameCanBeDetached(name: String) async throws {
        let server = try await server()
        _ = try await server.iam.attach(["readonly"], to: .externalUser(name))
        let detached = try await server.json(
            "POST idp/ldap/policy/detach",
            #"{"policies":["readonly"],"user":"\#(name)"}"#
        )
        #expect(detached["policiesDetached"] == ["readonly"])
        #expect(server.iam.policyNames(of: .externalUser(name)).isEmpty)
    }

    @Test(arguments: ["ann", "uid=ann,ou=people", "UID=Ann,OU=people"])
    func aDirectorysUserIsRevokedByAnyOfItsNames(user: String) async throws {
        let server = try await server()
        _ = try await server.iam.attach(["readonly"], to: .externalUser(Self.ann))
        _ = try await annsLogin(server)
        let refusal = await server.refusal("POST revoke-tokens/ldap?fullRevoke=true&user=\(user)")
        #expect(refusal == nil)
        #expect(server.iam.temporaryCredentials(ofParent: Self.ann).isEmpty)
    }

    @Test func whoLeftTheDirectoryIsRevokedByTheLoginOfTheSession() async throws {
        let server = try await server()
        var grant = TemporaryGrant(parent: "uid=eve,ou=people", expiration: .init(seconds: 4_000_000_000))
        grant.claims["ldapUser"] = "uid=eve,ou=people"
        grant.claims["ldapUsername"] = "eve"
        _ = try await login(server, grant)
        #expect(await server.refusal("POST revoke-tokens/ldap?fullRevoke=true&user=eve") == nil)
        #expect(server.iam.temporaryCredentials(ofParent: nil).isEmpty)
    }

    @Test func aProvidersUserIsRevokedByItsSubject() async throws {
        let server = try await server()
        for (parent, subject) in [("hash-1", "carol"), ("hash-2", "carol"), ("hash-3", "dave")] {
            var grant = TemporaryGrant(parent: parent, expiration: .init(seconds: 4_000_000_000))
            grant.claims["sub"] = .string(subject)
            grant.claims["iss"] = "https://id"
            grant.policies = ["readonly"]
            _ = try await login(server, grant)
        }
        #expect(await server.refusal("POST revoke-tokens/openid?fullRevoke=true&user=carol") == nil)
        #expect(server.iam.temporaryCredentials(ofParent: nil).map(\.parent) == ["hash-3"])
        #expect(await server.refusal("POST revoke-tokens/openid?fullRevoke=true&user=hash-3") == nil)
        #expect(server.iam.temporaryCredentials(ofParent: nil).isEmpty)
    }

    @Test(arguments: ["builtin", "internal", "ldap", "openid"])
    func whoeverIsUnknownIsNotRevokedInSilence(provider: String) async throws {
        let refusal = try await server().refusal(
            "POST revoke-tokens/\(provider)?fullRevoke=true&user=nobody"
        )
        #expect(refusal?.code == "XMinioAdminNoSuchUser")
        let named = try await server().refusal(
            "POST revoke-tokens/\(provider)?fullRevoke=true&user=uid=cid,ou=people"
        )
        #expect(named?.code == "XMinioAdminNoSuchUser")
    }

    /// A claim can say anything, the caller's own name too.
    @Test func oneselfIsTheParentAlone() async throws {
        let server = try await server()
        var own = TemporaryGrant(parent: "hash-1", expiration: .init(seconds: 4_000_000_000))
        own.claims["sub"] = "carol"
        own.claims["iss"] = "https://id"
        own.policies = ["readonly"]
        let caller = try await login(server, own)
        var posing = own
        posing.parent = "hash-2"
        posing.claims["sub"] = "hash-1"
        _ = try await login(server, posing)
        let answer = try await server.answer(
            "GET idp/openid/list-access-keys-bulk?listType=all",
            by: caller.accessKey,
            token: caller.sessionToken.revealed()
        )
        let users = try #require(try JSONValue(parsing: answer.body).array?.first?["users"]?.array)
        #expect(users.map { $0["minioAccessKey"] } == ["hash-1"])
    }

    @Test func namesOfOtherProvidersAreNotTheDirectorys() async throws {
        let server = try await server()
        _ = try await server.iam.attach(["readonly"], to: .externalUser("subject-of-a-token"))
        _ = try await server.iam.attach(["readonly"], to: .externalUser(Self.ann))
        let all = try await server.json("GET idp/ldap/policy-entities")
        #expect(all["userMappings"]?.array?.map { $0["user"] } == [.string(Self.ann)])
        #expect(all["policyMappings"]?.array?.map { $0["users"] } == [[.string(Self.ann)]])
        let named = try await server.json("GET idp/ldap/policy-entities?user=ann")
        #expect(named["userMappings"]?.array?.count == 1)
        #expect(named["policyMappings"] == nil)
    }

    @Test func keysAreMadeForADirectorysUserAndListed() async throws {
        let server = try await server()
        let target = "PUT idp/ldap/add-service-account"
        #expect(await server.refusal(target, #"{"targetUser":"ann"}"#)?.code == "XMinioAdminNoSuchUser")
        _ = try await server.iam.attach(["readonly"], to: .externalGroup("cn=all,ou=groups"))
        let made = try await server.json(target, #"{"targetUser":"ann"}"#)
        let key = try #require(made["credentials"]?["accessKey"]?.string)
        let account = try server.iam.serviceAccount(key)
        #expect(account.parent == Self.ann)
        #expect(account.groups == ["cn=all,ou=groups"])
        #expect(account.claims["ldapUsername"] == "ann")
        #expect(try server.iam.identity(of: key).policies.map(\.name) == ["readonly"])
        for user in ["ann", "UID=ann,ou=people"] {
            let keys = try await server.json("GET idp/ldap/list-access-keys?userDN=\(user)&listType=all")
            #expect(keys["serviceAccounts"]?.array?.map { $0["accessKey"] } == [.string(key)])
            #expect(keys["stsKeys"] == [])
        }
        let bulk = try await server.json("GET idp/ldap/list-access-keys-bulk?listType=svcacc-only&all=true")
        #expect(bulk.object?.members.map(\.key) == [Self.ann])
        let none = try await server.json("GET idp/ldap/list-access-keys-bulk?listType=sts-only&userDNs=ann")
        #expect(none == .object(JSONObject()))
        #expect(
            await server.refusal(target, #"{"targetUser":"uid=ann,ou=people"}"#)?.code
                == "XMinioLDAPExpectedLoginName"
        )
        #expect(await server.refusal(target, "{}")?.code == "XMinioAdminNoSuchUser")
    }

    @Test func aDirectorysUserMakesAndSeesItsOwnKeysOnly() async throws {
        let server = try await server()
        _ = try await server.iam.attach(["readonly"], to: .externalUser(Self.ann))
        let login = try await annsLogin(server)
        func ask(_ target: String, _ body: String = "") async -> Result<JSONValue, AdminError> {
            do {
                let answer = try await server.answer(
                    target,
                    Array(body.utf8),
                    by: login.accessKey,
                    token: login.sessionToken.revealed()
                )
                return .success(try JSONValue(parsing: answer.body))
            } catch let error as AdminError {
                return .failure(error)
            } catch {
                return .failure(AdminError(.internalError))
            }
        }
        let made = try await ask("PUT idp/ldap/add-service-account", "{}").get()
        let key = try #require(made["credentials"]?["accessKey"]?.string)
        #expect(try server.iam.serviceAccount(key).parent == Self.ann)
        let keys = try await ask("GET idp/ldap/list-access-keys?userDN=&listType=").get()
        #expect(keys["serviceAccounts"]?.array?.count == 1)
        #expect(keys["stsKeys"]?.array?.count == 1)
        #expect(try await ask("GET idp/ldap/list-access-keys-bulk?listType=all").get().object?.count == 1)
        for target in [
            "GET idp/ldap/list-access-keys?userDN=bob", "GET idp/ldap/list-access-keys-bulk?all=true",
            "GET idp/ldap/list-access-keys-bulk?userDNs=bob", "GET idp/openid/list-access-keys-bulk?all=true",
            "GET idp/ldap/policy-entities", "GET idp-config/openid",
        ] {
            #expect(await ask(target) == .failure(AdminError(.accessDenied)), "\(target)")
        }
        #expect(
            await ask("PUT idp/ldap/add-service-account", #"{"targetUser":"bob"}"#)
                == .failure(AdminError(.accessDenied))
        )
    }

    @Test func keysOfTokensAreListedByProviders() async throws {
        let server = try await server()
        var grant = TemporaryGrant(parent: "derived-name", expiration: .init(seconds: 4_000_000_000))
        grant.claims["sub"] = "subject-1"
        grant.claims["preferred_username"] = "Ann"
        grant.claims["iss"] = "https://id"
        grant.policies = ["readonly"]
        let claimed = try await login(server, grant)
        let answer = try #require(
            try await server.json(
                "GET idp/openid/list-access-keys-bulk?listType=all&all=true&allConfigs=true"
            ).array
        )
        #expect(answer.map { $0["configName"] } == ["_", "corp"])
        #expect(answer[1]["users"] == [])
        let user = try #require(answer[0]["users"]?.array?.first)
        #expect(user["minioAccessKey"] == "derived-name")
        #expect(user["ID"] == "subject-1")
        #expect(user["readableName"] == "Ann")
        #expect(user["stsKeys"]?.array?.map { $0["accessKey"] } == [.string(claimed.accessKey)])
        for (query, count) in [("users=subject-1", 1), ("users=derived-name", 1), ("users=other", 0)] {
            let named = try await server.json("GET idp/openid/list-access-keys-bulk?listType=all&\(query)")
            #expect(named.array?.first?["users"]?.array?.count == count, "\(query)")
        }
        let missing = await server.refusal("GET idp/openid/list-access-keys-bulk?all=true&configName=none")
        #expect(missing?.code == "XMinioAdminNoSuchConfigTarget")
    }

    @Test func providersAreShownAsTheServerWasSetUp() async throws {
        let server = try await server()
        #expect(
            try await server.json("GET idp-config/openid") == [
                [
                    "type": "openid", "name": "corp", "enabled": .boolean(true),
                    "roleARN": "arn:minio:iam:::role/corp",
                ],
                ["type": "openid", "name": "_", "enabled": .boolean(true)],
            ]
        )
        #expect(
            try await server.json("GET idp-config/openid/corp") == [
                "type": "openid", "name": "corp",
                "info": [
                    [
                        "key": "client_id", "value": "storage", "isCfg": .boolean(true),
                        "isEnv": .boolean(true),
                    ]
                ],
            ]
        )
        for (target, code) in [
            ("GET idp-config/openid/none", "XMinioAdminNoSuchConfigTarget"),
            ("GET idp-config/saml", "XMinioAdminConfigInvalidIDPType"),
            ("PUT idp-config/openid/new", "NotImplemented"),
            ("POST idp-config/openid/corp", "NotImplemented"),
            ("DELETE idp-config/ldap/_", "NotImplemented"),
        ] {
            #expect(await server.refusal(target)?.code == code, "\(target)")
        }
    }

    @Test(arguments: [
        "POST idp/ldap/policy/attach", "POST idp/ldap/policy/detach", "GET idp/ldap/policy-entities",
        "PUT idp/ldap/add-service-account", "GET idp/ldap/list-access-keys",
        "GET idp/ldap/list-access-keys-bulk?listType=all",
    ])
    func withoutADirectoryItsCallsSaySo(target: String) async throws {
        let error = try await TestServer().refusal(target, "{}")
        #expect(error?.code == "XMinioLDAPNotEnabled")
        #expect(error?.status == 501)
    }

    @Test func withoutAnOpenIDProviderItsCallsSaySo() async throws {
        let server = try await TestServer()
        #expect(
            await server.refusal("GET idp/openid/list-access-keys-bulk?listType=all")?.code
                == "OpenIDNotEnabled"
        )
        #expect(try await server.json("GET idp-config/ldap") == [])
    }
}
