import Base
import Drives

/// One change to one object, to be made on the drives of a set as a whole.
struct SetChange: Sendable {
    let transactionID: UUID
    let path: ObjectPath
    /// Drives that must have it, durably, for it to count.
    let required: Int
    /// Drives that are to have it.
    let positions: [Int]
    /// What it replaces, as far as readers may be using it.
    let replaced: Set<Pins.Key>
    /// The pending upload that it ends. Its folder goes only when the change is finished, behind the answer; until
    /// then the engine knows that it has ended.
    var endedUpload: ObjectPath?
    /// What is moved and must stay readable.
    var holdings = Holdings()
}

extension SetChange {
    /// Shards that lie on some of the drives already: which drives have them, and how many they are needed from.
    struct Holdings {
        /// Bits by position, each combination once.
        private(set) var holders: Set<UInt64> = []
        var dataShards = 0

        mutating func add(_ positions: [Int]) { holders.insert(Self.bits(positions)) }

        /// Whether what the drives at `positions` hold can be read from them alone.
        func suffice(at positions: [Int]) -> Bool {
            let present = Self.bits(positions)
            return holders.allSatisfy { ($0 & present).nonzeroBitCount >= dataShards }
        }

        private static func bits(_ positions: [Int]) -> UInt64 {
            positions.reduce(0) { $0 | 1 << UInt64($1) }
        }
    }

    func isMade(at positions: [Int]) -> Bool {
        positions.count >= required && holdings.suffice(at: positions)
    }
}

extension Engine {
    /// Commits on all drives of the change; acknowledges at the quorum or takes back.
    ///
    ///     commit ×n ─▶ enough? ──yes──▶ finish (after the last reader of what was replaced); late ones too
    ///                     └─────no───▶ revert, waited for; late ones are reverted when they come
    ///
    /// - Parameter change: what the drive at a position is to do. ``DriveError/notFound`` from a removal means that
    ///   the drive already is as it should be.
    func apply(
        _ change: SetChange,
        on set: ErasureSet,
        _ changeAt: @escaping @Sendable (Int) -> Transaction.Change
    ) async throws(EngineError) {
        let slots = change.positions.map { set.slots[$0] }
        // Each call takes its own: one that hangs does not keep what the other drives were given.
        let changes = Locked(
            Dictionary(uniqueKeysWithValues: change.positions.map { ($0, changeAt($0)) })
        )
        let sequence = sequences.next(now: time.now)
        let outcome = ChangeOutcome()
        let results = await ask(slots, within: set.patience, deadlines: set.deadlines) { results in
            change.isMade(at: results.successes(at: change.positions)) ? .enough : .askOn
        } late: { slot, result in
            outcome.whenKnown { isAcknowledged in
                if isAcknowledged, case .success = result {
                    self.finish(change, on: set, at: [slot.position])
                } else {
                    self.takeBack(change, on: set, at: [slot.position])
                }
            }
        } _: { slot, drive throws(DriveError) in
            guard let own = changes.withLock({ $0.removeValue(forKey: slot.position) }) else {
                preconditionFailure("a drive is asked once for a change")
            }
            let transaction = Transaction(
                id: change.transactionID,
                sequence: sequence,
                path: change.path,
                change: own
            )
            do throws(DriveError) { try await drive.commit(transaction) } catch {
                guard case .remove = transaction.change, error == .notFound else { throw error }
            }
        }
        let successes = results.successes(at: change.positions)
        guard change.isMade(at: successes) else {
            outcome.set(isAcknowledged: false)
            await revert(change, on: set, slots)
            throw failure(of: results, change)
        }
        // Held until the finish below holds it: a late drive's own may come and go before that.
        if let upload = change.endedUpload { endedUploads.hold(upload) }
        outcome.set(isAcknowledged: true)
        report(results, slots, change)
        finish(change, on: set, at: successes)
        if let upload = change.endedUpload { endedUploads.release(upload) }
        // Who failed midway has missed the change as a whole, not half of it.
        takeBack(change, on: set, at: zip(slots, results).filter { $1.isFailure }.map { $0.0.position })
    }

    private func failure(of results: [DriveResult<Void>?], _ change: SetChange) -> EngineError {
        let errors = results.compactMap { result -> DriveError? in
            if case .failure(let error) = result { error } else { nil }
        }
        if errors.contains(.full) { return .drivesFull }
        if errors.contains(.unstorableName) {
            return .unstorableName("a file or folder on the drives is in the way")
        }
        if errors.count(where: { $0 == .volumeNotFound }) > results.count / 2 { return .bucketNotFound }
        return .writeQuorumLost(available: results.successCount(), required: change.required)
    }

    /// Drives that failed cannot be asked, but those that did not answer may still do it: their turn comes late. Those
    /// that count as hung are told and not waited for.
    private func revert(_ change: SetChange, on set: ErasureSet, _ slots: [DriveSlot]) async {
        let id = change.transactionID
        let hung = slots.filter { $0.online == nil }.map(\.position)
        takeBack(change, on: set, at: hung)
        _ = await ask(slots, within: set.patience, deadlines: set.deadlines) { _ in
            .askOn
        } _: { _, drive throws(DriveError) in
            try await drive.revert(id)
        }
    }

    private func takeBack(_ change: SetChange, on set: ErasureSet, at positions: [Int]) {
        let id = change.transactionID
        set.inBackground(at: positions) { drive throws(DriveError) in try await drive.revert(id) }
    }

    private func finish(_ change: SetChange, on set: ErasureSet, at positions: [Int]) {
        let id = change.transactionID
        if let upload = change.endedUpload { endedUploads.hold(upload) }
        let finishAll: @Sendable () -> Void = {
            set.inBackground(at: positions) { drive throws(DriveError) in
                try await drive.finish(id)
            } whenAllEnded: {
                if let upload = change.endedUpload { self.endedUploads.release(upload) }
            }
        }
        pins.whenUnpinned(change.replaced, finishAll)
    }

    private func report(_ results: [DriveResult<Void>?], _ slots: [DriveSlot], _ change: SetChange) {
        for (slot, result) in zip(slots, results) {
            let reason: String
            switch result {
            case .success: continue
            case .failure(let error): reason = "\(error)"
            case nil: reason = "no answer in time"
            }
            reportDamage(change.path, slot, reason)
        }
    }

    func reportDamage(_ path: ObjectPath, _ slot: DriveSlot, _ reason: String) {
        for observer in observers {
            observer.damaged(bucket: path.volume, key: path.name, endpoint: slot.endpoint, reason: reason)
        }
    }
}

extension DriveResult<Void>? {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }

    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

extension [DriveResult<Void>?] {
    /// Those of the positions asked whose drives did what they were asked.
    fileprivate func successes(at positions: [Int]) -> [Int] {
        zip(positions, self).filter { $1.isSuccess }.map(\.0)
    }
}

/// Whether a change was acknowledged, for drives whose answer comes before or after that is known.
private final class ChangeOutcome: Sendable {
    private struct State {
        var isAcknowledged: Bool?
        var waiting: [@Sendable (Bool) -> Void] = []
    }

    private let state = Locked(State())

    func set(isAcknowledged: Bool) {
        let waiting = state.withLock { state in
            state.isAcknowledged = isAcknowledged
            defer { state.waiting = [] }
            return state.waiting
        }
        for action in waiting { action(isAcknowledged) }
    }

    func whenKnown(_ action: @escaping @Sendable (Bool) -> Void) {
        let known = state.withLock { state -> Bool? in
            if state.isAcknowledged == nil { state.waiting.append(action) }
            return state.isAcknowledged
        }
        if let known { action(known) }
    }
}
