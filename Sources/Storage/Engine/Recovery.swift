import Base
import Drives
import Locks
import XLMeta

/// Settles what was under way when the drives were last closed.
///
/// Each drive names its open transactions. Whether one could have been acknowledged is decided over the whole set,
/// as it would have needed its write quorum w of the N drives:
///
///     have it + unknown < w            nobody was told: taken back everywhere
///     have it ≥ k                      completed where it is prepared, finished where it is applied
///     otherwise                        left open: drives that are away may have it
///
/// Transactions of one object lie on top of each other: a later one was begun when the earlier one was settled, but the
/// drives may not all have got to the end of that. So the latest is decided first; what it hid is there again when the
/// earlier one is looked at, and stays undecided with it.
///
/// A drive has a change when it is applied there, or finished, so that only its effect is left. A removal that left
/// k or more holders of its version was not acknowledged either, and is taken back; it is left open while drives that
/// are away may be such holders.
struct Recovery {
    let engine: Engine
    let set: ErasureSet

    /// What came of the open transactions.
    struct Counts {
        var completed = 0
        var reverted = 0
        /// Left open.
        var open = 0
        /// Positions of drives that did not say, at least once, what they have open.
        var silent: Set<Int> = []
    }

    func run() async -> Counts {
        var counts = Counts()
        // A drive that fails keeps its transaction: each is looked at once.
        var handled: Set<UUID> = []
        var undecided: Set<ObjectPath> = []
        while true {
            let round = Self.onTop(
                await openTransactions(&counts.silent).filter { !handled.contains($0.key) }
            )
            if round.isEmpty { return counts }
            for (id, path, reports) in round {
                handled.insert(id)
                let lease = await engine.locks.acquire(lockKey(of: path), .exclusive)
                defer { lease.release() }
                // A completion left open holds the parts of an upload that it does not name here.
                let isHidden = undecided.contains(path) || path.isOfUpload && !undecided.isEmpty
                switch isHidden ? .leaveOpen : await decide(reports) {
                case .complete:
                    await complete(id, reports)
                    counts.completed += 1
                case .revert:
                    await onAll(reports.keys) { drive throws(DriveError) in try await drive.revert(id) }
                    counts.reverted += 1
                case .leaveOpen:
                    undecided.insert(path)
                    counts.open += 1
                }
            }
        }
    }

