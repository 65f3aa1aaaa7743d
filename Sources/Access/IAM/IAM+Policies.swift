import Base
import JSON
import Policy

extension IAM {
    /// Makes a policy or replaces one; in force for all who have it at their next request.
    ///
    /// - Throws: ``IAMError/malformedPolicy(_:)``, ``IAMError/emptyPolicy``, ``IAMError/invalidName(_:_:)``.
    package func setPolicy(_ text: [UInt8], named name: String) async throws(IAMError) {
        try KeyRules.check(name: name)
        let document: PolicyDocument
        do throws(PolicyError) {
            document = try PolicyDocument(parsing: text, as: .identity)
        } catch {
            throw .malformedPolicy(error)
        }
        guard !document.isEmpty else { throw .emptyPolicy }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            preconditionFailure("a policy is JSON: \(error)")
        }
        let (key, now) = (Name(name), time.now)
        try await change { index throws(IAMError) in
            let createdAt = index.policies[key]?.value?.createdAt
            let bytes = StoredPolicyFile(document, value: value).encoded(at: now, createdAt: createdAt)
            return Plan(files: [FileChange(path: .policy(key), bytes: bytes)], answer: ())
        }
    }

    /// - Throws: ``IAMError/policyInUse(_:by:)`` while anybody has it. Removing what replaced a built-in policy brings
    ///   that back, so it is never in use.
    package func removePolicy(_ name: String) async throws(IAMError) {
        let key = Name(name)
        try await change { index throws(IAMError) in
            guard index.policies[key] != nil else {
                throw Index.builtIn(key) == nil ? .noSuchPolicy(name) : .policyIsBuiltIn(name)
            }
            let holders = index.holders(of: key)
            guard holders.isEmpty || Index.builtIn(key) != nil else {
                throw .policyInUse(name, by: Array(holders.prefix(IAMError.holdersMax)))
            }
            return Plan(files: [FileChange(path: .policy(key), bytes: nil)], answer: ())
        }
    }

    package func policy(named name: String) throws(IAMError) -> StoredPolicy {
        try state.withLock { state throws(IAMError) in
            guard let info = state.index.info(ofPolicy: Name(name)) else { throw .noSuchPolicy(name) }
            return info
        }
    }

    /// Built-in ones as well, in order of names.
    package func policies() -> [StoredPolicy] {
        let index = snapshot
        let names = Set(index.policies.keys).union(CannedPolicy.allCases.map { Name($0.rawValue) })
        return names.sorted().compactMap { index.info(ofPolicy: $0) }
    }

    /// Adds to what is attached.
    ///
    /// - Throws: ``IAMError/policyChangeHasNoEffect`` when all of them are attached already.
    package func attach(_ policies: [String], to holder: PolicyHolder) async throws(IAMError) -> PolicyChange
    {
        try await changeMapping(of: holder) { index, mapping throws(IAMError) in
            try index.checkPolicies(policies)
            var known = Set(mapping.policies)
            let added = policies.map { Name($0) }.filter { known.insert($0).inserted }
            guard !added.isEmpty else { throw .policyChangeHasNoEffect }
            mapping.policies += added
            return added
        }
    }

    /// - Throws: ``IAMError/policyChangeHasNoEffect`` when none of them is attached.
    package func detach(_ policies: [String], from holder: PolicyHolder) async throws(IAMError)
        -> PolicyChange
    {
        try await changeMapping(of: holder) { index, mapping throws(IAMError) in
            var leaving = Set(policies.map { Name($0) })
            // One that is attached can be detached whether it exists or not.
            try index.checkPolicies(leaving.subtracting(mapping.policies).map(\.text))
            leaving.formIntersection(mapping.policies)
            guard !leaving.isEmpty else { throw .policyChangeHasNoEffect }
            let removed = mapping.policies.filter { leaving.contains($0) }
            mapping.policies.removeAll { leaving.contains($0) }
            return removed
        }
    }

    /// Replaces what is attached; nothing detaches all.
    package func setPolicies(_ policies: [String], of holder: PolicyHolder) async throws(IAMError) {
        _ = try await changeMapping(of: holder, asWhole: true) { index, mapping throws(IAMError) in
            try index.checkPolicies(policies)
            var known: Set<Name> = []
            mapping.policies = policies.map { Name($0) }.filter { known.insert($0).inserted }
            return mapping.policies
        }
    }

    private func changeMapping(
        of holder: PolicyHolder,
        asWhole: Bool = false,
        _ body: (Index, inout StoredMapping) throws(IAMError) -> [Name]
    ) async throws(IAMError) -> PolicyChange {
        let now = time.now
        return try await change { index throws(IAMError) in
            try index.checkHolder(holder)
            let (kind, name) = holder.mapping
            let known = index.mappings[kind]?[name]
            // One that cannot be read is only replaced as a whole: what it holds may deny something.
            if !asWhole, known?.isUnreadable == true {
                throw .unreadable(path: ItemPath.mapping(kind, name).path)
            }
            var mapping = known?.value ?? StoredMapping()
            let changed = try body(index, &mapping)
            let bytes: [UInt8]? = mapping.policies.isEmpty ? nil : mapping.encoded(at: now)
            let answer = PolicyChange(
                changed: changed.map(\.text),
                attached: mapping.policies.map(\.text)
            )
            if known == nil, bytes == nil { return Plan(files: [], answer: answer) }
            return Plan(files: [FileChange(path: .mapping(kind, name), bytes: bytes)], answer: answer)
        }
    }

    /// Attached to the holder itself, in the order of its mapping.
    package func policyNames(of holder: PolicyHolder) -> [String] {
        let (kind, name) = holder.mapping
        return state.withLock { $0.index.mappings[kind]?[name]?.value?.policies.map(\.text) ?? [] }
    }

    package func policyEntities(_ query: PolicyEntities.Query) -> PolicyEntities {
        snapshot.policyEntities(query)
    }
}

