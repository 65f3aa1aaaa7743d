import Base

extension IAM {
    /// Makes the group if there is none. Members that are in it already stay once. An empty list makes an empty group.
    package func addMembers(_ members: [String], toGroup group: String) async throws(IAMError) {
        try KeyRules.check(name: group)
        let (name, now) = (Name(group), time.now)
        try await change { index throws(IAMError) in
            for member in members { try index.checkMember(member) }
            if index.groups[name]?.isUnreadable == true { throw .unreadable(path: ItemPath.group(name).path) }
            var stored = index.groups[name]?.value ?? StoredMembers()
            var known = Set(stored.members)
            stored.members += members.map { Name($0) }.filter { known.insert($0).inserted }
            return Plan(files: [FileChange(path: .group(name), bytes: stored.encoded(at: now))], answer: ())
        }
    }

    /// Whoever is not in it is passed over. The group stays, empty or not.
    package func removeMembers(_ members: [String], fromGroup group: String) async throws(IAMError) {
        let (name, now) = (Name(group), time.now)
        let leaving = Set(members.map { Name($0) })
        try await changeGroup(name) { index, stored throws(IAMError) in
            for member in leaving {
                guard index.users[member] != nil || stored.members.contains(member) else {
                    throw .noSuchUser(member.text)
                }
            }
            stored.members.removeAll { leaving.contains($0) }
            return [FileChange(path: .group(name), bytes: stored.encoded(at: now))]
        }
    }

    /// With its mapping.
    ///
    /// - Throws: ``IAMError/groupNotEmpty(_:)``. A group that cannot be read is removed: nobody knows its members.
    package func removeGroup(_ group: String) async throws(IAMError) {
        let name = Name(group)
        try await change { index throws(IAMError) in
            guard let known = index.groups[name] else { throw .noSuchGroup(group) }
            if let members = known.value?.members, !members.isEmpty { throw .groupNotEmpty(group) }
            var files = [FileChange(path: .group(name), bytes: nil)]
            if index.mappings[.groups]?[name] != nil {
                files.append(FileChange(path: .mapping(.groups, name), bytes: nil))
            }
            return Plan(files: files, answer: ())
        }
    }

    package func setStatus(_ status: AccountStatus, ofGroup group: String) async throws(IAMError) {
        let (name, now) = (Name(group), time.now)
        try await changeGroup(name) { _, stored in
            stored.status = status
            return [FileChange(path: .group(name), bytes: stored.encoded(at: now))]
        }
    }

    private func changeGroup(
        _ name: Name,
        _ body: (Index, inout StoredMembers) throws(IAMError) -> [FileChange]
    ) async throws(IAMError) {
        try await change { index throws(IAMError) in
            guard let known = index.groups[name] else { throw .noSuchGroup(name.text) }
            guard var stored = known.value else { throw .unreadable(path: ItemPath.group(name).path) }
            return Plan(files: try body(index, &stored), answer: ())
        }
    }

    package func group(_ name: String) throws(IAMError) -> GroupInfo {
        try state.withLock { state throws(IAMError) in
            guard let info = state.index.info(ofGroup: Name(name)) else { throw .noSuchGroup(name) }
            return info
        }
    }

    /// In order of names.
    package func groups() -> [GroupInfo] {
        let index = snapshot
        return index.groups.keys.sorted().compactMap { index.info(ofGroup: $0) }
    }
}

extension Index {
    /// Members are stored users.
    fileprivate func checkMember(_ member: String) throws(IAMError) {
        let name = Name(member)
        guard name != rootName else { throw .userIsRoot }
        guard users[name] != nil else { throw absence(ofUser: name) }
    }

    func info(ofGroup name: Name) -> GroupInfo? {
        guard let group = groups[name] else { return nil }
        return GroupInfo(
            name: name.text,
            status: group.value?.status ?? .disabled,
            members: group.value?.members.map(\.text) ?? [],
            policies: mappings[.groups]?[name]?.value?.policies.map(\.text) ?? [],
            updatedAt: group.value?.updatedAt,
            unreadablePath: group.isUnreadable ? ItemPath.group(name).path : nil
        )
    }
}
