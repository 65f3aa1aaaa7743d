import Base
import Bytes
import Drives
import ErasureCode

extension Engine {
    /// Stages on the drives the shards of a body that was to lie in `xl.meta`. The caller discards what is returned if it
    /// does not commit it.
    ///
    /// - Throws: ``EngineError/drivesFull``, ``EngineError/writeQuorumLost(available:required:)``; nothing has to be
    ///   discarded then.
    func movedIntoFiles(_ staged: StagedBody) async throws(EngineError) -> StagedBody {
        guard case .inline(let shards) = staged.content else {
            preconditionFailure("the body is not in memory")
        }
        let (set, geometry, distribution) = (staged.set, staged.geometry, staged.distribution)
        let slots = set.slots.filter { $0.online != nil }
        let file = StagedFile(transaction: staged.transactionID, partNumber: staged.partNumber)
        let results = await ask(
            slots,
            within: set.patience,
            deadlines: set.deadlines,
            givesUpLate: true
        ) { results in
            results.successCount() >= geometry.writeQuorum ? .enough : .askOn
        } _: { slot, drive throws(DriveError) in
            let framed = shards[Int(distribution[slot.position]) - 1]
            try await drive.stage(ShardFrames(framed, geometry), to: file, at: 0)
        }
        let positions = zip(slots, results).compactMap { slot, result in
            if case .success? = result { slot.position } else { nil }
        }
        let moved = StagedBody(staged, onDrivesAt: positions, touched: slots.map(\.position))
        guard positions.count >= geometry.writeQuorum else {
            discard(moved)
            let isFull = results.contains { if case .failure(.full)? = $0 { true } else { false } }
            throw isFull
                ? .drivesFull : .writeQuorumLost(available: positions.count, required: geometry.writeQuorum)
        }
        return moved
    }
}

extension ShardFrames {
    /// Takes framed shards apart, as they follow each other in a file: digest, shard, digest, shard.
    fileprivate init(_ framed: [UInt8], _ geometry: ErasureGeometry) {
        let frameSize = ErasureGeometry.hashSize + geometry.shardSize
        let block = Block(capacity: framed.count)
        var (shards, digests): ([Range<Int>], [UInt8]) = ([], [])
        var rest = framed[...]
        while !rest.isEmpty {
            let frame = rest.prefix(frameSize)
            let shard = frame.dropFirst(ErasureGeometry.hashSize)
            let start = shards.last?.upperBound ?? 0
            digests += frame.prefix(ErasureGeometry.hashSize)
            shards.append(start..<start + shard.count)
            block[start..<start + shard.count].copyBytes(from: shard)
            rest = rest.dropFirst(frame.count)
        }
        self.init(block: block, shards: shards, digests: digests)
    }
}
