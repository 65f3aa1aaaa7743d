internal import HTTP
package import IAM

/// `GET user-info`: status, policies and groups of one user. Everybody may ask about itself.
package struct UserInfoCall: AdminOperation {
    package static let route = AdminRoute(.get, "user-info", needs: "accessKey")
    package static let name = "UserInfo"

    private let accessKey: String
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = try call.parameter("accessKey")
        rights = Rights(
            Right(.getUser, isGrantedByDefault: accessKey.utf8.elementsEqual(call.caller.accessKey.utf8))
        )
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let user = try await translating { () throws(IAMError) in try context.iam.user(accessKey) }
        return AdminResponse(json: user.json)
    }
}
