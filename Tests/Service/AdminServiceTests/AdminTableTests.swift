import HTTP
import IAM
import S3API
import Testing

@testable import AdminService

@Suite struct AdminTableTests {
    /// A path and query that the route takes.
    private static func call(_ route: AdminRoute) throws -> AdminCall {
        let values = [
            "status": "enabled", "action": "stop", "isGroup": "false", "count": "5", "listType": "all",
        ]
        var query = route.requiredParameters.map { "\($0)=\(values[$0] ?? "some-name")" }
        var names = route.path.split(separator: "/").map { String($0) }
        if route.path.hasPrefix("revoke-tokens") {
            names[1] = "builtin"
            query.append("fullRevoke=true")
        }
        if route.path.hasPrefix("idp-config") { names[1] = "openid" }
        return AdminCall(
            method: route.method,
            dialect: .plain,
            names: names.map { $0.hasPrefix("{") ? "some-name" : $0 },
            query: try QueryString(Array(query.joined(separator: "&").utf8)[...]),
            caller: SignedIdentity(accessKey: "alice", kind: .user, account: .server)
        )
    }

    /// Written by hand from what MinIO's handlers ask for.
    @Test(arguments: [
        ("ListUsers", ["admin:ListUsers"]), ("UserInfo", ["admin:GetUser"]),
        ("AddUser", ["admin:CreateUser"]),
        ("SetUserStatus", ["admin:EnableUser"]), ("RemoveUser", ["admin:DeleteUser"]),
        ("AccountInfo", ["admin:GetUser"]), ("ListGroups", ["admin:ListGroups"]),
        ("GroupInfo", ["admin:GetGroup"]), ("SetGroupStatus", ["admin:EnableGroup"]),
        ("UpdateGroupMembers", ["admin:AddUserToGroup"]), ("RemoveGroup", ["admin:RemoveUserFromGroup"]),
        ("ListCannedPolicies", ["admin:ListUserPolicies"]), ("InfoCannedPolicy", ["admin:GetPolicy"]),
        ("AddCannedPolicy", ["admin:CreatePolicy"]), ("RemoveCannedPolicy", ["admin:DeletePolicy"]),
        ("SetUserOrGroupPolicy", ["admin:AttachUserOrGroupPolicy"]),
        ("AttachPolicy", ["admin:AttachUserOrGroupPolicy"]),
        ("DetachPolicy", ["admin:AttachUserOrGroupPolicy"]),
        ("ListPolicyEntities", ["admin:ListUserPolicies"]),
        ("AddServiceAccount", ["admin:CreateServiceAccount"]),
        ("UpdateServiceAccount", ["admin:UpdateServiceAccount"]),
        ("InfoServiceAccount", ["admin:ListServiceAccounts"]),
        ("ListServiceAccounts", ["admin:ListServiceAccounts"]),
        ("DeleteServiceAccount", ["admin:RemoveServiceAccount"]),
        ("ListAccessKeysBulk", ["admin:ListServiceAccounts"]),
        ("InfoAccessKey", ["admin:ListServiceAccounts"]),
        ("TemporaryAccountInfo", ["admin:ListTemporaryAccounts"]),
        ("RevokeTokens", ["admin:RemoveServiceAccount"]), ("ExportIAM", ["admin:ExportIAM"]),
        ("ImportIAM", ["admin:ImportIAM"]), ("ImportIAMWithReport", ["admin:ImportIAM"]),
        ("Info", ["admin:ServerInfo"]), ("StorageInfo", ["admin:StorageInfo"]),
        ("ILMExpiryStatus", ["admin:ServerInfo"]),
        ("DataUsageInfo", ["admin:DataUsageInfo"]), ("Service", ["admin:ServiceStop"]),
        ("GetConfigKV", ["admin:ConfigUpdate"]), ("SetConfigKV", ["admin:ConfigUpdate"]),
        ("DelConfigKV", ["admin:ConfigUpdate"]), ("HelpConfigKV", ["admin:ConfigUpdate"]),
        ("ListConfigHistoryKV", ["admin:ConfigUpdate"]), ("ClearConfigHistoryKV", ["admin:ConfigUpdate"]),
        ("RestoreConfigHistoryKV", ["admin:ConfigUpdate"]), ("GetConfig", ["admin:ConfigUpdate"]),
        ("SetConfig", ["admin:ConfigUpdate"]), ("AttachLDAPPolicy", ["admin:UpdatePolicyAssociation"]),
        ("DetachLDAPPolicy", ["admin:UpdatePolicyAssociation"]),
        ("ListLDAPPolicyEntities", ["admin:ListUserPolicies"]),
        ("AddLDAPServiceAccount", ["admin:CreateServiceAccount"]),
        ("ListLDAPAccessKeys", ["admin:ListServiceAccounts"]),
        ("ListLDAPAccessKeysBulk", ["admin:ListServiceAccounts"]),
        ("ListOpenIDAccessKeysBulk", ["admin:ListServiceAccounts"]),
        ("ListIDPConfigurations", ["admin:ConfigUpdate"]), ("InfoIDPConfiguration", ["admin:ConfigUpdate"]),
        ("ExportBucketMetadata", ["admin:ExportBucketMetadata"]),
        ("ImportBucketMetadata", ["admin:ImportBucketMetadata"]),
    ])
    func anOperationAsksForTheRightsOfItsAction(name: String, actions: [String]) throws {
        let type = try #require(AdminTable.all.first { $0.name == name })
        let call = try Self.call(type.route)
        #expect(try AdminTable().operation(for: call).name == name)
        let operation = try type.init(parsing: call)
        #expect(operation.rights.all.map(\.action.name) == actions)
    }

