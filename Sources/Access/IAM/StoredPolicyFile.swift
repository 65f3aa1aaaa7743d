import Base
import JSON
import Policy

/// `policy.json`: `{"Version":1,"Policy":{…},"CreateDate":…,"UpdateDate":…}`, or in old releases the policy by itself.
struct StoredPolicyFile: Sendable {
    private var document: JSONObject
    /// The policy as it stands.
    private(set) var text: [UInt8]
    /// `nil` when it cannot be read. Shared by all who have it.
    private(set) var policy: PolicyDocument?

    /// More is read of what is stored than is taken anew.
    static let sizeMax = 1 << 20

    init(_ policy: PolicyDocument, value: JSONValue) {
        document = JSONObject()
        document["Version"] = .integer(1)
        document["Policy"] = value
        (text, self.policy) = (value.encoded, policy)
    }

    init(reading document: JSONObject) throws(ItemError) {
        let value: JSONValue
        if let wrapped = document["Policy"] {
            (self.document, value) = (document, wrapped)
        } else {
            value = .object(document)
            self.document = JSONObject()
            self.document["Version"] = .integer(1)
            self.document["Policy"] = value
        }
        text = value.encoded
        do throws(PolicyError) {
            policy = try PolicyDocument(parsing: text, as: .identity, from: .stored, sizeMax: Self.sizeMax)
        } catch {
            // Whoever has it is denied everything, and the report names it; its text stays for mending.
            policy = nil
        }
    }

    var createdAt: Timestamp? { time("CreateDate") }
    var updatedAt: Timestamp? { time("UpdateDate") }

    private func time(_ member: String) -> Timestamp? {
        guard let text = document[member]?.string else { return nil }
        return StoredTime.parse(text) ?? nil
    }

    /// - Parameter createdAt: of the policy that this one replaces.
    func encoded(at time: Timestamp, createdAt: Timestamp?) -> [UInt8] {
        var document = document
        document["CreateDate"] = .string(StoredTime.text(createdAt ?? self.createdAt ?? time))
        document["UpdateDate"] = .string(StoredTime.text(time))
        return document.encoded
    }

    /// Whether some statement denies something. One that cannot be read may.
    var mayDeny: Bool {
        guard let policy else { return true }
        return policy.mayDeny
    }
}

extension PolicyDocument {
    var mayDeny: Bool {
        // Its own canonical text is always JSON.
        guard let value = try? JSONValue(parsing: canonicalText),
            let statements = value.object?["Statement"]?.array
        else { return true }
        return statements.contains { $0.object?["Effect"]?.string != "Allow" }
    }
}