    /// What each drive, by position, says of each transaction.
    private func openTransactions(_ silent: inout Set<Int>) async -> [UUID: [Int: OpenTransaction]] {
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines, isRecovery: true) {
            _ in
            .askOn
        } _: { _, drive throws(DriveError) in
            try await drive.openTransactions()
        }
        var reports: [UUID: [Int: OpenTransaction]] = [:]
        for (position, result) in results.enumerated() {
            guard case .success(let open)? = result else {
                silent.insert(position)
                continue
            }
            for transaction in open { reports[transaction.id, default: [:]][position] = transaction }
        }
        return reports
    }

    /// The latest transaction of each object; those of uploads when no other ones are left, as a completion takes the
    /// parts away. In a fixed order, so that a simulated run replays.
    private static func onTop(
        _ reports: [UUID: [Int: OpenTransaction]]
    ) -> [(id: UUID, path: ObjectPath, reports: [Int: OpenTransaction])] {
        var latest: [ObjectPath: OpenTransaction] = [:]
        for transaction in reports.values.compactMap(\.values.first) {
            let other = latest[transaction.path]
            if other.map({ $0.sequence < transaction.sequence }) ?? true {
                latest[transaction.path] = transaction
            }
        }
        let hasObjects = latest.keys.contains { !$0.isOfUpload }
        return latest.values.filter { !hasObjects || !$0.path.isOfUpload }
            .sorted { ($1.sequence, $0.id.description) < ($0.sequence, $1.id.description) }
            .map { ($0.id, $0.path, reports[$0.id] ?? [:]) }
    }

    /// What a request that changes the same thing would take: drives may come back while requests are served.
    private func lockKey(of path: ObjectPath) -> LockKey {
        guard path.isOfUpload else { return .object(bucket: path.volume, name: path.name) }
        let folder = path.name.split(separator: "/").last.map(String.init) ?? ""
        return .upload(UploadName.uploadID(ofFolder: folder, deploymentID: engine.deploymentID))
    }

    enum Decision { case complete, revert, leaveOpen }

    private func decide(_ reports: [Int: OpenTransaction]) async -> Decision {
        guard let transaction = reports.values.first(where: { $0.state != .torn }) else { return .revert }
        let effects = await effects(of: transaction)
        var (appliedCount, preparedCount, unknownCount) = (0, 0, 0)
        for position in set.slots.indices {
            switch (reports[position]?.state, effects[position]) {
            case (.applied?, _): appliedCount += 1
            case (.prepared?, _): preparedCount += 1
            case (.torn?, _): break
            case (nil, .present): appliedCount += 1
            case (nil, .unknown): unknownCount += 1
            case (nil, .missing): break
            }
        }
        switch transaction.effect {
        case .removal: return decideRemoval(effects, reports, unknownCount)
        case .version, .marker, .amendment, .part:
            let dataShards =
                transaction.effect.isMarker ? set.driveCount - set.driveCount / 2 : transaction.dataShards
            let quorum = writeQuorum(dataShards, isMarker: transaction.effect.isMarker)
            if appliedCount + unknownCount < quorum { return .revert }
            return appliedCount + preparedCount >= dataShards ? .complete : .leaveOpen
        }
    }

    private func decideRemoval(
        _ effects: [Effect],
        _ reports: [Int: OpenTransaction],
        _ unknownCount: Int
    ) -> Decision {
        let holders = effects.indices.filter { position in
            effects[position] == .missing || reports[position]?.state == .prepared
        }
        let dataShards = reports.values.map(\.dataShards).max() ?? 0
        return Self.decideRemoval(
            holders.count,
            unknownCount,
            dataShards: Self.holdersRequired(dataShards, driveCount: set.driveCount)
        )
    }

    /// Drives that make a version exist: as ``VersionQuorum/holdersRequired(for:)``. A marker has no shards.
    static func holdersRequired(_ dataShards: Int, driveCount: Int) -> Int {
        dataShards > 0 ? dataShards : driveCount - driveCount / 2
    }

    /// Drives that are away may have kept the version, and enough of them mean that nobody was told of its end.
    static func decideRemoval(_ holderCount: Int, _ unknownCount: Int, dataShards: Int) -> Decision {
        if holderCount >= dataShards { return .revert }
        return holderCount + unknownCount >= dataShards ? .leaveOpen : .complete
    }

    private func writeQuorum(_ dataShards: Int, isMarker: Bool) -> Int {
        if isMarker { return max(set.majority, set.standardWriteQuorum) }
        return set.writeQuorum(parity: set.driveCount - dataShards)
    }

    private func complete(_ id: UUID, _ reports: [Int: OpenTransaction]) async {
        let torn = reports.filter { $0.value.state == .torn }.keys
        await onAll(torn) { drive throws(DriveError) in try await drive.revert(id) }
        let whole = reports.filter { $0.value.state != .torn }.keys
        await onAll(whole) { drive throws(DriveError) in
            try await drive.resume(id)
            try await drive.finish(id)
        }
    }

    /// A drive that fails keeps its transaction open: the next start asks again.
    private func onAll(
        _ positions: some Sequence<Int>,
        _ call: @escaping @Sendable (any Drive) async throws(DriveError) -> Void
    ) async {
        let slots = positions.sorted().map { set.slots[$0] }
        let results = await ask(slots, within: set.patience, deadlines: set.deadlines, isRecovery: true) {
            _ in
            .askOn
        } _: { _, drive throws(DriveError) in
            try await call(drive)
        }
        for (slot, result) in zip(slots, results) {
            if case .failure(let error)? = result { set.onBackgroundFailure(slot, error) }
        }
    }

    private enum Effect { case present, missing, unknown }

    /// Whether each drive is as the transaction wants it.
    private func effects(of transaction: OpenTransaction) async -> [Effect] {
        switch transaction.effect {
        case .version(let id, let modified), .marker(let id, let modified):
            return await versionEffects(transaction.path) { file in
                file?.entry(id)?.header.modificationTime == modified
            }
        case .amendment(let id, let modified, let signature):
            return await versionEffects(transaction.path) { file in
                let header = file?.entry(id)?.header
                return header?.modificationTime == modified && header?.signature == signature
            }
        case .removal(let id):
            return await versionEffects(transaction.path) { file in file?.entry(id) == nil }
        case .part(let number, let dataDirectory, let metadata):
            return await partEffects(transaction.path, number, dataDirectory, metadata)
        }
    }

    private func versionEffects(
        _ path: ObjectPath,
        _ isPresent: (XLMetaFile?) -> Bool
    ) async -> [Effect] {
        await set.versionAnswers(path, everybody: true, isRecovery: true).map { answer in
            switch answer {
            case .file(let file): isPresent(file) ? .present : .missing
            case .absent: isPresent(nil) ? .present : .missing
            case .unknown, .unreadable: .unknown
            }
        }
    }

    private func partEffects(
        _ path: ObjectPath,
        _ number: Int,
        _ dataDirectory: UUID,
        _ metadata: [UInt8]
    ) async -> [Effect] {
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines, isRecovery: true) {
            _ in
            .askOn
        } _: { _, drive throws(DriveError) in
            do throws(DriveError) {
                return try await drive.readParts(
                    of: path,
                    dataDirectory: dataDirectory,
                    parts: number...number
                )
            } catch {
                guard error == .notFound else { throw error }
                return [:]
            }
        }
        return results.map { result in
            switch result {
            case .success(let parts): parts[number] == metadata ? .present : .missing
            case .failure, nil: .unknown
            }
        }
    }
}

extension ObjectPath {
    fileprivate var isOfUpload: Bool {
        volume == Self.systemVolume && name.utf8.starts(with: "\(UploadName.root)/".utf8)
    }
}
