import JSON
import Policy

/// The policies of somebody, put together.
struct ResolvedPolicies: Sendable {
    var policies: [IdentityPolicy] = []
    /// Paths of what may deny something and cannot be read.
    var unreadable: [String] = []
    var groups: [String] = []
}

extension Index {
    /// A stored user's: its own and its enabled groups'. Put together once after a change, not once for a request.
    mutating func policies(ofUser user: Name) -> ResolvedPolicies {
        cached(user) { index in
            let groups = index.groupsOfUser[user]?.sorted() ?? []
            var resolution = Resolution(index: index)
            resolution.add(.users, user)
            for group in groups { resolution.add(group: group) }
            for group in index.unreadableGroups.sorted() { resolution.add(unreadableGroup: group) }
            return resolution.finish(groups: groups)
        }
    }

    /// What somebody whom a directory or provider vouches for passes on to credentials: the role's policies if the
    /// token names one, else those mapped to the name and to the directory's groups.
    mutating func policies(ofExternalParentOf accessKey: Name, _ credential: DerivedCredential)
        -> ResolvedPolicies
    {
        cached(accessKey) { index in
            var resolution = Resolution(index: index)
            let groups = credential.stored.groups.map { Name($0) }
            if let role = credential.role {
                resolution.add(policies: index.roles[Name(role)] ?? [])
            } else {
                resolution.add(.externalUsers, credential.parent)
                for group in groups { resolution.add(group: group) }
            }
            return resolution.finish(groups: groups)
        }
    }

    /// What credentials of the grant would have.
    func policies(of grant: TemporaryGrant) -> ResolvedPolicies {
        var resolution = Resolution(index: self)
        let groups = grant.groups.map { Name($0) }
        if let role = grant.claims["roleArn"]?.string {
            resolution.add(policies: roles[Name(role)] ?? [])
        } else {
            if let policies = grant.policies {
                resolution.add(policies: policies.map { Name($0) })
            } else {
                resolution.add(.externalUsers, Name(grant.parent))
            }
            for group in groups { resolution.add(group: group) }
        }
        return resolution.finish(groups: groups)
    }

    private mutating func cached(_ key: Name, _ make: (Index) -> ResolvedPolicies) -> ResolvedPolicies {
        if let found = resolved[key], found.generation == generation { return found.policies }
        let policies = make(self)
        resolved[key] = (generation, policies)
        resolutionCount += 1
        return policies
    }

    /// The policy of that name: a stored one, or the built-in one that it did not replace.
    func policy(named name: Name) -> Readable<PolicyDocument>? {
        switch policies[name] {
        case .readable(let file):
            if let document = file.policy { return .readable(document) }
            return .unreadable(.malformed(member: "Policy"))
        case .unreadable(let error): return .unreadable(error)
        case nil: return Index.builtIn(name).map { .readable($0.document) }
        }
    }

    static func builtIn(_ name: Name) -> CannedPolicy? {
        CannedPolicy.allCases.first { Name($0.rawValue) == name }
    }
}

private struct Resolution {
    let index: Index
    private var names: [Name] = []
    private var seen: Set<Name> = []
    private var unreadable: [String] = []

    init(index: Index) { self.index = index }

    mutating func add(_ kind: ItemPath.MappingKind, _ holder: Name) {
        switch index.mappings[kind]?[holder] {
        case nil: break
        case .readable(let mapping): add(policies: mapping.policies)
        case .unreadable: unreadable.append(ItemPath.mapping(kind, holder).path)
        }
    }

    mutating func add(policies: [Name]) {
        for name in policies where seen.insert(name).inserted { names.append(name) }
    }

    /// One that is not stored is a directory's; a disabled one gives nothing.
    mutating func add(group: Name) {
        switch index.groups[group] {
        case nil: add(.groups, group)
        case .readable(let members): if members.status == .enabled { add(.groups, group) }
        case .unreadable: add(unreadableGroup: group)
        }
    }

    /// Anybody may be in it. That matters only if its policies could deny something; what they allow is not given.
    mutating func add(unreadableGroup group: Name) {
        let mayDeny: Bool =
            switch index.mappings[.groups]?[group] {
            case nil: false
            case .unreadable: true
            case .readable(let mapping): mapping.policies.contains { self.mayDeny($0) }
            }
        if mayDeny { unreadable.append(ItemPath.group(group).path) }
    }

    private func mayDeny(_ name: Name) -> Bool {
        switch index.policy(named: name) {
        case nil: false
        case .unreadable: true
        case .readable(let document): document.mayDeny
        }
    }

    /// A policy that does not exist grants nothing, as in MinIO; one that cannot be read denies everything.
    func finish(groups: [Name]) -> ResolvedPolicies {
        var result = ResolvedPolicies(unreadable: unreadable, groups: groups.map(\.text))
        for name in names {
            switch index.policy(named: name) {
            case nil: break
            case .readable(let document):
                result.policies.append(IdentityPolicy(name: name.text, document: document))
            case .unreadable: result.unreadable.append(ItemPath.policy(name).path)
            }
        }
        return result
    }
}
