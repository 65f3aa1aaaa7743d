package enum ErasureCodeError: Error, Equatable {
    /// No data shard, more parity than data shards, or more than ``ErasureGeometry/shardCountMax`` together.
    case shardCounts(data: Int, parity: Int)
    /// Outside 1…``ErasureGeometry/blockSizeMax``.
    case blockSize(Int)
    /// Fewer shards are left than a block has data shards: its bytes cannot be computed from them.
    case tooFewShards(available: Int, required: Int)
}
