import Base
import JSON
import Policy

/// What narrows a service account or temporary credentials.
struct SessionPolicy: Sendable {
    let text: [UInt8]
    let document: PolicyDocument

    /// Stored ones may be larger than new ones.
    private static let storedSizeMax = 16 << 10
    /// Of a service account, as MinIO has it.
    static let serviceAccountSizeMax = 4096

    /// For a service account; `nil` for `null`, `{}` and one without version and statements, which consoles and
    /// libraries send for having none.
    static func ofServiceAccount(_ text: [UInt8]?) throws(IAMError) -> SessionPolicy? {
        guard let text, !text.isEmpty, !isNone(text) else { return nil }
        return try submitted(text, sizeMax: serviceAccountSizeMax)
    }

    /// For temporary credentials, where an empty policy is a mistake.
    static func ofTemporary(_ text: [UInt8]?) throws(IAMError) -> SessionPolicy? {
        guard let text else { return nil }
        let policy = try submitted(text, sizeMax: PolicyKind.session.sizeMax)
        guard !policy.document.isEmpty else { throw .emptyPolicy }
        return policy
    }

    private static func submitted(_ text: [UInt8], sizeMax: Int) throws(IAMError) -> SessionPolicy {
        do throws(PolicyError) {
            let document = try PolicyDocument(parsing: text, as: .session, sizeMax: sizeMax)
            return SessionPolicy(text: text, document: document)
        } catch {
            throw .malformedPolicy(error)
        }
    }

    /// From the claims of a verified token; `nil` when the parent's rights are inherited whole.
    static func stored(_ claims: JSONObject, isServiceAccount: Bool) throws(ItemError) -> SessionPolicy? {
        let kind = try claims.text("sa-policy")
        switch (kind, isServiceAccount) {
        case ("inherited-policy", _): return nil
        case ("embedded-policy", _), (nil, false): break
        default: throw .malformed(member: "sa-policy")
        }
        guard let encoded = try claims.text("sessionPolicy") else {
            guard kind == nil else { throw .malformed(member: "sessionPolicy") }
            return nil
        }
        guard let text = Base64.standard.decode(encoded) else { throw .malformed(member: "sessionPolicy") }
        if isServiceAccount, isNone(text) { return nil }
        do throws(PolicyError) {
            let document = try PolicyDocument(
                parsing: text,
                as: .session,
                from: .stored,
                sizeMax: storedSizeMax
            )
            return SessionPolicy(text: text, document: document)
        } catch {
            throw .malformedSessionPolicy
        }
    }

    private static func isNone(_ text: [UInt8]) -> Bool {
        // What is no JSON is not nothing; the policy's own parser says what is wrong with it.
        guard let value = try? JSONValue(parsing: text, sizeMax: storedSizeMax) else { return false }
        switch value {
        case .null: return true
        case .object(let object):
            return isEmpty(object["Version"]) && isEmpty(object["Statement"]) && isEmpty(object["ID"])
                && isEmpty(object["Id"]) && object.members.allSatisfy { Self.members.contains($0.key) }
        case .boolean, .number, .string, .array: return false
        }
    }

    private static let members: Set<String> = ["Version", "Statement", "ID", "Id"]

    private static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null: true
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .boolean, .number, .object: false
        }
    }
}
