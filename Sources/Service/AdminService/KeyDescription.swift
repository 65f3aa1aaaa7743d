internal import Base
internal import IAM
internal import JSON
internal import Policy

/// Access keys that are not users' own, as calls describe them.
enum KeyDescription {
    /// What a service account or temporary credentials can at most do, where no policy of their own narrows them: what
    /// the parent's policies say together.
    static func impliedPolicy(ofParent parent: String, groups: [String], _ iam: IAM) -> [UInt8] {
        guard parent != iam.root.accessKey else { return CannedPolicy.consoleAdmin.document.canonicalText }
        var names = iam.policyNames(of: .user(parent)) + iam.policyNames(of: .externalUser(parent))
        // A parent that is not stored is somebody of a directory, and has the groups that came with it.
        let ownGroups = (try? iam.user(parent).groups) ?? []
        names += ownGroups.flatMap { iam.policyNames(of: .group($0)) }
        names += groups.flatMap { iam.policyNames(of: .externalGroup($0)) }
        var seen: Set<String> = []
        let documents = names.filter { seen.insert($0).inserted }.compactMap { name in
            // A policy that is gone grants nothing.
            (try? iam.policy(named: name))?.document
        }
        return PolicyDocument.merged(documents, as: .identity).canonicalText
    }

    static func expiration(_ time: Timestamp?) -> JSONValue? {
        time.flatMap { $0 == .epoch ? nil : .time($0) }
    }

    /// As MinIO stores and tells it.
    static func status(_ status: AccountStatus) -> JSONValue {
        switch status {
        case .enabled: "on"
        case .disabled: "off"
        }
    }
}

extension ServiceAccountInfo {
    /// As `info-service-account` answers it.
    func json(_ iam: IAM) -> JSONObject {
        var object = JSONObject()
        let policy =
            sessionPolicy ?? KeyDescription.impliedPolicy(ofParent: parent, groups: groups, iam)
        object.set("parentUser", .string(parent))
        object.set("accountStatus", KeyDescription.status(status))
        object.set("impliedPolicy", .boolean(sessionPolicy == nil))
        object.set("policy", .string(String(decoding: policy, as: UTF8.self)))
        object.set("name", name.map { .string($0) })
        object.set("description", description.map { .string($0) })
        object.set("expiration", KeyDescription.expiration(expiration))
        return object
    }

    /// As lists have it.
    var listed: JSONValue {
        var object = JSONObject()
        object.set("parentUser", .string(parent))
        object.set("accountStatus", KeyDescription.status(status))
        object.set("impliedPolicy", .boolean(sessionPolicy == nil))
        object.set("accessKey", .string(accessKey))
        object.set("name", name.map { .string($0) })
        object.set("description", description.map { .string($0) })
        object.set("expiration", .time(expiration ?? .epoch))
        return .object(object)
    }
}

extension TemporaryCredentialInfo {
    /// As `temporary-account-info` answers it.
    func json(_ iam: IAM) -> JSONObject {
        var object = JSONObject()
        let policy =
            sessionPolicy ?? KeyDescription.impliedPolicy(ofParent: parent, groups: groups, iam)
        object.set("parentUser", .string(parent))
        object.set("accountStatus", KeyDescription.status(status))
        object.set("impliedPolicy", .boolean(sessionPolicy == nil))
        object.set("policy", .string(String(decoding: policy, as: UTF8.self)))
        object.set("expiration", .time(expiration))
        return object
    }

    /// As lists have it.
    var listed: JSONValue {
        [
            "parentUser": .string(parent), "accountStatus": KeyDescription.status(status),
            "impliedPolicy": .boolean(sessionPolicy == nil), "accessKey": .string(accessKey),
            "expiration": .time(expiration),
        ]
    }
}
