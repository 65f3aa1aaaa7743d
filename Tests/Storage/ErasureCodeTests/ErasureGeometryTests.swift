import ErasureCode
import Testing

@Suite struct ErasureGeometryTests {
    /// Sizes on both sides of every boundary: empty, one byte, one shard, one block.
    @Test(
        "each drive stores its share of every block, rounded up",
        arguments: [
            (objectSize: 0, shardFileSize: 0, framedFileSize: 0),
            (objectSize: 1, shardFileSize: 1, framedFileSize: 33),
            (objectSize: 4, shardFileSize: 1, framedFileSize: 33),
            (objectSize: 5, shardFileSize: 2, framedFileSize: 34),
            (objectSize: (1 << 20) - 1, shardFileSize: 1 << 18, framedFileSize: (1 << 18) + 32),
            (objectSize: 1 << 20, shardFileSize: 1 << 18, framedFileSize: (1 << 18) + 32),
            (objectSize: 1 << 20 | 1, shardFileSize: 1 << 18 | 1, framedFileSize: (1 << 18 | 1) + 64),
            (objectSize: 2 << 20, shardFileSize: 2 << 18, framedFileSize: (2 << 18) + 64),
        ] as [(Int64, Int64, Int64)]
    )
    func fileSizes(objectSize: Int64, shardFileSize: Int64, framedFileSize: Int64) throws {
        let geometry = try ErasureGeometry(dataShards: 4, parityShards: 2)
        #expect(geometry.shardFileSize(objectSize: objectSize) == shardFileSize)
        #expect(geometry.framedFileSize(objectSize: objectSize) == framedFileSize)
    }

    @Test(
        "a block that the drives cannot share evenly is padded",
        arguments: [(3, 349_526), (16, 65_536), (28, 37_450)]
    )
    func shardSize(dataShards: Int, expected: Int) throws {
        let geometry = try ErasureGeometry(dataShards: dataShards, parityShards: 2)
        #expect(geometry.shardSize == expected)
        #expect(geometry.shardSize(blockLength: 0) == 0)
        #expect(geometry.shardSize(blockLength: dataShards) == 1)
        #expect(geometry.shardSize(blockLength: dataShards + 1) == 2)
    }

    @Test func oneDriveStoresTheObjectAsItIs() throws {
        let geometry = try ErasureGeometry(dataShards: 1, parityShards: 0)
        #expect(geometry.shardFileSize(objectSize: 3_000_001) == 3_000_001)
        #expect(geometry.framedFileSize(objectSize: 3_000_001) == 3_000_001 + 3 * 32)
        #expect(geometry.writeQuorum == 1)
        #expect(geometry.readQuorum == 1)
    }

    @Test func blocksLieBackToBackEachBehindItsHash() throws {
        let geometry = try ErasureGeometry(dataShards: 2, parityShards: 2)
        #expect(geometry.framedOffset(ofBlock: 0) == 0)
        #expect(geometry.framedOffset(ofBlock: 1) == 524_320)
        #expect(geometry.framedOffset(ofBlock: 5) == 5 * 524_320)
        #expect(geometry.framedOffset(ofBlock: 3) == geometry.framedFileSize(objectSize: 3 << 20))
    }

    @Test("blocks cover the object", arguments: [0, 1, 99, 100, 101, 199, 200, 201] as [Int64])
    func blocks(objectSize: Int64) throws {
        let geometry = try ErasureGeometry(dataShards: 3, parityShards: 1, blockSize: 100)
        let lengths = (0..<geometry.blockCount(objectSize: objectSize)).map {
            geometry.blockLength(index: $0, objectSize: objectSize)
        }
        #expect(lengths.reduce(0, +) == Int(objectSize))
        #expect(lengths.dropLast().allSatisfy { $0 == 100 })
        #expect(lengths.allSatisfy { (1...100).contains($0) })
        let shards = lengths.map { geometry.shardSize(blockLength: $0) }
        #expect(geometry.shardFileSize(objectSize: objectSize) == Int64(shards.reduce(0, +)))
    }

    @Test func theLargestObjectHasASize() throws {
        let geometry = try ErasureGeometry(dataShards: 1, parityShards: 1, blockSize: 1)
        let size = ErasureGeometry.objectSizeMax
        #expect(geometry.framedFileSize(objectSize: size) == 33 * size)
    }

    @Test("a set that cannot lose a drive still needs every write", arguments: 1...16)
    func writeQuorumWithoutParity(dataShards: Int) throws {
        let geometry = try ErasureGeometry(dataShards: dataShards, parityShards: 0)
        #expect(geometry.writeQuorum == dataShards)
    }

    @Test("two write quorums always share a drive", arguments: 1...16)
    func writeQuorumsOverlap(dataShards: Int) throws {
        for parityShards in 0...dataShards {
            let geometry = try ErasureGeometry(dataShards: dataShards, parityShards: parityShards)
            #expect(2 * geometry.writeQuorum > geometry.shardCount)
            #expect(geometry.readQuorum == dataShards)
        }
    }

    @Test(
        "counts that form no code are refused",
        arguments: [
            (0, 0), (0, 1), (-1, 0), (2, 3), (2, -1), (128, 129), (200, 57), (257, 0), (.max, 0),
            (.max, .max),
        ]
    )
    func shardCounts(data: Int, parity: Int) {
        #expect(throws: ErasureCodeError.shardCounts(data: data, parity: parity)) {
            try ErasureGeometry(dataShards: data, parityShards: parity)
        }
    }

    @Test(
        "the largest codes are allowed",
        arguments: [(128, 128), (256, 0), (28, 4), (16, 4), (1, 1), (1, 0)]
    )
    func largeShardCounts(data: Int, parity: Int) throws {
        #expect(try ErasureGeometry(dataShards: data, parityShards: parity).shardCount == data + parity)
    }

    @Test(
        "blocks of no size, or of more than memory is set aside for, are refused",
        arguments: [
            .min, -1, 0, ErasureGeometry.blockSizeMax + 1, .max,
        ]
    )
    func blockSizes(blockSize: Int) {
        #expect(throws: ErasureCodeError.blockSize(blockSize)) {
            try ErasureGeometry(dataShards: 2, parityShards: 2, blockSize: blockSize)
        }
    }

    @Test(
        "the block sizes on drives are allowed",
        arguments: [1, 1 << 20, 10 << 20, ErasureGeometry.blockSizeMax]
    )
    func knownBlockSizes(blockSize: Int) throws {
        #expect(
            try ErasureGeometry(dataShards: 2, parityShards: 2, blockSize: blockSize).blockSize == blockSize
        )
    }
}
