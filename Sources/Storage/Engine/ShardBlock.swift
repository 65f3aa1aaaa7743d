import Bytes
import Checksums
import Drives
import ErasureCode

/// One erasure block on its way to the drives: data shards, parity shards and their digests.
///
///     data    | shard 0 | shard 1 | … | shard k-1 + zeros |
///     parity  | shard k | … | shard n-1 |
struct ShardBlock: Sendable {
    let data: Block
    /// `nil` without parity.
    let parity: Block?
    let shardSize: Int
    let dataShards: Int
    /// 32 bytes for each shard, by shard index.
    let digests: [UInt8]

    /// - Parameters:
    ///   - data: holds `length` bytes of the body (1...block size) and has room for the padding.
    ///   - parity: room for all parity shards.
    init(encoding data: Block, length: Int, parity: Block?, geometry: ErasureGeometry, coder: ReedSolomon) {
        let shardSize = geometry.shardSize(blockLength: length)
        let padded = shardSize * geometry.dataShards
        if padded > length {
            data[length..<padded].initializeMemory(as: UInt8.self, repeating: 0)
        }
        let sources = (0..<geometry.dataShards).map { UnsafeRawPointer(data.base + $0 * shardSize) }
        var shards = sources
        if let parity, geometry.parityShards > 0 {
            precondition(parity.capacity >= geometry.parityShards * shardSize)
            let targets = (0..<geometry.parityShards).map { parity.base + $0 * shardSize }
            coder.encode(data: sources, parity: targets, length: shardSize)
            shards += targets.map { UnsafeRawPointer($0) }
        }
        digests = Self.digests(of: shards, length: shardSize)
        self.data = data
        self.parity = parity
        self.shardSize = shardSize
        dataShards = geometry.dataShards
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

    private func place(of shardIndex: Int) -> (block: Block, range: Range<Int>) {
        if shardIndex < dataShards {
            return (data, shardIndex * shardSize..<(shardIndex + 1) * shardSize)
        }
        guard let parity else { preconditionFailure("shard \(shardIndex) of a block without parity") }
        let index = shardIndex - dataShards
        return (parity, index * shardSize..<(index + 1) * shardSize)
    }

    private func digest(of shardIndex: Int) -> ArraySlice<UInt8> {
        let size = HighwayHash256.digestSize
        return digests[shardIndex * size..<(shardIndex + 1) * size]
    }

    /// What a drive is given to append.
    func frames(of shardIndex: Int) -> ShardFrames {
        let (block, range) = place(of: shardIndex)
        return ShardFrames(block: block, shards: [range], digests: Array(digest(of: shardIndex)))
    }

    /// Digest and shard as they follow each other in a shard file.
    func append(shard shardIndex: Int, to bytes: inout [UInt8]) {
        bytes += digest(of: shardIndex)
        let (block, range) = place(of: shardIndex)
        bytes.append(contentsOf: block[range])
    }
}
