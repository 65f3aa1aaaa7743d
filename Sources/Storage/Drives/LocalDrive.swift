package import Base
package import Files

/// A drive of this machine: one folder in the documented format.
///
/// Every coarse call is one hop to the drive's lane, where ``DriveTree`` makes the blocking calls; durability
/// is waited for at the committer, which holds no thread. A change is:
///
///     lane: prepare ──▶ sync(.prepared) ──▶ lane: apply ──▶ sync(.applied)
///
/// Calls for one transaction, and commits of one object, run one after the other in order of arrival.
package final class LocalDrive<F: Files>: Drive {
    package let id: UUID
    package let endpoint: String

    let tree: DriveTree<F>
    let lane: any Lane
    let time: any TimeSource
    let configuration: DriveConfiguration
    let locks = KeyedLocks<String>()
    let state: Locked<DriveState<F>>
    private let committer: any Committer
    private let randomness: any Randomness
    private let monitor: CallMonitor
    private let device: UInt64

    init(
        folder: DriveFolder<F>,
        format: [UInt8],
        id: UUID,
        lane: any Lane,
        committer: any Committer,
        time: any TimeSource,
        randomness: any Randomness,
        configuration: DriveConfiguration
    ) {
        self.id = id
        endpoint = folder.endpoint
        tree = DriveTree(files: folder.files, folders: FolderCache(keysMax: configuration.cachedKeysMax))
        self.lane = lane
        self.time = time
        self.configuration = configuration
        self.committer = committer
        self.randomness = randomness
        monitor = CallMonitor(patience: configuration.patience, time: time)
        device = folder.device
        state = Locked(DriveState(format: format))
    }

    package var isOnline: Bool { state.withLock { $0.offlineReason } == nil && !monitor.isHung }

    /// Why the drive is out of service; `nil` while it is in, or only hangs.
    package var offlineReason: String? { state.withLock { $0.offlineReason } }

    func takeOffline(_ reason: String) {
        state.withLock { state in
            if state.offlineReason == nil { state.offlineReason = reason }
        }
    }

    func newID() -> UUID { randomness.uuid() }

    func checkOnline() throws(DriveError) {
        if let reason = offlineReason { throw .offline(reason) }
        if monitor.isHung { throw .offline("does not answer") }
    }

    /// Runs `body` on the lane.
    ///
    /// A task that is cancelled while the call still waits for a thread gets ``DriveError/busy``: a drive that hangs
    /// keeps what the calls hold which it is making, not what those hold which nobody waits for any more.
    ///
    /// - Parameter writes: the drive shows first that it is the same one, if there is doubt.
    func onLane<Answer: Sendable>(
        writes: Bool = false,
        _ body: @escaping @Sendable (DriveTree<F>) throws(DriveError) -> Answer
    ) async throws(DriveError) -> Answer {
        try checkOnline()
        monitor.began()
        let result = await lane.run { [self] () -> Result<Answer, DriveError> in
            do throws(DriveError) {
                if writes { try verifyIfInDoubt() }
                return .success(try body(tree))
            } catch {
                return .failure(evidence(of: error))
            }
        }
        monitor.ended(cameBack: result != nil)
        guard let result else { throw .busy }
        if case .failure(let error) = result, error.raisesDoubt { state.withLock { $0.isInDoubt = true } }
        return try result.get()
    }

    /// On the lane: a bucket's folder that is missing says something of the bucket only if the drive itself is still
    /// there; an emptied one would deny everything it ever held.
    private func evidence(of error: DriveError) -> DriveError {
        guard error == .volumeNotFound else { return error }
        state.withLock { $0.isInDoubt = true }
        do throws(DriveError) {
            try verifyIfInDoubt()
            return error
        } catch { return error }
    }

    /// Waits until everything done so far is durable. A failure takes the drive out of service.
    func sync(_ point: SyncPoint) async throws(DriveError) {
        try checkOnline()
        let count = state.withLock { $0.finishedCount }
        monitor.began()
        defer { monitor.ended() }
        do throws(FileError) {
            try await committer.sync(point)
        } catch {
            takeOffline("a sync failed: \(error.call) answered \(error.code)")
            throw .failed(call: error.call.description, code: error.code)
        }
        state.withLock { $0.makePurgeable(finishedBefore: count) }
    }

    /// On the lane: whether the folder is still on the device, and the drive, that was opened.
    private func verifyIfInDoubt() throws(DriveError) {
        let (isInDoubt, format) = state.withLock { ($0.isInDoubt, $0.format) }
        guard isInDoubt else { return }
        guard try tree.status("")?.device == device else {
            takeOffline("another file system is in its place")
            throw .offline("another file system is in its place")
        }
        guard try tree.readFile(SystemPath.format) == format else {
            takeOffline("format.json is not the one it was opened with")
            throw .offline("format.json is not the one it was opened with")
        }
        state.withLock { $0.isInDoubt = false }
    }
}

/// What a ``LocalDrive`` remembers between calls.
struct DriveState<F: Files> {
    var offlineReason: String?
    /// After an error of the hardware's kind.
    var isInDoubt = false
    var format: [UInt8]
    var transactions: [UUID: DriveTransaction<F>] = [:]
    /// How many transactions were ever finished that left something behind.
    private(set) var finishedCount = 0
    /// Leftovers of the last finished transactions, in order: the next sync makes them removable.
    private(set) var finished: [Purge] = []
    /// Leftovers that may go.
    var purgeable: [Purge] = []
    /// Calls that are removing leftovers right now, and those who wait until there are none.
    var purgingCount = 0
    var purgeWaiters: [CheckedContinuation<Void, Never>] = []
    var isTidying = false

    init(format: [UInt8]) { self.format = format }

    mutating func finish(_ purge: Purge) {
        if purge.isEmpty { return }
        finished.append(purge)
        finishedCount += 1
    }

    /// After a sync that began when `count` transactions were finished. Another one may have ended before.
    mutating func makePurgeable(finishedBefore count: Int) {
        let durable = max(0, finished.count - (finishedCount - count))
        purgeable += finished.prefix(durable)
        finished.removeFirst(durable)
    }
}

/// A transaction that is neither finished nor reverted.
struct DriveTransaction<F: Files>: Sendable {
    enum Phase: Sendable {
        case staging
        /// An intent may be on the drive.
        case prepared
        case applied
        /// Left by a crash; where it stands is to be looked up.
        case found
    }

    struct Staged: Sendable {
        let handle: F.Handle
        var part: StagedPart
        var unsyncedSize: Int64 = 0
        /// A write has failed: the file is of no use.
        var isBroken = false
    }

    var phase = Phase.staging
    /// The name of the lock of what it changes; `nil` before its commit has arrived.
    var objectKey: String?
    /// A revert has arrived: whatever of a commit is still to be done is not done any more.
    var isDoomed = false
    var intent: Intent?
    var staged: [Int: Staged] = [:]
}
