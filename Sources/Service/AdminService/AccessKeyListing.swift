internal import IAM
internal import JSON

/// Which access keys of users a call lists.
enum AccessKeyListing: String {
    case none = "users-only"
    case temporary = "sts-only"
    case serviceAccounts = "svcacc-only"
    case all

    /// - Throws: `InvalidRequest` for a parameter `listType` that is none of them; without one, all are listed.
    init(_ call: AdminCall) throws(AdminError) {
        guard let listing = Self(rawValue: call.optionalParameter("listType") ?? Self.all.rawValue) else {
            throw AdminError(.invalidRequest, "invalid list type")
        }
        self = listing
    }

    var hasTemporary: Bool { self == .temporary || self == .all }
    var hasServiceAccounts: Bool { self == .serviceAccounts || self == .all }

    /// The keys made for a user; `nil` where only those with keys of one kind are listed, and it has none.
    func keys(of user: String, _ iam: IAM) -> JSONValue? {
        let accounts = hasServiceAccounts ? iam.serviceAccounts(ofParent: user) : []
        let temporary = hasTemporary ? iam.temporaryCredentials(ofParent: user) : []
        switch self {
        case .temporary where temporary.isEmpty, .serviceAccounts where accounts.isEmpty: return nil
        case .temporary, .serviceAccounts, .none, .all: break
        }
        return [
            "serviceAccounts": .array(accounts.map(\.listed)), "stsKeys": .array(temporary.map(\.listed)),
        ]
    }

    /// Whose keys a call is about: of those that are named, of all, or one's own.
    struct Users {
        /// `nil` is everybody.
        let names: [String]?
        /// Whether the caller asks about itself, which takes no right.
        let isOwn: Bool
        let rights: Rights

        init(_ call: AdminCall, parameter: String) throws(AdminError) {
            let named = call.parameters(parameter)
            if call.isTrue("all") {
                guard named.isEmpty else {
                    throw AdminError(.invalidRequest, "Users are named, and all are asked for.")
                }
                (names, isOwn) = (nil, false)
                rights = Rights(Right(.listUsers), Right(.listServiceAccounts))
            } else {
                isOwn = named.isEmpty || named.count == 1 && call.isCaller(named[0])
                names = isOwn ? [call.caller.userName] : named
                rights = Rights(Right(.listServiceAccounts, isGrantedByDefault: isOwn))
            }
        }
    }
}
