/// What calls of the administration interface need, written down by hand from the actions that MinIO's handlers check
/// (`admin:…` in its policies), beside requests that stand for each. What operations derive is compared with it, and
/// requests are walked through over HTTP.
struct AdminReferenceEntry: Sendable, CustomStringConvertible {
    let operation: String
    let method: String
    /// Behind `/rustfs/admin/v3/`.
    let target: String
    let rights: [String]
    /// Everybody may unless denied, as it is about what is one's own.
    let isOwn: Bool
    /// Each alone is enough in place of `rights`.
    let alternatives: [String]

    init(
        _ operation: String,
        _ method: String,
        _ target: String,
        needs rights: String...,
        isOwn: Bool = false,
        or alternatives: [String] = []
    ) {
        (self.operation, self.method, self.target) = (operation, method, target)
        (self.rights, self.isOwn, self.alternatives) = (rights, isOwn, alternatives)
    }

    var description: String { "\(operation): \(method) \(target)" }
}

/// The caller is `walker`.
let adminReference: [AdminReferenceEntry] = [
    AdminReferenceEntry("ListUsers", "GET", "list-users", needs: "admin:ListUsers"),
    AdminReferenceEntry("UserInfo", "GET", "user-info?accessKey=other", needs: "admin:GetUser"),
    AdminReferenceEntry("UserInfo", "GET", "user-info?accessKey=walker", needs: "admin:GetUser", isOwn: true),
    AdminReferenceEntry("AddUser", "PUT", "add-user?accessKey=other", needs: "admin:CreateUser"),
    AdminReferenceEntry(
        "AddUser",
        "PUT",
        "add-user?accessKey=walker",
        needs: "admin:CreateUser",
        isOwn: true
    ),
    AdminReferenceEntry(
        "SetUserStatus",
        "PUT",
        "set-user-status?accessKey=other&status=enabled",
        needs: "admin:EnableUser"
    ),
    AdminReferenceEntry("RemoveUser", "DELETE", "remove-user?accessKey=other", needs: "admin:DeleteUser"),
    AdminReferenceEntry("AccountInfo", "GET", "accountinfo", needs: "admin:GetUser", isOwn: true),
    AdminReferenceEntry("ListGroups", "GET", "groups", needs: "admin:ListGroups"),
    AdminReferenceEntry("GroupInfo", "GET", "group?group=g", needs: "admin:GetGroup"),
    AdminReferenceEntry(
        "SetGroupStatus",
        "PUT",
        "set-group-status?group=g&status=enabled",
        needs: "admin:EnableGroup"
    ),
    AdminReferenceEntry("UpdateGroupMembers", "PUT", "update-group-members", needs: "admin:AddUserToGroup"),
    AdminReferenceEntry("ListCannedPolicies", "GET", "list-canned-policies", needs: "admin:ListUserPolicies"),
    AdminReferenceEntry("InfoCannedPolicy", "GET", "info-canned-policy?name=p", needs: "admin:GetPolicy"),
    AdminReferenceEntry("AddCannedPolicy", "PUT", "add-canned-policy?name=p", needs: "admin:CreatePolicy"),
    AdminReferenceEntry(
        "RemoveCannedPolicy",
        "DELETE",
        "remove-canned-policy?name=p",
        needs: "admin:DeletePolicy"
    ),
    AdminReferenceEntry(
        "SetUserOrGroupPolicy",
        "PUT",
        "set-user-or-group-policy?policyName=p&userOrGroup=u&isGroup=false",
        needs: "admin:AttachUserOrGroupPolicy"
    ),
    AdminReferenceEntry(
        "AttachPolicy",
        "POST",
        "idp/builtin/policy/attach",
        needs: "admin:AttachUserOrGroupPolicy",
        or: ["admin:UpdatePolicyAssociation"]
    ),
    AdminReferenceEntry(
        "DetachPolicy",
        "POST",
        "idp/builtin/policy/detach",
        needs: "admin:AttachUserOrGroupPolicy",
        or: ["admin:UpdatePolicyAssociation"]
    ),
    AdminReferenceEntry(
        "ListPolicyEntities",
        "GET",
        "idp/builtin/policy-entities",
        needs: "admin:ListUserPolicies",
        or: ["admin:ListUsers", "admin:ListGroups"]
    ),
    AdminReferenceEntry(
        "AddServiceAccount",
        "PUT",
        "add-service-account",
        needs: "admin:CreateServiceAccount",
        isOwn: true
    ),
    AdminReferenceEntry(
        "UpdateServiceAccount",
        "POST",
        "update-service-account?accessKey=k",
        needs: "admin:UpdateServiceAccount"
    ),
    AdminReferenceEntry(
        "InfoServiceAccount",
        "GET",
        "info-service-account?accessKey=k",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListServiceAccounts",
        "GET",
        "list-service-accounts",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListServiceAccounts",
        "GET",
        "list-service-accounts?user=other",
        needs: "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry(
        "DeleteServiceAccount",
        "DELETE",
        "delete-service-account?accessKey=k",
        needs: "admin:RemoveServiceAccount",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListAccessKeysBulk",
        "GET",
        "list-access-keys-bulk?listType=all",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListAccessKeysBulk",
        "GET",
        "list-access-keys-bulk?listType=all&all=true",
        needs: "admin:ListUsers",
        "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry(
        "ListAccessKeysBulk",
        "GET",
        "list-access-keys-bulk?listType=all&users=other",
        needs: "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry(
        "InfoAccessKey",
        "GET",
        "info-access-key?accessKey=k",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "TemporaryAccountInfo",
        "GET",
        "temporary-account-info?accessKey=k",
        needs: "admin:ListTemporaryAccounts"
    ),
    AdminReferenceEntry(
        "RevokeTokens",
        "POST",
        "revoke-tokens/builtin?fullRevoke=true",
        needs: "admin:RemoveServiceAccount",
        isOwn: true
    ),
    AdminReferenceEntry(
        "RevokeTokens",
        "POST",
        "revoke-tokens/builtin?user=other&fullRevoke=true",
        needs: "admin:RemoveServiceAccount"
    ),
    AdminReferenceEntry(
        "AttachLDAPPolicy",
        "POST",
        "idp/ldap/policy/attach",
        needs: "admin:UpdatePolicyAssociation"
    ),
    AdminReferenceEntry(
        "DetachLDAPPolicy",
        "POST",
        "idp/ldap/policy/detach",
        needs: "admin:UpdatePolicyAssociation"
    ),
    AdminReferenceEntry(
        "ListLDAPPolicyEntities",
        "GET",
        "idp/ldap/policy-entities",
        needs: "admin:ListUserPolicies",
        or: ["admin:ListUsers", "admin:ListGroups"]
    ),
    AdminReferenceEntry(
        "AddLDAPServiceAccount",
        "PUT",
        "idp/ldap/add-service-account",
        needs: "admin:CreateServiceAccount",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListLDAPAccessKeys",
        "GET",
        "idp/ldap/list-access-keys?userDN=&listType=",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListLDAPAccessKeys",
        "GET",
        "idp/ldap/list-access-keys?userDN=uid%3Dann&listType=",
        needs: "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry(
        "ListLDAPAccessKeysBulk",
        "GET",
        "idp/ldap/list-access-keys-bulk?listType=all",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListLDAPAccessKeysBulk",
        "GET",
        "idp/ldap/list-access-keys-bulk?listType=all&all=true",
        needs: "admin:ListUsers",
        "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry(
        "ListOpenIDAccessKeysBulk",
        "GET",
        "idp/openid/list-access-keys-bulk?listType=all",
        needs: "admin:ListServiceAccounts",
        isOwn: true
    ),
    AdminReferenceEntry(
        "ListOpenIDAccessKeysBulk",
        "GET",
        "idp/openid/list-access-keys-bulk?listType=all&all=true",
        needs: "admin:ListUsers",
        "admin:ListServiceAccounts"
    ),
    AdminReferenceEntry("ListIDPConfigurations", "GET", "idp-config/openid", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("InfoIDPConfiguration", "GET", "idp-config/ldap/_", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("ExportIAM", "GET", "export-iam", needs: "admin:ExportIAM"),
    AdminReferenceEntry("ImportIAM", "PUT", "import-iam", needs: "admin:ImportIAM"),
    AdminReferenceEntry("ImportIAMWithReport", "PUT", "import-iam-v2", needs: "admin:ImportIAM"),
    AdminReferenceEntry(
        "ExportBucketMetadata",
        "GET",
        "export-bucket-metadata",
        needs: "admin:ExportBucketMetadata"
    ),
    AdminReferenceEntry(
        "ImportBucketMetadata",
        "PUT",
        "import-bucket-metadata",
        needs: "admin:ImportBucketMetadata"
    ),
    AdminReferenceEntry("Info", "GET", "info", needs: "admin:ServerInfo"),
    AdminReferenceEntry("ILMExpiryStatus", "GET", "ilm/expiry/status", needs: "admin:ServerInfo"),
    AdminReferenceEntry("StorageInfo", "GET", "storageinfo", needs: "admin:StorageInfo"),
    AdminReferenceEntry("DataUsageInfo", "GET", "datausageinfo", needs: "admin:DataUsageInfo"),
    AdminReferenceEntry("Service", "POST", "service?action=stop", needs: "admin:ServiceStop"),
    AdminReferenceEntry("Service", "POST", "service?action=restart&type=2", needs: "admin:ServiceRestart"),
    AdminReferenceEntry("Service", "POST", "service?action=freeze", needs: "admin:ServiceFreeze"),
    AdminReferenceEntry("GetConfigKV", "GET", "get-config-kv?key=api", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("SetConfigKV", "PUT", "set-config-kv", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("DelConfigKV", "DELETE", "del-config-kv", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("HelpConfigKV", "GET", "help-config-kv?subSys=", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry(
        "ListConfigHistoryKV",
        "GET",
        "list-config-history-kv?count=1",
        needs: "admin:ConfigUpdate"
    ),
    AdminReferenceEntry(
        "ClearConfigHistoryKV",
        "DELETE",
        "clear-config-history-kv?restoreId=all",
        needs: "admin:ConfigUpdate"
    ),
    AdminReferenceEntry(
        "RestoreConfigHistoryKV",
        "PUT",
        "restore-config-history-kv?restoreId=x",
        needs: "admin:ConfigUpdate"
    ),
    AdminReferenceEntry("GetConfig", "GET", "config", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("SetConfig", "PUT", "config", needs: "admin:ConfigUpdate"),
    AdminReferenceEntry("RemoveGroup", "DELETE", "group/g", needs: "admin:RemoveUserFromGroup"),
]
