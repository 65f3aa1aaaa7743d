internal import HTTP
package import IAM
internal import JSON

/// `GET info-service-account`: one service account without its secret key. Everybody may ask about its own.
package struct InfoServiceAccount: AdminOperation {
    package static let route = AdminRoute(.get, "info-service-account", needs: "accessKey")

    private let accessKey: String

    package init(parsing call: AdminCall) throws(AdminError) { accessKey = try call.parameter("accessKey") }

    package var rights: Rights { Rights(Right(.listServiceAccounts, isGrantedByDefault: true)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let account: ServiceAccountInfo
        do throws(IAMError) {
            account = try context.iam.serviceAccount(accessKey)
        } catch {
            // Whether a key exists is for those to know who may see all of them.
            try await context.require(Rights(Right(.listServiceAccounts)))
            throw AdminError(from: error)
        }
        if !context.call.isCaller(account.parent) {
            try await context.require(Rights(Right(.listServiceAccounts)))
        }
        return try await context.sealed(.object(account.json(context.iam)))
    }
}
