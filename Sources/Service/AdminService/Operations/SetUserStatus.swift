internal import HTTP
package import IAM

/// `PUT set-user-status`: switches a user on or off.
package struct SetUserStatus: AdminOperation {
    package static let route = AdminRoute(.put, "set-user-status", needs: "accessKey", "status")

    private let accessKey: String
    private let status: AccountStatus

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = try call.parameter("accessKey")
        status = try call.status()
        guard !call.isCaller(accessKey) else {
            throw AdminError(.invalidArgument, "Nobody can enable or disable itself.")
        }
    }

    /// MinIO asks for `admin:EnableUser` both ways; whoever is denied `admin:DisableUser` cannot disable.
    package var rights: Rights {
        switch status {
        case .enabled: Rights(Right(.enableUser))
        case .disabled: Rights(Right(.enableUser), Right(.disableUser, isGrantedByDefault: true))
        }
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await translating { () throws(IAMError) in
            try await context.iam.setStatus(status, ofUser: accessKey)
        }
        return .empty
    }
}
