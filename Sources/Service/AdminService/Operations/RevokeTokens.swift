internal import HTTP
package import IAM
internal import JSON

/// `POST revoke-tokens/{provider}`: ends temporary credentials before their time: of one type, or all of a user. Everybody
/// may end its own.
package struct RevokeTokens: AdminOperation {
    package static let route = AdminRoute(.post, "revoke-tokens/{provider}")

    private let user: String
    /// `nil` is every type.
    private let type: String?
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        let provider = Self.route.values(in: call.names)[0]
        guard ["builtin", "internal", "ldap", "openid"].contains(provider) else {
            throw AdminError(.invalidArgument, "There is no provider of users called '\(provider)'.")
        }
        let named = call.optionalParameter("user")
        let isFull = call.isTrue("fullRevoke")
        var type = call.optionalParameter("tokenRevokeType")
        guard !isFull || type == nil, named == nil || isFull || type != nil else {
            throw AdminError(.invalidRequest, "Either a token revoke type or a full revoke is asked for.")
        }
        if named == nil, type == nil, !isFull {
            type = call.caller.claims["tokenRevokeType"]?.string
            guard type != nil else { throw AdminError(.noRevokeType) }
        }
        let isOwn = named.map { call.isCaller($0) } ?? true
        user = isOwn ? call.caller.userName : named ?? call.caller.userName
        self.type = type
        rights = Rights(Right(.removeServiceAccount, isGrantedByDefault: isOwn))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        _ = try await translating { () throws(IAMError) in
            try await context.iam.revokeTemporaryCredentials(of: user, type: type)
        }
        return .noContent
    }
}
