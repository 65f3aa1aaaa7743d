internal import HTTP
package import IAM

/// `PUT update-group-members`: adds users to a group, which is made where there is none, or takes them out. Taking nobody
/// out of an empty group removes it.
///
///     {"group": …, "members": […], "isRemove": false}
package struct UpdateGroupMembers: AdminOperation {
    package static let route = AdminRoute(.put, "update-group-members")

    package init(parsing call: AdminCall) throws(AdminError) {}

    /// MinIO asks for this both ways; whoever is denied `admin:RemoveUserFromGroup` cannot take anybody out.
    package var rights: Rights { Rights(Right(.addUserToGroup)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let body = try ReceivedObject(parsing: try await context.plainBody())
        guard let group = try body.nonEmptyText("group") else { throw AdminError(.invalidGroupName) }
        let members = try body.texts("members") ?? []
        if try body.flag("isRemove") ?? false {
            try await context.require(Rights(Right(.removeUserFromGroup, isGrantedByDefault: true)))
            try await remove(members, from: group, context.iam)
            return .empty
        }
        guard group.first != " ", group.last != " " else { throw AdminError(.invalidResource) }
        guard !members.contains(context.iam.root.accessKey) else { throw AdminError(.iamActionNotAllowed) }
        try await translating { () throws(IAMError) in
            try await context.iam.addMembers(members, toGroup: group)
        }
        return .empty
    }

    private func remove(_ members: [String], from group: String, _ iam: IAM) async throws(AdminError) {
        try await translating { () throws(IAMError) in
            if members.isEmpty {
                try await iam.removeGroup(group)
            } else {
                try await iam.removeMembers(members, fromGroup: group)
            }
        }
    }
}