    @Test func everyOperationIsInTheListAbove() { #expect(AdminTable.all.count == 56) }

    /// Nobody without a policy gets in but where a user asks about itself.
    @Test(arguments: AdminTable.all.map { $0.name })
    func whatIsGrantedByDefaultIsOnesOwn(name: String) throws {
        let type = try #require(AdminTable.all.first { $0.name == name })
        let operation = try type.init(parsing: try Self.call(type.route))
        let isOpen = operation.rights.all.allSatisfy(\.isGrantedByDefault)
        let open: Set<String> = [
            "AccountInfo", "AddServiceAccount", "InfoServiceAccount", "ListServiceAccounts",
            "DeleteServiceAccount", "ListAccessKeysBulk", "InfoAccessKey", "RevokeTokens",
            "AddLDAPServiceAccount", "ListLDAPAccessKeys", "ListLDAPAccessKeysBulk",
            "ListOpenIDAccessKeysBulk",
        ]
        #expect(isOpen == open.contains(name))
    }

    @Test(arguments: [
        (RequestMethod.get, ["no-such-call"], "XMinioAdminNoSuchRoute", 404),
        (.get, [], "XMinioAdminNoSuchRoute", 404),
        (.post, ["list-users"], "MethodNotAllowed", 405),
        (.get, ["top", "locks"], "NotImplemented", 501),
        (.post, ["kms", "key", "create"], "NotImplemented", 501),
        (.post, ["profile"], "NotImplemented", 501),
        (.put, ["site-replication", "add"], "NotImplemented", 501),
        (.get, ["user-info"], "XMinioAdminInvalidArgument", 400),
    ])
    func whatHasNoOperationIsRefused(
        method: RequestMethod,
        names: [String],
        code: String,
        status: Int
    ) throws {
        let call = AdminCall(
            method: method,
            dialect: .encrypted,
            names: names,
            query: try QueryString([]),
            caller: SignedIdentity(accessKey: "alice", kind: .user, account: .server)
        )
        let error = #expect(throws: AdminError.self) { try AdminTable().operation(for: call) }
        #expect(error?.code == code)
        #expect(error?.status == status)
    }

    @Test func noUnbuiltRouteHidesAnOperation() {
        for operation in AdminTable.all {
            let names = operation.route.path.split(separator: "/").map { String($0) }
            #expect(!UnbuiltRoutes.contain(operation.route.method, names), "\(operation)")
        }
    }

    @Test(arguments: [
        ("/minio/admin/v3/list-users", CallPath.call(.encrypted, ["list-users"])),
        ("/rustfs/admin/v3/group/a%2Fb", .call(.plain, ["group", "a/b"])),
        ("/minio/admin/v3/", .call(.encrypted, [])), ("/minio/admin/v4/info", .otherVersion("v4")),
        ("/minio/admin/v2/info", .otherVersion("v2")), ("/minio/admin/", .malformed),
        ("/minio/admin/v3/%zz", .malformed), ("/minio/admin/v3/%ff", .malformed),
    ])
    func aPathMeansACall(path: String, meaning: CallPath) { #expect(CallPath(Array(path.utf8)) == meaning) }

    @Test(arguments: [
        "/minio/admin", "/minio/health/live", "/rustfs/console", "/", "/bucket/minio/admin/v3/info",
    ])
    func anotherPathIsNoCall(path: String) { #expect(CallPath(Array(path.utf8)) == nil) }
}
