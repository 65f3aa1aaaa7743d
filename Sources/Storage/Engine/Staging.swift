import Base
import Bytes
import Drives
import ErasureCode

/// Streams one body onto the drives of a set.
///
///     body → block → data and parity shards → digests → every drive
///              ▲                                  │
///              └── the next block fills while the drives write this one
///
/// Memory: two blocks with their parity, however large the body is. A drive that fails or stays behind is left
/// out of the rest; too few left end the upload.
struct Staging {
    let plan: StagingPlan
    let filling: BlockFilling
    private let coder: ReedSolomon
    private var inlineShards: [[UInt8]]?
    private var alive: [Int]
    private var touched: [Int] = []
    private var writing: Task<[DriveResult<Void>?], Never>?
    private var size: Int64 = 0
    private var blockCount: Int64 = 0

    init(plan: StagingPlan, filling: BlockFilling, size: Int64?) {
        self.plan = plan
        self.filling = filling
        coder = plan.set.coder(for: plan.geometry)
        alive = plan.set.slots.filter { $0.online != nil }.map(\.position)
        if let size { inlineIfSmall(size) }
    }

    /// To be asked before the first block.
    private mutating func inlineIfSmall(_ size: Int64) {
        guard plan.geometry.shardFileSize(objectSize: size) <= plan.inlineSizeMax else { return }
        inlineShards = Array(repeating: [], count: plan.geometry.shardCount)
    }

    /// - Parameter announced: the body's size if known.
    /// - Throws: what the body throws, or ``EngineError/writeQuorumLost(available:required:)``; nothing is left
    ///   on the drives but what the caller takes back by the plan's transaction.
    mutating func run<Body: ByteSource>(
        _ body: inout Body,
        announced: Int64?
    ) async throws(StageError<Body.Failure>) -> StagedBody {
        do throws(StageError<Body.Failure>) {
            while true {
                let (block, length) = try await filling.next(
                    from: &body,
                    remaining: announced.map { $0 - size }
                )
                // A body that ends within its first block turns out to be as small as that.
                if announced == nil, blockCount == 0, length < plan.geometry.blockSize {
                    inlineIfSmall(Int64(length))
                }
                if length == 0 { break }
                try await add(block, length, for: Body.self)
                if announced == nil && length < plan.geometry.blockSize { break }
            }
            if announced == nil { _ = try await filling.next(from: &body, remaining: 0) }
            try await settleWrites(for: Body.self)
        } catch {
            await takeBack()
            throw error
        }
        let content: StagedBody.Content =
            if let inlineShards { .inline(inlineShards) } else { .onDrives(positions: alive) }
        return StagedBody(plan: plan, size: size, content: content, touched: touched)
    }

    private mutating func add<Body: ByteSource>(
        _ data: Block,
        _ length: Int,
        for body: Body.Type
    ) async throws(StageError<Body.Failure>) {
        let geometry = plan.geometry
        let block = ShardBlock(encoding: data, length: length, geometry: geometry, coder: coder)
        if var shards = inlineShards.take() {
            for index in shards.indices { block.append(shard: index, to: &shards[index]) }
            inlineShards = shards
        } else {
            try await settleWrites(for: body)
            startWrites(block)
        }
        size += Int64(length)
        blockCount += 1
    }

    private mutating func startWrites(_ block: ShardBlock) {
        // A drive that is dropped later still has what it took of the first block.
        if blockCount == 0 { touched = alive }
        let file = StagedFile(transaction: plan.transactionID, partNumber: plan.partNumber)
        let offset = plan.geometry.framedOffset(ofBlock: blockCount)
        let (set, distribution, quorum) = (plan.set, plan.distribution, plan.geometry.writeQuorum)
        let slots = alive.map { set.slots[$0] }
        writing = TaskExecution.start {
            await ask(
                slots,
                within: set.patience,
                deadlines: set.deadlines,
                givesUpLate: true
            ) { results in
                results.successCount() >= quorum ? .enough : .askOn
            } _: { slot, drive throws(DriveError) in
                let shardIndex = Int(distribution[slot.position]) - 1
                try await drive.stage(block.frames(of: shardIndex), to: file, at: offset)
            }
        }
    }

    /// Waits for the block that is being written and drops the drives that did not take it.
    private mutating func settleWrites<Body: ByteSource>(
        for _: Body.Type
    ) async throws(StageError<Body.Failure>) {
        guard let writing else { return }
        self.writing = nil
        let results = await writing.value
        var isFull = false
        alive = zip(alive, results).filter { _, result in
            switch result {
            case .success: return true
            case .failure(.full):
                isFull = true
                return false
            case .failure, nil: return false
            }
        }.map(\.0)
        guard alive.count >= plan.geometry.writeQuorum else {
            throw .engine(
                isFull
                    ? .drivesFull
                    : .writeQuorumLost(available: alive.count, required: plan.geometry.writeQuorum)
            )
        }
    }

    private mutating func takeBack() async {
        _ = await writing?.value
        writing = nil
        let (set, id) = (plan.set, plan.transactionID)
        set.inBackground(at: touched) { drive throws(DriveError) in try await drive.revert(id) }
    }
}
