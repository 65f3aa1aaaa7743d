internal import HTTP
package import IAM

/// `DELETE delete-service-account`: everybody may remove its own.
package struct DeleteServiceAccount: AdminOperation {
    package static let route = AdminRoute(.delete, "delete-service-account", needs: "accessKey")

    private let accessKey: String
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = try call.parameter("accessKey")
        rights = Rights(Right(.removeServiceAccount, isGrantedByDefault: true))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let account = try await translating { () throws(IAMError) in
            try context.iam.serviceAccount(accessKey)
        }
        let isAllowed: Bool
        if context.call.isCaller(account.parent) {
            isAllowed = true
        } else {
            isAllowed = await context.isAllowed(Rights(Right(.removeServiceAccount)))
        }
        // The same answer as for a key that does not exist: nobody finds out others' keys by trying.
        guard isAllowed else { throw AdminError.noSuchServiceAccount }
        try await translating { () throws(IAMError) in
            try await context.iam.removeServiceAccount(accessKey)
        }
        return .noContent
    }
}
