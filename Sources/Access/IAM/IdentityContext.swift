import JSON
package import Policy

/// What the identity answers to conditions and variables, and behind it what the request does.
///
///     aws:username aws:userid aws:principaltype aws:groups aws:principalarn aws:principalaccount
///     jwt:CLAIM  ldap:user ldap:username ldap:groups
///
/// These come from the identity alone: a request that names them in a header changes nothing.
package struct IdentityContext<Request: RequestContext>: RequestContext {
    private let identity: Identity
    private let request: Request

    package init(identity: Identity, request: Request) {
        (self.identity, self.request) = (identity, request)
    }

    package func values(of key: String) -> [String]? {
        switch key {
        case "aws:username": return named(identity.signed?.userName)
        case "aws:userid": return named(identity.signed?.userName)
        case "aws:principaltype": return [principalType]
        case "aws:groups": return identity.signed.flatMap { $0.groups.isEmpty ? nil : $0.groups }
        case "aws:principalarn": return named(identity.signed?.principal.arn)
        case "aws:principalaccount": return named(identity.signed?.account.id)
        default: break
        }
        if key.hasPrefix("jwt:") { return claim(String(key.dropFirst(4))) }
        if key.hasPrefix("ldap:") { return directoryValues(of: key) }
        return request.values(of: key)
    }

    private func named(_ name: String?) -> [String]? { name.map { [$0] } }

    private var principalType: String {
        switch identity.signed?.kind {
        case nil: "Anonymous"
        case .root: "Account"
        case .user, .serviceAccount: "User"
        case .temporary: "AssumedRole"
        }
    }

    private func directoryValues(of key: String) -> [String]? {
        switch key {
        case "ldap:user": claim(exactly: "ldapUser")
        case "ldap:username": claim(exactly: "ldapUsername")
        case "ldap:groups": identity.signed.flatMap { $0.groups.isEmpty ? nil : $0.groups }
        default: claim("ldapattrib" + key.dropFirst(5))
        }
    }

    /// The claim of that name, which policies' keys have in small letters; failing that, the one that differs from it in
    /// capitals only.
    private func claim(_ name: String) -> [String]? {
        if let values = claim(exactly: name) { return values }
        let alike = identity.signed?.claims.members.first { $0.key.lowercased() == name }
        return alike.flatMap { texts(of: $0.value) }
    }

    private func claim(exactly name: String) -> [String]? {
        identity.signed?.claims[name].flatMap { texts(of: $0) }
    }

    private func texts(of claim: JSONValue) -> [String]? {
        switch claim {
        case .string(let text): return [text]
        case .number(let number): return [number.literal]
        case .boolean(let value): return [value ? "true" : "false"]
        case .array(let values):
            let strings = values.compactMap { $0.string }
            return strings.isEmpty ? nil : strings
        case .null, .object: return nil
        }
    }
}
