internal import HTTP
package import IAM
internal import JSON

/// `GET list-access-keys-bulk`: service accounts and temporary credentials by users: of those that are named, of all, or
/// one's own.
package struct ListAccessKeysBulk: AdminOperation {
    package static let route = AdminRoute(.get, "list-access-keys-bulk")

    private enum Kinds: String {
        case none = "users-only"
        case temporary = "sts-only"
        case serviceAccounts = "svcacc-only"
        case all

        var hasTemporary: Bool { self == .temporary || self == .all }
        var hasServiceAccounts: Bool { self == .serviceAccounts || self == .all }
    }

    private let kinds: Kinds
    /// `nil` is everybody.
    private let users: [String]?
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        guard let kinds = Kinds(rawValue: call.optionalParameter("listType") ?? Kinds.all.rawValue) else {
            throw AdminError(.invalidRequest, "invalid list type")
        }
        self.kinds = kinds
        let named = call.parameters("users")
        if call.isTrue("all") {
            guard named.isEmpty else {
                throw AdminError(.invalidRequest, "Users are named, and all are asked for.")
            }
            users = nil
            rights = Rights(Right(.listUsers), Right(.listServiceAccounts))
        } else {
            let isOwn = named.isEmpty || named.count == 1 && call.isCaller(named[0])
            users = isOwn ? [call.caller.userName] : named
            rights = Rights(Right(.listServiceAccounts, isGrantedByDefault: isOwn))
        }
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let users = users ?? context.iam.users().map(\.accessKey) + [context.iam.root.accessKey]
        var answer = JSONObject()
        for user in users {
            let accounts = kinds.hasServiceAccounts ? context.iam.serviceAccounts(ofParent: user) : []
            let temporary = kinds.hasTemporary ? context.iam.temporaryCredentials(ofParent: user) : []
            switch kinds {
            case .temporary where temporary.isEmpty, .serviceAccounts where accounts.isEmpty: continue
            case .temporary, .serviceAccounts, .none, .all: break
            }
            answer[user] = [
                "serviceAccounts": .array(accounts.map(\.listed)), "stsKeys": .array(temporary.map(\.listed)),
            ]
        }
        return try await context.sealed(.object(answer))
    }
}
