import JSON
import Policy

/// Users and accounts that the suites share.
enum Callers {
    static let account = "111122223333"
    static let otherAccount = "444455556666"
    static let canonicalID = "canonical-\(account)"
    static let otherCanonicalID = "canonical-\(otherAccount)"

    static func user(
        _ name: String = "alice",
        account: String = account,
        session: String? = nil,
        isAccountOwner: Bool = false
    ) -> Principal {
        Principal(
            account: account,
            canonicalID: "canonical-\(account)",
            arn: "arn:aws:iam::\(account):\(isAccountOwner ? "root" : "user/\(name)")",
            sessionARN: session.map { "arn:aws:sts::\(account):assumed-role/\(name)/\($0)" },
            isAccountOwner: isAccountOwner
        )
    }

    static let alice = Caller.signed(user())
    static let owner = Caller.signed(user(isAccountOwner: true))
    static let stranger = Caller.signed(user("mallory", account: otherAccount))
}

/// One statement as JSON; what is `nil` is left out.
func statement(
    _ effect: String,
    _ action: String,
    _ resource: String? = "*",
    principal: String? = nil,
    condition: String? = nil,
    sid: String? = nil
) -> String {
    var members = [#""Effect":"\#(effect)""#, #""Action":\#(literal(action))"#]
    if let resource { members.append(#""Resource":\#(literal(resource))"#) }
    if let principal { members.append(#""Principal":\#(literal(principal))"#) }
    if let condition { members.append(#""Condition":\#(condition)"#) }
    if let sid { members.append(#""Sid":"\#(sid)""#) }
    return "{\(members.joined(separator: ","))}"
}

/// JSON as it stands, or a plain text in quotes.
private func literal(_ text: String) -> String {
    text.hasPrefix("[") || text.hasPrefix("{") ? text : #""\#(text)""#
}

func policyText(_ statements: String..., version: String = "2012-10-17") -> String {
    #"{"Version":"\#(version)","Statement":[\#(statements.joined(separator: ","))]}"#
}

func policy(
    _ statements: String...,
    as kind: PolicyKind = .identity,
    version: String = "2012-10-17"
) throws -> PolicyDocument {
    let text = #"{"Version":"\#(version)","Statement":[\#(statements.joined(separator: ","))]}"#
    return try PolicyDocument(parsing: text.utf8, as: kind)
}

func bucketPolicy(_ statements: String..., bucket: String = "b") throws -> PolicyDocument {
    let text = #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    return try PolicyDocument(parsing: text.utf8, as: .bucket(bucket))
}

func request(
    _ action: String = "s3:GetObject",
    on resource: String = "arn:aws:s3:::b/k",
    by caller: Caller = Callers.alice
) -> AccessRequest {
    AccessRequest(PolicyAction(action), on: .named(resource), by: caller)
}

/// Whether the identity policies alone allow it.
func allows(
    _ document: PolicyDocument,
    _ action: String = "s3:GetObject",
    _ resource: PolicyResource = .named("arn:aws:s3:::b/k"),
    context: some RequestContext = EmptyContext()
) -> Bool {
    PolicyLayers(identityPolicies: [document])
        .decide(AccessRequest(PolicyAction(action), on: resource, by: Callers.alice), in: context)
        .isAllowed
}
