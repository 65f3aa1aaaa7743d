import Base
import JSON

/// Which policies a user or group has: `{"version":1,"policy":"readonly,audit","updatedAt":…}`.
struct StoredMapping: Sendable {
    private var document: JSONObject
    /// Each once, none empty.
    var policies: [Name]

    init() {
        (document, policies) = (JSONObject(), [])
        document["version"] = .integer(1)
    }

    init(reading document: JSONObject) throws(ItemError) {
        self.document = document
        let text: String
        if let stored = try document.text("policy") {
            text = stored
        } else if let stored = document["policies"]?.array {
            let names = stored.compactMap { $0.string }
            guard names.count == stored.count else { throw .malformed(member: "policies") }
            text = names.joined(separator: ",")
        } else if let stored = try document.text("policies") {
            text = stored
        } else {
            throw .malformed(member: "policy")
        }
        policies = Self.names(in: text)
    }

    /// Names between commas, without the spaces around them.
    static func names(in text: String) -> [Name] {
        var seen: Set<Name> = []
        return text.utf8.split(separator: UInt8(ascii: ",")).compactMap { part in
            var part = part
            while part.first == UInt8(ascii: " ") { part.removeFirst() }
            while part.last == UInt8(ascii: " ") { part.removeLast() }
            let name = Name(String(decoding: part, as: UTF8.self))
            return !part.isEmpty && seen.insert(name).inserted ? name : nil
        }
    }

    var updatedAt: Timestamp? { document.updatedAt }

    func encoded(at time: Timestamp) -> [UInt8] {
        var document = document
        document["policies"] = nil
        document["policy"] = .string(policies.map(\.text).joined(separator: ","))
        document.setUpdatedAt(time)
        return document.encoded
    }
}
