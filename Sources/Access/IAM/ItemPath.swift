/// Where an item is kept, below the system folder.
///
///     config/iam/format.json
///     config/iam/users/NAME/identity.json                    …/service-accounts/…  …/sts/…
///     config/iam/groups/NAME/members.json
///     config/iam/policies/NAME/policy.json
///     config/iam/policydb/users/NAME.json                    …/sts-users/…  …/service-accounts/…  …/groups/…
///     config/iam/martlet/change.json                         a change that is being made
///
/// A name is everything between the folder and the file's name, slashes included.
enum ItemPath: Sendable, Hashable {
    case format
    case user(Name)
    case serviceAccount(Name)
    case temporary(Name)
    case group(Name)
    case policy(Name)
    case mapping(MappingKind, Name)
    case journal

    enum MappingKind: String, Sendable, CaseIterable {
        case users
        case externalUsers = "sts-users"
        case serviceAccounts = "service-accounts"
        case groups
    }

    static let prefix = "config/iam/"

    enum Kind: Sendable { case format, user, serviceAccount, temporary, group, policy, mapping, journal }

    var kind: Kind {
        switch self {
        case .format: .format
        case .user: .user
        case .serviceAccount: .serviceAccount
        case .temporary: .temporary
        case .group: .group
        case .policy: .policy
        case .mapping: .mapping
        case .journal: .journal
        }
    }

    var path: String {
        switch self {
        case .format: Self.prefix + "format.json"
        case .user(let name): Self.prefix + "users/\(name.text)/identity.json"
        case .serviceAccount(let name): Self.prefix + "service-accounts/\(name.text)/identity.json"
        case .temporary(let name): Self.prefix + "sts/\(name.text)/identity.json"
        case .group(let name): Self.prefix + "groups/\(name.text)/members.json"
        case .policy(let name): Self.prefix + "policies/\(name.text)/policy.json"
        case .mapping(let kind, let name): Self.prefix + "policydb/\(kind.rawValue)/\(name.text).json"
        case .journal: Self.prefix + "martlet/change.json"
        }
    }

    /// `nil` for a path that holds nothing of ours.
    init?(_ path: String) {
        if Name(path) == Name(Self.format.path) {
            self = .format
        } else if Name(path) == Name(Self.journal.path) {
            self = .journal
        } else if let name = Self.name(in: path, between: "users/", "/identity.json") {
            self = .user(name)
        } else if let name = Self.name(in: path, between: "service-accounts/", "/identity.json") {
            self = .serviceAccount(name)
        } else if let name = Self.name(in: path, between: "sts/", "/identity.json") {
            self = .temporary(name)
        } else if let name = Self.name(in: path, between: "groups/", "/members.json") {
            self = .group(name)
        } else if let name = Self.name(in: path, between: "policies/", "/policy.json") {
            self = .policy(name)
        } else if let mapping = Self.mapping(path) {
            self = mapping
        } else {
            return nil
        }
    }

    private static func mapping(_ path: String) -> ItemPath? {
        for kind in MappingKind.allCases {
            if let name = name(in: path, between: "policydb/\(kind.rawValue)/", ".json") {
                return .mapping(kind, name)
            }
        }
        return nil
    }

    private static func name(in path: String, between folder: String, _ file: String) -> Name? {
        let (start, end) = (Array((prefix + folder).utf8), Array(file.utf8))
        let bytes = Array(path.utf8)
        guard bytes.count > start.count + end.count, bytes.starts(with: start),
            bytes.suffix(end.count).elementsEqual(end)
        else { return nil }
        return Name(String(decoding: bytes[start.count..<(bytes.count - end.count)], as: UTF8.self))
    }
}
