import Bytes

/// The data shards of one block, verified or restored.
struct ReadBlock: Sendable {
    struct Shard: Sendable {
        let block: Block
        let range: Range<Int>
    }

    /// By shard index; the last ones may be padding only.
    let shards: [Shard]
    let shardSize: Int
    /// Bytes of the object in the block.
    let length: Int

    /// `range` of the block's bytes, cut at the shards.
    func pieces(_ range: Range<Int>) -> [ObjectReader.Piece] {
        var pieces: [ObjectReader.Piece] = []
        for (index, shard) in shards.enumerated() {
            let start = index * shardSize
            let from = max(range.lowerBound, start)
            let to = min(range.upperBound, start + shardSize, length)
            guard from < to else { continue }
            let offset = shard.range.lowerBound - start
            pieces.append(ObjectReader.Piece(block: shard.block, range: from + offset..<to + offset))
        }
        return pieces
    }
}
