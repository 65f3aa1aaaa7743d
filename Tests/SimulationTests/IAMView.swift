import IAM
import Policy
import Telemetry

/// Everything that can be seen of users, groups, policies and credentials, and what it lets whom do.
struct IAMView: Equatable, Sendable {
    /// What administrators are told, a line for each item.
    private(set) var items: [String] = []
    /// Who can sign in with which secret, and what they may do then.
    private(set) var decisions: [String] = []

    /// Access keys that some row makes, beside those that are listed.
    private static let names = [
        "alice", "bob", "carol", "erin", "newuser", "alicekey", "shortkey", "newaccount", "erinkey",
    ]

    /// - Throws: ``Violation`` when something hangs on what is not there, or lets somebody in who is not.
    init(_ iam: IAM) async throws {
        let (users, groups) = (iam.users(), iam.groups())
        let accounts = iam.serviceAccounts(ofParent: nil)
        let sessions = iam.temporaryCredentials(ofParent: nil)
        var outside = PolicyEntities.Query()
        outside.isExternal = true
        items = users.map { "\($0)" } + groups.map { "\($0)" } + accounts.map { "\($0)" }
        items += sessions.map { "\($0)" }
        items += iam.policies().map { "\($0.name) \(String(decoding: $0.text, as: UTF8.self))" }
        items += ["\(iam.policyEntities(PolicyEntities.Query()))", "\(iam.policyEntities(outside))"]
        for key in Self.names + sessions.map(\.accessKey) { decisions.append(await Self.decision(iam, key)) }
        try Self.checkOwners(users, groups, accounts, sessions)
        try Self.checkSignIns(iam, users, accounts.map { ($0.accessKey, $0.parent) })
        try Self.checkSignIns(iam, users, sessions.map { ($0.accessKey, $0.parent) })
    }

    private static func decision(_ iam: IAM, _ key: String) async -> String {
        let identity: SignedIdentity
        do throws(CredentialError) {
            identity = try iam.identity(of: key)
        } catch {
            return "\(key): \(error)"
        }
        var line = "\(key) may"
        let authorizer = PolicyAuthorizer(buckets: NoBuckets())
        for action in [S3Action.getObject, .putObject] {
            let decision = await authorizer.decide(
                Rights(Right(action, on: .object(bucket: "bucket", key: "key"))),
                for: .signed(identity),
                in: EmptyContext()
            )
            line += " \(action): \(decision)"
        }
        // Credentials of a session need their token too, which is not told.
        if let secret = try? iam.credential(accessKey: key, sessionToken: nil).secret {
            line += ", with \(secret.revealed())"
        }
        return line
    }

    /// A removed user leaves nothing that was made for it and nobody's member.
    private static func checkOwners(
        _ users: [UserInfo],
        _ groups: [GroupInfo],
        _ accounts: [ServiceAccountInfo],
        _ sessions: [TemporaryCredentialInfo]
    ) throws {
        let known = Set(users.map(\.accessKey))
        for account in accounts where !known.contains(account.parent) {
            throw Violation("\(account.accessKey) is the service account of nobody")
        }
        for session in sessions where session.parent != "uid=dave" && !known.contains(session.parent) {
            throw Violation("\(session.accessKey) is a session of nobody")
        }
        for group in groups {
            for member in group.members where !known.contains(member) {
                throw Violation("\(group.name) has the member \(member), who is nobody")
            }
        }
    }

    /// What was made for a user lets nobody in when the user itself cannot sign in.
    private static func checkSignIns(
        _ iam: IAM,
        _ users: [UserInfo],
        _ derived: [(key: String, parent: String)]
    ) throws {
        let disabled = Set(users.filter { $0.status == .disabled }.map(\.accessKey))
        for (key, parent) in derived where disabled.contains(parent) {
            // Whatever refuses it, it is refused.
            if (try? iam.identity(of: key)) != nil { throw Violation("\(key) lets in, \(parent) does not") }
        }
    }

    /// What is different, for a message.
    func difference(to other: IAMView) -> String {
        let (own, others) = (Set(items + decisions), Set(other.items + other.decisions))
        let lines = own.subtracting(others).map { "+ \($0)" } + others.subtracting(own).map { "- \($0)" }
        return lines.sorted().joined(separator: "; ")
    }
}

private struct NoBuckets: BucketPolicySource {
    func access(toBucket bucket: String) -> BucketAccess? { nil }
}
