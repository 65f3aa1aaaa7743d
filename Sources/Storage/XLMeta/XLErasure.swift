/// How an object's data is cut over the drives of its set.
package struct XLErasure: Sendable, Hashable {
    package var dataShardCount: Int
    package var parityShardCount: Int
    /// Bytes of the object in one erasure block; at least 1.
    package var blockSize: Int
    /// The number of the shard on this drive, 1...count: the only field in which drives differ.
    package var shardNumber: Int
    /// The shard's number for every drive position of the set: a permutation of 1...count.
    package var distribution: [UInt8]

    package var shardCount: Int { dataShardCount + parityShardCount }

    package static let blockSizeDefault = 1 << 20

    package init(
        dataShardCount: Int,
        parityShardCount: Int,
        blockSize: Int = Self.blockSizeDefault,
        shardNumber: Int,
        distribution: [UInt8]
    ) {
        self.dataShardCount = dataShardCount
        self.parityShardCount = parityShardCount
        self.blockSize = blockSize
        self.shardNumber = shardNumber
        self.distribution = distribution
    }

    /// The on-disk name of the first field whose value cannot be.
    var invalidField: String? {
        guard (1...255).contains(dataShardCount) else { return "EcM" }
        guard (0...dataShardCount).contains(parityShardCount), shardCount <= 255 else { return "EcN" }
        guard (1...Self.blockSizeMax).contains(blockSize) else { return "EcBSize" }
        guard (1...shardCount).contains(shardNumber) else { return "EcIndex" }
        let isPermutation = distribution.sorted().elementsEqual(
            (1...shardCount).map(UInt8.init(truncatingIfNeeded:))
        )
        return isPermutation ? nil : "EcDist"
    }

    /// No server has written blocks past 10 MiB; a damaged size must not become a buffer.
    private static let blockSizeMax = 1 << 28
}
