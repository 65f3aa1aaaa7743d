/// Settings whose names begin alike, of a part of the server that reads them by itself and may be there several times.
///
///     MINIO_IDENTITY_OPENID_CLIENT_ID             of the one without a name
///     MINIO_IDENTITY_OPENID_CLIENT_ID_PRIMARY     of the one named PRIMARY, its target
struct SettingFamily: Sendable {
    struct Member: Sendable {
        let name: String
        let meaning: String
        /// The value is not repeated in messages, and `NAME_FILE` may name a file that holds it.
        var isSecret = false
        /// Known, so that it is refused and not overlooked.
        var isBuilt = true
    }

    struct Place: Hashable {
        let member: String
        /// ``SettingFamily/namelessTarget`` where the name ends with the member's.
        let target: String
        /// The value is the path of a file that holds it.
        let isFile: Bool
    }

    static let namelessTarget = "_"

    let section: SettingDefinition.Section
    /// Behind a prefix, up to the member's name.
    let stem: String
    let takesTargets: Bool
    let members: [Member]

    func member(named name: String) -> Member? { members.first { $0.name == name } }

    /// Members' names as variables have them, without prefix and target.
    var names: [String] {
        members.flatMap { $0.isSecret ? [stem + $0.name, stem + $0.name + "_FILE"] : [stem + $0.name] }
    }

    /// What a variable is for; `nil` where it is none of these. Of two members that fit the one with the longer name is
    /// meant.
    ///
    /// - Parameter rest: the variable's name behind the prefix.
    func place(of rest: Substring) -> Place? {
        guard rest.hasPrefix(stem) else { return nil }
        let name = rest.dropFirst(stem.count)
        var best: (place: Place, size: Int)?
        for member in members {
            for isFile in member.isSecret ? [false, true] : [false] {
                let known = isFile ? member.name + "_FILE" : member.name
                guard let target = target(of: name, behind: known), known.count > best?.size ?? 0 else {
                    continue
                }
                best = (Place(member: member.name, target: target, isFile: isFile), known.count)
            }
        }
        return best?.place
    }

    private func target(of name: Substring, behind known: String) -> String? {
        if name == known { return Self.namelessTarget }
        guard takesTargets, name.hasPrefix(known + "_"), name.count > known.count + 1 else { return nil }
        return String(name.dropFirst(known.count + 1))
    }
}
