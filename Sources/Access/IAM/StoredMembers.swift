import Base
import JSON

/// `members.json` of a group: `{"version":1,"status":"enabled","members":["alice"],"updatedAt":…}`.
struct StoredMembers: Sendable {
    private var document: JSONObject
    var status: AccountStatus
    var members: [Name]

    init() {
        (document, status, members) = (JSONObject(), .enabled, [])
        document["version"] = .integer(1)
    }

    init(reading document: JSONObject) throws(ItemError) {
        self.document = document
        status = try AccountStatus(stored: try document.text("status"))
        members = try document.texts("members").map { Name($0) }
    }

    var updatedAt: Timestamp? { document.updatedAt }

    func encoded(at time: Timestamp) -> [UInt8] {
        var document = document
        document["status"] = .string(status.rawValue)
        document["members"] = .array(members.map { .string($0.text) })
        document.setUpdatedAt(time)
        return document.encoded
    }
}
