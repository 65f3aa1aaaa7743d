internal import Base
internal import HTTP
package import IAM

/// `PUT add-user`: makes a user, or gives one a new secret key and status.
///
///     {"secretKey": …, "status": "enabled", "account": {"id": …, "canonicalID": …, "displayName": …}}
///
/// `account` is for this server alone and optional. Users may change their own secret key, and nothing else of
/// themselves.
package struct AddUser: AdminOperation {
    package static let route = AdminRoute(.put, "add-user", needs: "accessKey")

    private let accessKey: String
    private let isOwn: Bool
    package let rights: Rights

    package init(parsing call: AdminCall) throws(AdminError) {
        accessKey = try call.parameter("accessKey")
        guard !call.caller.isDerived || !call.isCaller(accessKey) else {
            throw AdminError(
                .invalidCredentials,
                "Keys made for a user cannot change that user's secret key.",
                status: 403
            )
        }
        isOwn = call.caller.kind == .user && call.isCaller(accessKey)
        rights = Rights(Right(.createUser, isGrantedByDefault: isOwn))
    }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        guard accessKey != context.iam.root.accessKey else { throw AdminError.sameAsRoot }
        let body = try ReceivedObject(parsing: try await context.payload())
        guard let secret = try body.secret("secretKey") else { throw AdminError(.invalidSecretKey) }
        var status = try body.nonEmptyText("status").map { (text) throws(AdminError) in
            guard let status = AccountStatus(rawValue: text) else {
                throw AdminError(.configBadFormat, "'status' is 'enabled' or 'disabled'.")
            }
            return status
        }
        var account = try body.object("account").map { (body) throws(AdminError) in try Account(body) }
        if isOwn, !(await context.isAllowed(Rights(Right(.createUser)))) { (status, account) = (nil, nil) }
        let (accessKey, newAccount) = (accessKey, account)
        let newStatus = status ?? existingStatus(in: context.iam) ?? .enabled
        try await translating { () throws(IAMError) in
            try await context.iam.addUser(accessKey, secret: secret, status: newStatus, account: newAccount)
        }
        return .empty
    }

    private func existingStatus(in iam: IAM) -> AccountStatus? {
        // Whoever is not there yet has no status; what else is wrong the change itself will say.
        try? iam.user(accessKey).status
    }
}

extension Account {
    /// - Throws: `XMinioAdminInvalidArgument` for ids that are none.
    fileprivate init(_ body: ReceivedObject) throws(AdminError) {
        guard let id = try body.nonEmptyText("id"), id.utf8.count == 12,
            id.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw AdminError(.invalidArgument, "An account's 'id' has twelve digits.") }
        guard let canonicalID = try body.nonEmptyText("canonicalID"),
            [UInt8](hexadecimal: canonicalID)?.count == 32
        else { throw AdminError(.invalidArgument, "An account's 'canonicalID' has 64 hexadecimal digits.") }
        self.init(
            id: id,
            canonicalID: canonicalID,
            displayName: try body.nonEmptyText("displayName") ?? id
        )
    }
}
