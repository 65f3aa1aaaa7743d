package import Base
import Files
import XLMeta

extension LocalDrive {
    package func commit(_ transaction: Transaction) async throws(DriveError) {
        let size = transaction.change.inlineSize
        try admit(size)
        defer { state.withLock { $0.committingSize -= size } }
        let keys = keys(ofCommitting: transaction)
        await acquire(keys)
        defer { release(keys) }
        guard let known = state.withLock({ $0.transactions[transaction.id] }), !known.isDoomed else {
            throw .reverted
        }
        switch known.phase {
        case .staging: break
        case .applied: return
        // A commit that failed midway is reverted or resumed, not repeated.
        case .prepared, .found: throw .alreadyExists
        }
        guard known.staged.values.allSatisfy({ !$0.isBroken }) else {
            throw .corrupt("a staged shard is not whole")
        }
        let intent = try await onLane(writes: true) { [self] tree throws(DriveError) in
            try prepare(transaction, in: tree)
        }
        try await sync(.prepared)
        try await applyAndSync(intent)
    }

    private func admit(_ size: Int) throws(DriveError) {
        let isAdmitted = state.withLock { state in
            // One always: a limit that is too small must not stop a drive.
            let isFirst = size == 0 || state.committingSize == 0
            guard isFirst || state.committingSize + size <= configuration.committingSizeMax else {
                return false
            }
            state.committingSize += size
            return true
        }
        if !isAdmitted { throw .busy }
    }

    private func checkNotDoomed(_ id: UUID) throws(DriveError) {
        if state.withLock({ $0.transactions[id]?.isDoomed ?? true }) { throw .reverted }
    }

    /// On the lane. What fails here leaves nothing behind; a call that never got here changes nothing, and the
    /// staged files stay open for another attempt.
    private func prepare(
        _ transaction: Transaction,
        in tree: DriveTree<F>
    ) throws(DriveError) -> Intent {
        try checkNotDoomed(transaction.id)
        let staged = takeStaged(of: transaction.id, in: tree)
        do throws(DriveError) {
            let intent = try tree.prepare(transaction, staged: staged.map { $0.part })
            state.withLock { state in
                state.transactions[transaction.id]?.phase = .prepared
                state.transactions[transaction.id]?.intent = intent
            }
            return intent
        } catch {
            state.withLock { $0.transactions[transaction.id]?.phase = .prepared }
            try tree.removeFileIfThere(TransactionPaths(transaction.id).intent)
            try tree.discard(transaction.id)
            state.withLock { $0.transactions[transaction.id] = nil }
            throw error
        }
    }

    /// On the lane: closes the staged files; nobody else will.
    private func takeStaged(of id: UUID, in tree: DriveTree<F>) -> [DriveTransaction<F>.Staged] {
        let staged = state.withLock { state in
            defer { state.transactions[id]?.staged = [:] }
            return state.transactions[id]?.staged.values.sorted { $0.part.number < $1.part.number } ?? []
        }
        for file in staged { tree.files.close(file.handle) }
        return staged
    }

    private func applyAndSync(_ intent: Intent) async throws(DriveError) {
        try await onLane(writes: true) { [self] tree throws(DriveError) in
            try checkNotDoomed(intent.id)
            try tree.apply(intent)
        }
        try await sync(.applied)
        state.withLock { $0.transactions[intent.id]?.phase = .applied }
    }

    package func resume(_ id: UUID) async throws(DriveError) {
        guard let keys = lockKeys(of: id) else { throw .notFound }
        await acquire(keys)
        defer { release(keys) }
        guard let known = state.withLock({ $0.transactions[id] }), let intent = known.intent else {
            throw .notFound
        }
        if case .applied = known.phase { return }
        try await resumeLocked(intent)
    }

    private func resumeLocked(_ intent: Intent) async throws(DriveError) {
        let isPrepared = try await onLane(writes: true) { tree throws(DriveError) in
            switch try tree.state(of: intent) {
            case .superseded: return false
            case .torn: throw DriveError.corrupt("a transaction of \(intent.path.name) is torn")
            case .prepared:
                try tree.keepOld(of: intent)
                return true
            case .applied: return true
            }
        }
        guard isPrepared else {
            state.withLock { $0.transactions[intent.id]?.phase = .applied }
            return
        }
        try await sync(.prepared)
        try await applyAndSync(intent)
    }

    package func finish(_ id: UUID) async throws(DriveError) {
        guard let keys = lockKeys(of: id) else { return }
        await acquire(keys)
        defer { release(keys) }
        guard let known = state.withLock({ $0.transactions[id] }), let intent = known.intent else { return }
        switch known.phase {
        case .applied: break
        case .staging, .prepared, .found: try await resumeLocked(intent)
        }
        if case .found = known.phase {
            try await finishLocked(intent, isFound: true)
        } else {
            try await finishLocked(intent)
        }
        await purge(countMax: Self.purgesPerFinish)
        tidyLater()
    }

    private static var purgesPerFinish: Int { 16 }

    /// - Parameter isFound: whether it is from an earlier run, after which anything may have happened to the
    ///   object: then only what no version refers to goes.
    private func finishLocked(_ intent: Intent, isFound: Bool = false) async throws(DriveError) {
        var purge = try await onLane(writes: true) { tree throws(DriveError) in
            isFound ? try tree.finishFound(intent) : try tree.finish(intent)
        }
        if intent.upload != nil {
            try await sync(.applied)
            purge.paths += try await onLane(writes: true) { tree throws(DriveError) in
                try tree.dropUpload(of: intent)
            }
        }
        state.withLock { [purge] state in
            state.end(intent.id)
            state.finish(purge)
        }
    }

