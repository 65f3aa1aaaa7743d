import Base
import JSON
import Telemetry

/// `identity.json` of a user, a service account or temporary credentials. What it does not know is kept when it is
/// written again. Printing it shows no secret.
///
///     {"version":1,"credentials":{"accessKey":…,"secretKey":…,"sessionToken":…,"expiration":…,"status":"on",
///      "parentUser":…,"groups":[…],"name":…,"description":…},"updatedAt":…,"martletAccount":{…}}
struct StoredIdentity: Sendable {
    private var document: JSONObject

    var accessKey: String
    var secret: Secret
    /// A JSON web token with what else is known about a service account or temporary credentials.
    var sessionToken: Secret?
    /// `nil` is never.
    var expiration: Timestamp?
    var status: AccountStatus
    /// Empty for a user.
    var parent: String
    var groups: [String]
    var name: String?
    var comment: String?
    /// `nil` for the server's own. A member that MinIO passes over.
    var account: Account?
    /// Whether the parent is known to a directory or provider and not here. A member that MinIO passes over.
    var hasExternalParent: Bool

    /// One that is not stored yet.
    init(accessKey: String, secret: Secret, status: AccountStatus = .enabled, parent: String = "") {
        (document, self.accessKey, self.secret) = (JSONObject(), accessKey, secret)
        (self.status, self.parent, groups) = (status, parent, [])
        hasExternalParent = false
        document["version"] = .integer(1)
    }

    /// - Parameter name: from the path, for files that leave the access key out.
    init(reading document: JSONObject, name: Name) throws(ItemError) {
        guard let credentials = document["credentials"]?.object else {
            throw .malformed(member: "credentials")
        }
        self.document = document
        let accessKey = try credentials.text("accessKey") ?? ""
        // Whoever asks for one key must not be given another's secret.
        guard accessKey.isEmpty || Name(accessKey) == name else { throw .malformed(member: "accessKey") }
        self.accessKey = name.text
        guard let secret = try credentials.text("secretKey"), !secret.isEmpty else {
            throw .malformed(member: "secretKey")
        }
        self.secret = Secret(secret)
        sessionToken = try credentials.text("sessionToken").flatMap { $0.isEmpty ? nil : Secret($0) }
        if let text = try credentials.text("expiration"), !text.isEmpty {
            guard let expiration = StoredTime.parse(text) else { throw .malformed(member: "expiration") }
            self.expiration = expiration
        }
        status = try AccountStatus(stored: try credentials.text("status"))
        parent = try credentials.text("parentUser") ?? ""
        groups = try credentials.texts("groups")
        self.name = try credentials.text("name")
        let older = try credentials.text("comment")
        comment = try credentials.text("description") ?? older
        account = try Self.account(document["martletAccount"])
        hasExternalParent = document["martletExternalParent"]?.boolean ?? false
    }

    private static func account(_ value: JSONValue?) throws(ItemError) -> Account? {
        guard let value else { return nil }
        guard let object = value.object, let id = try object.text("id"),
            let canonicalID = try object.text("canonicalID")
        else { throw .malformed(member: "martletAccount") }
        return Account(
            id: id,
            canonicalID: canonicalID,
            displayName: try object.text("displayName") ?? ""
        )
    }

    var updatedAt: Timestamp? { document.updatedAt }

    /// The file's bytes.
    func encoded(at time: Timestamp) -> [UInt8] {
        var document = document
        var credentials = document["credentials"]?.object ?? JSONObject()
        credentials["accessKey"] = .string(accessKey)
        credentials["secretKey"] = .string(secret.revealed())
        credentials["sessionToken"] = sessionToken.map { .string($0.revealed()) }
        credentials["expiration"] = .string(expirationText(credentials["expiration"]?.string))
        credentials["status"] = .string(status == .enabled ? "on" : "off")
        credentials["parentUser"] = parent.isEmpty ? nil : .string(parent)
        credentials["groups"] = groups.isEmpty ? nil : .array(groups.map { .string($0) })
        credentials["name"] = name.flatMap { $0.isEmpty ? nil : .string($0) }
        credentials["comment"] = nil
        credentials["description"] = comment.flatMap { $0.isEmpty ? nil : .string($0) }
        document["credentials"] = .object(credentials)
        document.setUpdatedAt(time)
        document["martletAccount"] = account.map(Self.value)
        document["martletExternalParent"] = hasExternalParent ? .boolean(true) : nil
        return document.encoded
    }

    /// As it stands, if that is what is meant: there are several ways to write that there is none.
    private func expirationText(_ stored: String?) -> String {
        if let stored, let time = StoredTime.parse(stored), time == expiration { return stored }
        return expiration.map(StoredTime.text) ?? (parent.isEmpty ? StoredTime.none : StoredTime.epoch)
    }

    private static func value(_ account: Account) -> JSONValue {
        [
            "id": .string(account.id), "canonicalID": .string(account.canonicalID),
            "displayName": .string(account.displayName),
        ]
    }
}

extension StoredIdentity: CustomStringConvertible, CustomReflectable {
    var description: String { "identity of \(accessKey)" }
    var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey], displayStyle: .struct) }
}
