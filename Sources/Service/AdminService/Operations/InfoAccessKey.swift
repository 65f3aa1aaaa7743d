internal import HTTP
package import IAM
internal import JSON

/// `GET info-access-key`: a service account or temporary credentials, whichever has the key; without one, the caller's.
package struct InfoAccessKey: AdminOperation {
    package static let route = AdminRoute(.get, "info-access-key", needs: "accessKey")

    private let accessKey: String

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = call.optionalParameter("accessKey") ?? call.caller.accessKey
    }

    package var rights: Rights { Rights(Right(.listServiceAccounts, isGrantedByDefault: true)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        guard let (parent, description, kind, claims) = find(context.iam) else {
            try await context.require(Rights(Right(.listServiceAccounts)))
            throw AdminError(.noSuchAccessKey)
        }
        if !context.call.isCaller(parent) {
            try await context.require(Rights(Right(.listServiceAccounts)))
        }
        var object = JSONObject()
        object.set("AccessKey", .string(accessKey))
        for member in description.members { object[member.key] = member.value }
        object.set("userType", .string(kind))
        object.set("userProvider", .string(Self.provider(claims)))
        object.set("ldapSpecificInfo", ["username": claims["ldapUsername"] ?? ""])
        object.set("openIDSpecificInfo", .object(Self.openID(claims)))
        return try await context.sealed(.object(object))
    }

    private func find(_ iam: IAM) -> (parent: String, JSONObject, kind: String, claims: JSONObject)? {
        // Why there is no account of that key does not matter while it may be the other kind.
        if let account = try? iam.serviceAccount(accessKey) {
            return (account.parent, account.json(iam), "Service Account", account.claims)
        }
        guard let credential = try? iam.temporaryCredential(accessKey) else { return nil }
        return (credential.parent, credential.json(iam), "STS", credential.claims)
    }

    /// By whom the user is known, as far as the claims tell.
    private static func provider(_ claims: JSONObject) -> String {
        if claims["ldapUser"] != nil { return "ldap" }
        return claims["sub"] == nil ? "builtin" : "openid"
    }

    private static func openID(_ claims: JSONObject) -> JSONObject {
        var object = JSONObject()
        guard provider(claims) == "openid" else { return object }
        object.set("configName", "_")
        object.set("userID", claims["sub"])
        object.set("displayName", claims["preferred_username"] ?? claims["email"])
        return object
    }
}
