internal import HTTP
package import IAM
internal import JSON

/// `GET temporary-account-info`: temporary credentials without what is secret.
package struct TemporaryAccountInfo: AdminOperation {
    package static let route = AdminRoute(.get, "temporary-account-info", needs: "accessKey")

    private let accessKey: String

    package init(parsing call: AdminCall) throws(AdminError) { accessKey = try call.parameter("accessKey") }

    package var rights: Rights { Rights(Right(.listTemporaryAccounts)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let credential = try await translating { () throws(IAMError) in
            try context.iam.temporaryCredential(accessKey)
        }
        return try await context.sealed(.object(credential.json(context.iam)))
    }
}
