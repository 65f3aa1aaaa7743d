import Base

/// How one object part is cut across the drives of an erasure set.
///
/// The part is split into blocks of ``blockSize`` bytes, the last one shorter. Each block becomes
/// ``dataShards`` equal shards, the last padded with zeros, plus ``parityShards`` computed ones. Drive *i*
/// stores shard *i* of every block, back to back, and in front of each the hash of that shard:
///
///     part     | block 0 | block 1 | tail |
///     drive 0  | hash | a0 | hash | b0 | hash | t0 |
///     drive 1  | hash | a1 | hash | b1 | hash | t1 |     any `dataShards` rows
///     drive 2  | hash | ap | hash | bp | hash | tp |     restore every column
///
/// With one drive the only shard is the block as it is; without parity the blocks are striped. A part of 0
/// bytes has no blocks.
package struct ErasureGeometry: Sendable, Hashable {
    /// Most shards a code may have; the field GF(2⁸) has no more row numbers.
    package static let shardCountMax = 256
    /// Enough for the 10 MiB that the oldest drives hold; readers reserve memory by it.
    package static let blockSizeMax = 16 << 20
    /// The block size of everything written today.
    package static let blockSizeStandard = 1 << 20
    /// Bytes of the hash in front of each shard of a block.
    package static let hashSize = 32
    /// Largest part whose sizes are computed, 64 PiB; beyond it they may not fit in 64 bits.
    package static let objectSizeMax: Int64 = 1 << 56

    package let dataShards: Int
    package let parityShards: Int
    /// Object bytes in one full block.
    package let blockSize: Int

    /// - Throws: ``ErasureCodeError`` when the numbers cannot form a code. They come from operators and from
    ///   drives, so bad ones are an error to report, not a bug to trap on.
    package init(
        dataShards: Int,
        parityShards: Int,
        blockSize: Int = blockSizeStandard
    ) throws(ErasureCodeError) {
        guard dataShards > 0, parityShards >= 0, parityShards <= dataShards,
            dataShards <= Self.shardCountMax - parityShards
        else { throw .shardCounts(data: dataShards, parity: parityShards) }
        guard (1...Self.blockSizeMax).contains(blockSize) else { throw .blockSize(blockSize) }
        self.dataShards = dataShards
        self.parityShards = parityShards
        self.blockSize = blockSize
    }

    package var shardCount: Int { dataShards + parityShards }

    /// Drives that must accept a write before it is acknowledged.
    ///
    /// With as many parity as data shards, two writers could each reach half of the drives; one more drive
    /// makes any two write quorums overlap.
    package var writeQuorum: Int { dataShards == parityShards ? dataShards + 1 : dataShards }

    /// Drives that must answer before a block can be read.
    package var readQuorum: Int { dataShards }
}

// Sizes and places. An `objectSize` is that of one part as it is stored, 0...objectSizeMax: a size read from
// a drive is compared with the limit first.
extension ErasureGeometry {
    /// Bytes each drive stores for a block of `blockLength` bytes, its hash left out.
    package func shardSize(blockLength: Int) -> Int {
        precondition((0...blockSize).contains(blockLength))
        return blockLength.dividedRoundingUp(by: dataShards)
    }

    /// Bytes each drive stores for a full block, its hash left out.
    package var shardSize: Int { shardSize(blockLength: blockSize) }

    package func blockCount(objectSize: Int64) -> Int64 {
        precondition((0...Self.objectSizeMax).contains(objectSize))
        return objectSize.dividedRoundingUp(by: Int64(blockSize))
    }

    /// Object bytes in block `index`; the last block may have fewer than the others.
    package func blockLength(index: Int64, objectSize: Int64) -> Int {
        precondition((0..<blockCount(objectSize: objectSize)).contains(index))
        return Int(min(Int64(blockSize), objectSize - index * Int64(blockSize)))
    }

    /// Bytes each drive stores for an object of `objectSize` bytes, hashes left out.
    package func shardFileSize(objectSize: Int64) -> Int64 {
        precondition((0...Self.objectSizeMax).contains(objectSize))
        let (blockCount, tailLength) = objectSize.quotientAndRemainder(dividingBy: Int64(blockSize))
        return blockCount * Int64(shardSize) + Int64(shardSize(blockLength: Int(tailLength)))
    }

    /// Bytes each drive stores for an object of `objectSize` bytes, hashes included.
    package func framedFileSize(objectSize: Int64) -> Int64 {
        shardFileSize(objectSize: objectSize) + blockCount(objectSize: objectSize) * Int64(Self.hashSize)
    }

    /// Where the hash of block `index` starts in the file of hashes and shards; its shard follows.
    package func framedOffset(ofBlock index: Int64) -> Int64 {
        precondition(index >= 0)
        return index * Int64(shardSize + Self.hashSize)
    }
}
