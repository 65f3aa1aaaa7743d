import Base

extension IAM {
    /// Reads everything anew and finishes a change that was begun before the last stop. Until it has returned once,
    /// root alone can sign in.
    ///
    /// What cannot be read is in the report, and whoever it concerns is refused; it is never taken for absent.
    ///
    /// - Throws: ``IAMError/unavailable(_:)`` when it cannot be known which items there are; ``IAMError/unreadable(path:)``
    ///   for a layout of a later release. What was known before stays in force.
    package func load() async throws(IAMError) -> LoadReport {
        let report = try await queue.run { () async throws(IAMError) -> LoadReport in
            try await loadInTurn()
        }
        guard let report else { throw .cancelled }
        return report
    }

    private func loadInTurn() async throws(IAMError) -> LoadReport {
        var report = LoadReport()
        var unsure: Set<ItemPath> = []
        var journal: Journal?
        do throws(IAMError) {
            journal = try await storedJournal()
        } catch {
            guard case .unreadable = error else { throw error }
            // What it was about is not known: nothing may be changed until it is mended.
            unsure.insert(.journal)
            report.unreadable.append(
                .init(path: ItemPath.journal.path, reason: "is no list of changed files")
            )
        }
        let paths = try await listedPaths()
        let items = await read(paths.filter { $0 != .journal })
        if case .unreadable = items.first(where: { $0.path == .format })?.item {
            throw .unreadable(path: ItemPath.format.path)
        }
        var index = Index(root: root, account: account)
        for (path, item) in items { index.set(item, at: path) }
        let isFormatted = paths.contains(.format)
        let found = journal
        state.withLock { state in
            index.roles = state.index.roles
            index.resolutionCount = state.index.resolutionCount
            state.index = index
            state.isLoaded = true
            (state.unsure, state.unfinished, state.needsFormat) = (unsure, found, !isFormatted)
        }
        if let journal {
            apply(journal.files)
            report.finishedChange = true
            do throws(IAMError) {
                try await finish(journal)
            } catch {
                // It is in force; the next change or pass writes its files.
            }
        }
        state.withLock { $0.index.describe(&report) }
        return report
    }

    private func listedPaths() async throws(IAMError) -> [ItemPath] {
        do throws(IAMStorageError) {
            return try await storage.list(ItemPath.prefix).compactMap { ItemPath($0) }
        } catch {
            switch error {
            case .unavailable(let reason), .corrupt(let reason): throw .unavailable(reason)
            }
        }
    }

    private static let readsMax = 16

    /// Several at a time: ten thousand users one after another take long.
    private func read(_ paths: [ItemPath]) async -> [(path: ItemPath, item: Item)] {
        await withTaskGroup(of: (ItemPath, Item?).self) { group in
            var items: [(path: ItemPath, item: Item)] = []
            var remaining = paths[...]
            for path in remaining.prefix(Self.readsMax) { group.addTask { (path, await self.read(path)) } }
            remaining = remaining.dropFirst(Self.readsMax)
            while let (path, item) = await group.next() {
                // What was listed and is gone was removed meanwhile.
                if let item { items.append((path, item)) }
                if let next = remaining.popFirst() { group.addTask { (next, await self.read(next)) } }
            }
            return items
        }
    }

    /// One pass in the background, every minute or so: expired credentials are removed, at most `limit`; what was out
    /// of reach is read again; what a failure left half done is finished.
    package func maintain(limit: Int = 1000) async throws(IAMError) -> MaintenanceReport {
        precondition(limit > 0)
        let isInTurn: Void? = await queue.run { await readTransient(limit: limit) }
        guard isInTurn != nil else { throw .cancelled }
        let now = time.now
        let expired = try await change { index throws(IAMError) in
            Plan(files: [], answer: index.expired(at: now, limit: limit + 1))
        }
        var report = MaintenanceReport()
        for path in expired.prefix(limit) {
            report.removedCount += try await change { index throws(IAMError) in
                // It may have been given more time meanwhile.
                guard index.isExpired(path, at: now) else { return Plan(files: [], answer: 0) }
                return Plan(files: index.removal(of: path), answer: 1)
            }
        }
        report.hasMore = expired.count > limit
        report.unreadable = state.withLock { $0.index.unreadableItems }
        return report
    }
}

extension IAM {
    /// Reads what was out of reach once more. What still is stays refused and hinders no change of others.
    private func readTransient(limit: Int) async {
        let paths = state.withLock { state in
            state.index.unreadable.filter { $0.value.isTransient }.map(\.key).prefix(limit)
        }
        for path in paths {
            let item = await read(path)
            state.withLock { $0.index.set(item, at: path) }
        }
    }
}

extension Index {
    func isExpired(_ path: ItemPath, at now: Timestamp) -> Bool {
        switch path {
        case .serviceAccount(let name): serviceAccounts[name]?.value?.isExpired(at: now) ?? false
        case .temporary(let name): isExpired(name, temporaries[name], at: now)
        case .user, .group, .policy, .mapping, .format, .journal: false
        }
    }

    /// Those whose token nobody can verify end when the file says so.
    private func isExpired(
        _ name: Name,
        _ temporary: Readable<DerivedCredential>?,
        at now: Timestamp
    ) -> Bool {
        if let credential = temporary?.value { return credential.isExpired(at: now) }
        return untrusted[.temporary(name)]?.expiration.map { $0 <= now } ?? false
    }

    func expired(at now: Timestamp, limit: Int) -> [ItemPath] {
        var paths: [ItemPath] = []
        for (name, temporary) in temporaries where isExpired(name, temporary, at: now) {
            guard paths.count < limit else { return paths }
            paths.append(.temporary(name))
        }
        for (name, credential) in serviceAccounts where credential.value?.isExpired(at: now) == true {
            guard paths.count < limit else { return paths }
            paths.append(.serviceAccount(name))
        }
        return paths
    }

    /// The identity goes first: from then on nobody signs in with it, whoever reads the files.
    func removal(of path: ItemPath) -> [FileChange] {
        var files = [FileChange(path: path, bytes: nil)]
        if case .serviceAccount(let name) = path, mappings[.serviceAccounts]?[name] != nil {
            files.append(FileChange(path: .mapping(.serviceAccounts, name), bytes: nil))
        }
        return files
    }

    var unreadableItems: [LoadReport.Unreadable] {
        unreadable.map { LoadReport.Unreadable(path: $0.key.path, reason: $0.value.reason) }
            .sorted { Name($0.path) < Name($1.path) }
    }

    func describe(_ report: inout LoadReport) {
        report.userCount = users.count
        report.groupCount = groups.count
        report.policyCount = policies.count
        report.serviceAccountCount = serviceAccounts.count
        report.temporaryCredentialCount = temporaries.count
        report.unreadable += unreadableItems
    }
}
