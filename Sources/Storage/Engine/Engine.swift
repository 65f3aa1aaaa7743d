package import Base
import Bytes
import Drives
import Locks
import Topology
import XLMeta

/// Objects on erasure-coded drives.
///
///     Engine ─▶ pools ─▶ sets ─▶ drives
///
/// Makes what the Drives module offers for one drive true for a set of them: a change is acknowledged when a
/// write quorum has it durably, is invisible before, and is taken back when it misses its quorum. What is read
/// was verified in the same call. Knows nothing of HTTP, conditions or settings: ``CommitGuard``s decide and
/// ``ObjectObserver``s are told.
///
/// All calls may be made by many tasks at once.
package final class Engine: Sendable {
    package struct Options: Sendable {
        /// How long a drive may take when others have answered, and when not enough have.
        package var patience = Patience(grace: .seconds(1), limit: .seconds(15))
        /// How long a transfer waits for memory.
        package var memoryPatience = Duration.seconds(10)
        /// Shard files up to this size lie in `xl.meta`; an eighth of it in a versioned bucket.
        package var inlineSizeMax: Int64 = 128 << 10
        /// An object with so many versions takes no more of them; at most ``XLMetaFile/versionCountMax``.
        package var versionCountMax = XLMetaFile.versionCountMax

        package init() {}
    }

    package let pools: [Pool]
    package let options: Options
    let locks: any LockService
    let memory: BlockPool
    let time: any TimeSource
    let randomness: any Randomness
    let observers: [any ObjectObserver]
    let guards: [any CommitGuard]
    let pins = Pins()
    let sequences = TransactionSequence()
    let background: BackgroundWork
    let buckets = BucketRegistry()
    let endedUploads = EndedUploads()

    init(
        pools: [Pool],
        options: Options,
        locks: any LockService,
        memory: BlockPool,
        time: any TimeSource,
        randomness: any Randomness,
        guards: [any CommitGuard],
        observers: [any ObjectObserver],
        background: BackgroundWork
    ) {
        precondition(!pools.isEmpty)
        self.pools = pools
        self.options = options
        self.locks = locks
        self.memory = memory
        self.time = time
        self.randomness = randomness
        self.guards = guards
        self.observers = observers
        self.background = background
    }

    /// The clock by which versions are dated, and by which those are to decide who are asked under a lease.
    package var now: Timestamp { time.now }

    package var deploymentID: UUID { pools[0].deploymentID }

    /// The set an object lives in. With one pool the name alone decides; a second pool will be asked here.
    func set(for name: String) -> ErasureSet { pools[0].set(for: name) }

    var allSets: [ErasureSet] { pools.flatMap(\.sets) }

    /// The stored name of a key.
    func name(of key: String) throws(EngineError) -> ObjectName {
        do { return try ObjectName(key: key) } catch { throw .unstorableName("\(error)") }
    }

    /// Leaves the drives as another server of this format expects them. Call it when no new requests come. What a
    /// drive that hangs does not do in time is done at its next start.
    package func close() async {
        await settle()
        for set in allSets {
            _ = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { _ in
                .askOn
            } _: { _, drive throws(DriveError) in
                await drive.close()
            }
        }
    }

    /// Waits until no drive has anything left to do for the requests that were answered before, but no longer than a
    /// drive may take at all.
    package func settle() async {
        await background.settle(within: options.patience.limit, allSets[0].deadlines)
    }
}
