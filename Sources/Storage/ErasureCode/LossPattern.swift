/// Which shards are computed from which: what a decoding matrix depends on.
struct LossPattern: Hashable {
    let sources: ShardSet
    let wanted: ShardSet
}

/// A set of shard indices.
struct ShardSet: Hashable {
    private var words = SIMD4<UInt64>()

    mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

    /// Ascending.
    var indices: [Int] {
        (0..<ErasureGeometry.shardCountMax).filter { words[$0 >> 6] & 1 << UInt64($0 & 63) != 0 }
    }
}