extension PolicyHolder {
    var mapping: (ItemPath.MappingKind, Name) {
        switch self {
        case .user(let name): (.users, Name(name))
        case .externalUser(let name): (.externalUsers, Name(name))
        case .group(let name), .externalGroup(let name): (.groups, Name(name))
        }
    }
}

extension Index {
    fileprivate func checkHolder(_ holder: PolicyHolder) throws(IAMError) {
        switch holder {
        case .user(let user):
            let name = Name(user)
            guard name != rootName else { throw .userIsRoot }
            guard users[name] != nil else { throw absence(ofUser: name) }
        case .group(let group): guard groups[Name(group)] != nil else { throw .noSuchGroup(group) }
        case .externalUser(let name), .externalGroup(let name): try KeyRules.check(externalName: name)
        }
    }

    func checkPolicies(_ names: [String]) throws(IAMError) {
        for name in names where policy(named: Name(name)) == nil { throw .noSuchPolicy(name) }
    }

    func holders(of policy: Name) -> [PolicyHolder] {
        func names(_ kind: ItemPath.MappingKind) -> [Name] {
            (mappings[kind] ?? [:]).filter { $0.value.value?.policies.contains(policy) == true }.keys.sorted()
        }
        return names(.users).map { .user($0.text) } + names(.externalUsers).map { .externalUser($0.text) }
            + names(.groups).map { groups[$0] == nil ? .externalGroup($0.text) : .group($0.text) }
    }

    func info(ofPolicy name: Name) -> StoredPolicy? {
        let builtIn = Index.builtIn(name)
        guard let stored = policies[name] else {
            return builtIn.map {
                StoredPolicy(
                    name: name.text,
                    text: $0.document.source,
                    document: $0.document,
                    createdAt: nil,
                    updatedAt: nil,
                    isBuiltIn: true
                )
            }
        }
        return StoredPolicy(
            name: name.text,
            text: stored.value?.text ?? [],
            document: stored.value?.policy,
            createdAt: stored.value?.createdAt,
            updatedAt: stored.value?.updatedAt,
            isBuiltIn: builtIn != nil
        )
    }

    func policyEntities(_ query: PolicyEntities.Query) -> PolicyEntities {
        let kind: ItemPath.MappingKind = query.isExternal ? .externalUsers : .users
        let userMappings = readable(kind)
        let groupMappings = readable(.groups).filter { (groups[$0.key] == nil) == query.isExternal }
        let userNames = query.isEmpty ? userMappings.keys.sorted() : query.users.map { Name($0) }.sorted()
        let groupNames = query.isEmpty ? groupMappings.keys.sorted() : query.groups.map { Name($0) }.sorted()
        let usersOfPolicy = Self.holders(userMappings)
        let groupsOfPolicy = Self.holders(groupMappings)
        let all = Set(usersOfPolicy.keys).union(groupsOfPolicy.keys)
        let policyNames = query.isEmpty ? all.sorted() : query.policies.map { Name($0) }.sorted()
        return PolicyEntities(
            users: userNames.compactMap { user in
                let groups = (groupsOfUser[user] ?? []).sorted().compactMap { group in
                    groupMappings[group].map { Self.group(group, $0) }
                }
                guard userMappings[user] != nil || !groups.isEmpty else { return nil }
                return .init(
                    name: user.text,
                    policies: userMappings[user]?.map(\.text) ?? [],
                    groups: query.isExternal ? [] : groups
                )
            },
            groups: groupNames.compactMap { group in groupMappings[group].map { Self.group(group, $0) } },
            policies: policyNames.compactMap { policy in
                let users = (usersOfPolicy[policy] ?? []).sorted().map(\.text)
                let groups = (groupsOfPolicy[policy] ?? []).sorted().map(\.text)
                guard !users.isEmpty || !groups.isEmpty else { return nil }
                return .init(name: policy.text, users: users, groups: groups)
            }
        )
    }

    /// Who has each policy.
    private static func holders(_ mappings: [Name: [Name]]) -> [Name: Set<Name>] {
        var holders: [Name: Set<Name>] = [:]
        for (holder, policies) in mappings {
            for policy in policies { holders[policy, default: []].insert(holder) }
        }
        return holders
    }

    private static func group(_ name: Name, _ policies: [Name]) -> PolicyEntities.Group {
        .init(name: name.text, policies: policies.map(\.text))
    }

    private func readable(_ kind: ItemPath.MappingKind) -> [Name: [Name]] {
        (mappings[kind] ?? [:]).compactMapValues { $0.value?.policies }
    }
}