    package func revert(_ id: UUID) async throws(DriveError) {
        state.withLock { $0.transactions[id]?.isDoomed = true }
        guard let keys = lockKeys(of: id) else { return }
        await acquire(keys)
        defer { release(keys) }
        guard let known = state.withLock({ $0.transactions[id] }) else { return }
        switch known.phase {
        case .staging: break
        case .prepared, .applied, .found: try await takeBack(id, known.intent)
        }
        try await onLane(writes: true) { [self] tree throws(DriveError) in
            _ = takeStaged(of: id, in: tree)
            try tree.discard(id)
        }
        state.withLock { $0.end(id) }
    }

    /// The old state comes back and is durable before the intent goes, and the intent is gone for good before
    /// anything it needs: a crash in between finds either all of it or none.
    private func takeBack(_ id: UUID, _ known: Intent?) async throws(DriveError) {
        let hasIntent = try await onLane(writes: true) { tree throws(DriveError) in
            let paths = TransactionPaths(id)
            guard let bytes = try tree.readFile(paths.intent) else { return false }
            // A preparation that failed midway has moved nothing.
            guard let intent = known ?? Intent(decoding: bytes) else { return true }
            try tree.revert(intent)
            return true
        }
        guard hasIntent else { return }
        try await sync(.applied)
        try await onLane(writes: true) { tree throws(DriveError) in
            try tree.removeFileIfThere(TransactionPaths(id).intent)
        }
        try await sync(.applied)
    }

    /// One with a later change on top is let go of here, whether it was acknowledged or not: the set made the later
    /// change by what it knew without it. It cannot be taken back from below, and what of it nobody acknowledged is, like
    /// anything that too few drives have, no version for any reader. What it replaced stays if a version names it.
    package func openTransactions() async throws(DriveError) -> [OpenTransaction] {
        let found = state.withLock { state in
            state.transactions.values.compactMap { transaction -> Intent? in
                guard case .found = transaction.phase else { return nil }
                return transaction.intent
            }
        }
        var open: [OpenTransaction] = []
        for intent in found.sorted(by: { $0.id.description < $1.id.description }) {
            let intentState = try await onLane { tree throws(DriveError) in try tree.state(of: intent) }
            let shown: OpenTransaction.State
            switch intentState {
            case .prepared: shown = .prepared
            case .applied: shown = .applied
            case .torn: shown = .torn
            case .superseded:
                try await finishLocked(intent, isFound: true)
                continue
            }
            open.append(
                OpenTransaction(
                    id: intent.id,
                    sequence: intent.sequence,
                    path: intent.path,
                    state: shown,
                    effect: intent.effect,
                    dataShards: intent.dataShards,
                    setDriveCount: intent.setDriveCount
                )
            )
        }
        return open
    }

    // One after the other.

    /// Parts of one upload do not wait for each other.
    private static func lockKey(of transaction: Transaction) -> String {
        let path = transaction.path.volume + "/" + transaction.path.name
        return if case .putPart(let number, _, _) = transaction.change { path + "/part.\(number)" } else {
            path
        }
    }

    /// A completion waits for the parts it lists, whose commits may have come late: what it found of them must still
    /// be so when it moves them.
    private static func partKeys(of change: Transaction.Change) -> [String] {
        guard case .complete(let object, let upload, _) = change else { return [] }
        return object.partNumbers.map { "\(upload.volume)/\(upload.name)/part.\($0)" }
    }

    /// Notes, before anything is waited for, what the transaction changes: a revert that comes while the commit
    /// waits or runs stands in the same line, before whatever is told to the drive after it.
    private func keys(ofCommitting transaction: Transaction) -> [String] {
        let objectKey = Self.lockKey(of: transaction)
        state.withLock { state in
            state.transactions[transaction.id, default: DriveTransaction()].objectKey = objectKey
        }
        return [objectKey] + Self.partKeys(of: transaction.change) + [transaction.id.description]
    }

    /// `nil` for a transaction that is not known.
    private func lockKeys(of id: UUID) -> [String]? {
        state.withLock { state in
            guard let transaction = state.transactions[id] else { return nil }
            let objectKey = transaction.objectKey ?? transaction.intent.map(Self.lockKey)
            return (objectKey.map { [$0] } ?? []) + [id.description]
        }
    }

    private static func lockKey(of intent: Intent) -> String {
        let path = intent.path.volume + "/" + intent.path.name
        guard let shown = intent.moves.last?.to, shown.hasSuffix(".meta"),
            let part = PartName.number(of: FilePath.split(shown).name)
        else { return path }
        return path + "/part.\(part.number)"
    }

    /// The object first, then parts by number, then the transaction: everybody asks in this order.
    private func acquire(_ keys: [String]) async {
        for key in keys { await locks.acquire(key) }
    }

    private func release(_ keys: [String]) {
        for key in keys.reversed() { locks.release(key) }
    }
}

extension Transaction.Change {
    /// Bytes of the shard that it brings along.
    fileprivate var inlineSize: Int {
        switch self {
        case .put(_, let inlineData, _): inlineData?.count ?? 0
        case .putDeleteMarker, .amend, .remove, .putPart, .complete: 0
        }
    }
}
