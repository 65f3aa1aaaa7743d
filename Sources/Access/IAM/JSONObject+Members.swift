import Base
import JSON

/// Members of stored items. `null` is as good as absent.
extension JSONObject {
    func text(_ key: String) throws(ItemError) -> String? {
        switch self[key] {
        case nil, .null: return nil
        case .string(let text): return text
        case .boolean, .number, .array, .object: throw .malformed(member: key)
        }
    }

    func texts(_ key: String) throws(ItemError) -> [String] {
        switch self[key] {
        case nil, .null: return []
        case .array(let values):
            let texts = values.compactMap { $0.string }
            guard texts.count == values.count else { throw .malformed(member: key) }
            return texts
        case .boolean, .number, .string, .object: throw .malformed(member: key)
        }
    }

    /// When it was changed, under the name of either server. Only for people to see: what is no time is none.
    var updatedAt: Timestamp? {
        guard let text = self["updatedAt"]?.string ?? self["update_at"]?.string else { return nil }
        return StoredTime.parse(text) ?? nil
    }

    /// Sets it under the one name that both servers read.
    mutating func setUpdatedAt(_ time: Timestamp) {
        self["update_at"] = nil
        self["updatedAt"] = .string(StoredTime.text(time))
    }

    /// The same members in order of their names, as Go writes maps.
    var sortedByKey: JSONObject {
        var sorted = JSONObject()
        for member in members.sorted(by: { Name($0.key) < Name($1.key) }) {
            sorted[member.key] = member.value
        }
        return sorted
    }

    var encoded: [UInt8] { JSONValue.object(self).encoded }
}

extension AccountStatus {
    /// `on` and `off`, or the words of older releases. Without one an account is enabled.
    init(stored text: String?) throws(ItemError) {
        switch text {
        case nil, "", "on", "enabled": self = .enabled
        case "off", "disabled": self = .disabled
        default: throw .malformed(member: "status")
        }
    }
}
