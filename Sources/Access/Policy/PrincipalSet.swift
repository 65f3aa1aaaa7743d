/// How a bucket policy's Principal names a caller, the closer the later.
enum PrincipalMatch: Sendable, Comparable {
    case none
    /// By its account, which leaves it to the account's own policies who in it may.
    case account
    /// As everybody, or by its user's ARN.
    case principal
    /// By the ARN of its session.
    case session
}

/// The callers that a Principal or NotPrincipal element names.
struct PrincipalSet: Sendable {
    /// `*`, signed or not.
    var isEverybody = false
    /// By `123456789012` or `arn:aws:iam::123456789012:root`.
    var accounts: [String] = []
    /// Users, roles and sessions.
    var arns: [String] = []
    var canonicalIDs: [String] = []
    /// Services, federations, and whatever else stands for nobody here.
    var others: [(kind: String, name: String)] = []

    func match(_ caller: Caller) -> PrincipalMatch {
        guard case .signed(let principal) = caller else { return isEverybody ? .principal : .none }
        if let session = principal.sessionARN, arns.containsBytes(of: session) { return .session }
        if isEverybody || arns.containsBytes(of: principal.arn) { return .principal }
        if accounts.containsBytes(of: principal.account)
            || canonicalIDs.containsBytes(of: principal.canonicalID)
        {
            return .account
        }
        return .none
    }

    /// Whether a denial to everybody but these spares the caller. Naming an account spares its root and
    /// nobody else: its users are named one by one.
    func spares(_ caller: Caller) -> Bool {
        guard case .signed(let principal) = caller else { return isEverybody }
        switch match(caller) {
        case .none: return false
        case .account: return principal.isAccountOwner
        case .principal, .session: return true
        }
    }
}
