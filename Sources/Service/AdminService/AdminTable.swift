/// All calls that a server answers, and those it knows and refuses.
package struct AdminTable: Sendable {
    package let operations: [any AdminOperation.Type]

    /// Traps if two operations could answer the same call.
    package init(_ operations: [any AdminOperation.Type] = Self.all) {
        self.operations = operations
        for (index, operation) in operations.enumerated() {
            for other in operations[(index + 1)...] {
                precondition(!operation.route.overlaps(other.route), "\(operation), \(other): one route")
            }
        }
    }

    package static let all: [any AdminOperation.Type] = [
        // Users.
        ListUsers.self, UserInfoCall.self, AddUser.self, SetUserStatus.self, RemoveUser.self,
        AccountInfo.self,
        // Groups.
        ListGroups.self, GroupInfoCall.self, SetGroupStatus.self, UpdateGroupMembers.self, RemoveGroup.self,
        // Policies.
        ListCannedPolicies.self, InfoCannedPolicy.self, AddCannedPolicy.self, RemoveCannedPolicy.self,
        SetUserOrGroupPolicy.self, AttachPolicy.self, DetachPolicy.self, ListPolicyEntities.self,
        // Access keys.
        AddServiceAccount.self, UpdateServiceAccount.self, InfoServiceAccount.self, ListServiceAccounts.self,
        DeleteServiceAccount.self, ListAccessKeysBulk.self, InfoAccessKey.self, TemporaryAccountInfo.self,
        RevokeTokens.self,
        // Those whom other services vouch for.
        AttachLDAPPolicy.self, DetachLDAPPolicy.self, ListLDAPPolicyEntities.self, AddLDAPServiceAccount.self,
        ListLDAPAccessKeys.self, ListLDAPAccessKeysBulk.self, ListOpenIDAccessKeysBulk.self,
        ListIDPConfigurations.self, InfoIDPConfiguration.self,
        // Everything of it.
        ExportIAM.self, ImportIAM.self, ImportIAMWithReport.self, ExportBucketMetadata.self,
        ImportBucketMetadata.self,
        // The server.
        Info.self, StorageInfo.self, DataUsageInfo.self, Service.self, ILMExpiryStatus.self,
        // Settings.
        GetConfigKV.self, SetConfigKV.self, DelConfigKV.self, HelpConfigKV.self, ListConfigHistoryKV.self,
        ClearConfigHistoryKV.self, RestoreConfigHistoryKV.self, GetConfig.self, SetConfig.self,
    ]

    /// The operation that a call asks for.
    ///
    /// - Throws: `NotImplemented` for what other servers have and this one has not, `MethodNotAllowed` where
    ///   the path has other methods, `XMinioAdminInvalidArgument` where a parameter is missing.
    package func operation(for call: AdminCall) throws(AdminError) -> any AdminOperation.Type {
        let sameNames = operations.filter { $0.route.fits(call.names) }
        guard let operation = sameNames.first(where: { $0.route.method == call.method }) else {
            let path = call.names.joined(separator: "/")
            if UnbuiltRoutes.contain(call.method, call.names) {
                throw AdminError(.notImplemented, "The call '\(path)' is not implemented.")
            }
            throw AdminError(sameNames.isEmpty ? .noSuchRoute : .methodNotAllowed)
        }
        for parameter in operation.route.requiredParameters where !call.has(parameter) {
            throw AdminError(.invalidArgument, "The parameter '\(parameter)' is missing.")
        }
        return operation
    }
}
