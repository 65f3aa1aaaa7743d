import Bytes
import Checksums
import Drives
import ErasureCode

/// One erasure block on its way to the drives: data shards, parity shards and their digests.
///
///     | shard 0 | shard 1 | … | shard k-1 + zeros | shard k | … | shard n-1 |
struct ShardBlock: Sendable {
    let block: Block
    let shardSize: Int
    /// 32 bytes for each shard, by shard index.
    let digests: [UInt8]

    /// - Parameter block: holds `length` bytes of the body (1...block size) and has room for all its shards.
    init(encoding block: Block, length: Int, geometry: ErasureGeometry, coder: ReedSolomon) {
        let shardSize = geometry.shardSize(blockLength: length)
        let padded = shardSize * geometry.dataShards
        precondition(block.capacity >= geometry.shardCount * shardSize)
        if padded > length {
            block[length..<padded].initializeMemory(as: UInt8.self, repeating: 0)
        }
        let shards = (0..<geometry.shardCount).map { block.base + $0 * shardSize }
        let sources = shards.prefix(geometry.dataShards).map { UnsafeRawPointer($0) }
        if geometry.parityShards > 0 {
            coder.encode(
                data: sources,
                parity: Array(shards.dropFirst(geometry.dataShards)),
                length: shardSize
            )
        }
        digests = Self.digests(of: shards.map { UnsafeRawPointer($0) }, length: shardSize)
        self.block = block
        self.shardSize = shardSize
    }

    private static func digests(of shards: [UnsafeRawPointer], length: Int) -> [UInt8] {
        let size = HighwayHash256.digestSize
        return [UInt8](unsafeUninitializedCapacity: shards.count * size) { buffer, count in
            let memory = UnsafeMutableRawBufferPointer(buffer)
            let targets = shards.indices.map { index in
                UnsafeMutableRawBufferPointer(rebasing: memory[index * size..<(index + 1) * size])
                    .baseAddress.unsafelyUnwrapped
            }
            shards.withUnsafeBufferPointer { messages in
                targets.withUnsafeBufferPointer { digests in
                    HighwayHash256.hash(messages: messages, length: length, digests: digests)
                }
            }
            count = shards.count * size
        }
    }

    private func range(of shardIndex: Int) -> Range<Int> {
        shardIndex * shardSize..<(shardIndex + 1) * shardSize
    }

    private func digest(of shardIndex: Int) -> ArraySlice<UInt8> {
        let size = HighwayHash256.digestSize
        return digests[shardIndex * size..<(shardIndex + 1) * size]
    }

    /// What a drive is given to append.
    func frames(of shardIndex: Int) -> ShardFrames {
        ShardFrames(
            block: block,
            shards: [range(of: shardIndex)],
            digests: Array(digest(of: shardIndex))
        )
    }

    /// Digest and shard as they follow each other in a shard file.
    func append(shard shardIndex: Int, to bytes: inout [UInt8]) {
        bytes += digest(of: shardIndex)
        bytes.append(contentsOf: block[range(of: shardIndex)])
    }
}
