internal import HTTP
package import IAM

/// `PUT set-group-status`: switches a group's policies on or off for its members.
package struct SetGroupStatus: AdminOperation {
    package static let route = AdminRoute(.put, "set-group-status", needs: "group", "status")

    private let group: String
    private let status: AccountStatus

    package init(parsing call: AdminCall) throws(AdminError) {
        group = try call.parameter("group")
        status = try call.status()
    }

    /// MinIO asks for `admin:EnableGroup` both ways; whoever is denied `admin:DisableGroup` cannot disable.
    package var rights: Rights {
        switch status {
        case .enabled: Rights(Right(.enableGroup))
        case .disabled: Rights(Right(.enableGroup), Right(.disableGroup, isGrantedByDefault: true))
        }
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        try await translating { () throws(IAMError) in
            try await context.iam.setStatus(status, ofGroup: group)
        }
        return .empty
    }
}
