import Base

extension IAM {
    /// What a change writes, and what it answers.
    struct Plan<Answer: Sendable>: Sendable {
        /// In the order in which they are to be written. None changes nothing.
        var files: [FileChange]
        var answer: Answer
    }

    /// Makes one change. `plan` sees the index as it is when the change's turn has come.
    func change<Answer: Sendable>(
        _ plan: (inout Index) throws(IAMError) -> Plan<Answer>
    ) async throws(IAMError) -> Answer {
        let answer = try await queue.run { () async throws(IAMError) -> Answer in
            try await settle()
            let plan = try state.withLock { state throws(IAMError) -> Plan<Answer> in
                guard state.isLoaded else { throw .unavailable("users are not loaded") }
                return try plan(&state.index)
            }
            try await commit(plan.files)
            return plan.answer
        }
        guard let answer else { throw .cancelled }
        return answer
    }

    /// Nothing an earlier change left unsure or unfinished may be open.
    func commit(_ files: [FileChange]) async throws(IAMError) {
        guard let first = files.first else { return }
        guard files.count > 1 else {
            try await store(first)
            apply(files)
            return
        }
        let journal = Journal(files)
        let bytes = journal.encoded
        guard bytes.count <= Journal.sizeMax else {
            throw .changeTooLarge(size: bytes.count, sizeMax: Journal.sizeMax)
        }
        try await store(FileChange(path: .journal, bytes: bytes))
        // From here on a new start finishes it: it has taken place.
        state.withLock { $0.unfinished = journal }
        apply(files)
        do throws(IAMError) {
            try await finish(journal)
        } catch {
            // The next change or pass carries it out before anything else.
        }
    }

    /// Carries out what a journal says and removes it. May be done any number of times.
    func finish(_ journal: Journal) async throws(IAMError) {
        for stage in journal.stages { try await put(stage) }
        try await put(FileChange(path: .journal, bytes: nil))
        state.withLock { $0.unfinished = nil }
    }

    private static let writesMax = 16

    /// Several at a time, which share the drives' syncs; in any order, of which the first failure is thrown.
    private func put(_ files: ArraySlice<FileChange>) async throws(IAMError) {
        let failure = await withTaskGroup(of: IAMError?.self) { group in
            var failure: IAMError?
            var remaining = files
            for file in remaining.prefix(Self.writesMax) { group.addTask { await self.failure(of: file) } }
            remaining = remaining.dropFirst(Self.writesMax)
            while let found = await group.next() {
                failure = failure ?? found
                guard failure == nil, let next = remaining.popFirst() else { continue }
                group.addTask { await self.failure(of: next) }
            }
            return failure
        }
        if let failure { throw failure }
    }

    private func failure(of file: FileChange) async -> IAMError? {
        do throws(IAMError) {
            try await put(file)
            return nil
        } catch {
            return error
        }
    }

    /// Only whoever's turn it is may.
    func apply(_ files: [FileChange]) {
        let items = files.map { file in (file.path, file.bytes.map { Item(parsing: $0, at: file.path) }) }
        guard items.count > Self.appliedInPlaceMax else {
            return state.withLock { state in
                for (path, item) in items { state.index.set(item, at: path) }
            }
        }
        // Requests go on with what was, rather than wait.
        var index = snapshot
        for (path, item) in items { index.set(item, at: path) }
        let changed = index
        state.withLock { state in
            let (roles, resolutionCount) = (state.index.roles, state.index.resolutionCount)
            state.index = changed
            (state.index.roles, state.index.resolutionCount) = (roles, resolutionCount)
        }
    }

    private static let appliedInPlaceMax = 64

    /// Writes or removes; after an error the path is read again before the next change.
    private func store(_ file: FileChange) async throws(IAMError) {
        do throws(IAMError) {
            try await put(file)
        } catch {
            state.withLock { _ = $0.unsure.insert(file.path) }
            throw error
        }
    }

    private func put(_ file: FileChange) async throws(IAMError) {
        do throws(IAMStorageError) {
            if let bytes = file.bytes {
                try await storage.write(file.path.path, bytes)
            } else {
                try await storage.remove(file.path.path)
            }
        } catch {
            switch error {
            case .unavailable(let reason), .corrupt(let reason): throw .unavailable(reason)
            }
        }
    }

    /// Makes memory and drives agree, where an earlier failure left that open.
    func settle() async throws(IAMError) {
        let (unfinished, unsure, needsFormat) = state.withLock { ($0.unfinished, $0.unsure, $0.needsFormat) }
        if let unfinished { try await finish(unfinished) }
        for path in unsure {
            if path == .journal {
                if let journal = try await storedJournal() {
                    state.withLock { $0.unfinished = journal }
                    apply(journal.files)
                    try await finish(journal)
                }
            } else {
                let item = await read(path)
                if case .unreadable(.unavailable(let reason)) = item { throw .unavailable(reason) }
                state.withLock { $0.index.set(item, at: path) }
            }
            state.withLock { _ = $0.unsure.remove(path) }
        }
        if needsFormat {
            try await put(FileChange(path: .format, bytes: Array(#"{"version":1}"#.utf8)))
            state.withLock { $0.needsFormat = false }
        }
    }

    /// `nil` when no change was left half done.
    func storedJournal() async throws(IAMError) -> Journal? {
        let path = ItemPath.journal.path
        let bytes: [UInt8]?
        do throws(IAMStorageError) {
            bytes = try await storage.read(path)
        } catch {
            switch error {
            case .unavailable(let reason): throw .unavailable(reason)
            case .corrupt: throw .unreadable(path: path)
            }
        }
        guard let bytes else { return nil }
        do throws(ItemError) {
            return try Journal(parsing: bytes)
        } catch {
            throw .unreadable(path: path)
        }
    }

    /// What a path holds now; `nil` for nothing.
    func read(_ path: ItemPath) async -> Item? {
        do throws(IAMStorageError) {
            guard let bytes = try await storage.read(path.path) else { return nil }
            return await Item(reading: bytes, at: path, with: decryption)
        } catch {
            switch error {
            case .unavailable(let reason): return .unreadable(.unavailable(reason))
            case .corrupt(let reason): return .unreadable(.corrupt(reason))
            }
        }
    }
}
