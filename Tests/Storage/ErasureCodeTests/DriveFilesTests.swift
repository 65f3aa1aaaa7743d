import Base
import Checksums
import Foundation
import TestSupport
import Testing

@testable import ErasureCode

/// The shard files of one object on four drives, written by another implementation of the format.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence))) struct DriveFilesTests {
    private static let objectSize = 1_348_577
    /// Which shard each drive holds, counted from 1.
    private static let distribution = [4, 1, 2, 3]

    private let geometry: ErasureGeometry
    private let code: ReedSolomon
    /// By shard index.
    private let files: [[UInt8]]

    init() throws {
        geometry = try ErasureGeometry(dataShards: 2, parityShards: 2)
        code = ReedSolomon(geometry)
        var files = [[UInt8]](repeating: [], count: 4)
        for (drive, shardNumber) in Self.distribution.enumerated() {
            files[shardNumber - 1] = try Fixtures.bytes(
                "generated/drives-2x2/disk\(drive + 1)/docs/dir/big.bin/22222222-2222-4222-8222-222222222222/part.1"
            )
        }
        self.files = files
    }

    @Test func everyFileHasTheComputedSize() {
        #expect(
            files.allSatisfy {
                Int64($0.count) == geometry.framedFileSize(objectSize: Int64(Self.objectSize))
            }
        )
    }

    @Test func everyHashMatchesItsShard() {
        for block in blocks {
            for (hash, shard) in zip(block.hashes, block.shards) {
                #expect(HighwayHash256.hash(shard) == hash)
            }
        }
    }

    @Test func theDataShardsAreTheObject() {
        var object: [UInt8] = []
        for block in blocks { object += block.shards.prefix(2).joined().prefix(block.length) }
        #expect(
            object == (0..<Self.objectSize).map { UInt8(truncatingIfNeeded: $0 * 131 + ($0 >> 8) * 7 + 1) }
        )
    }

    @Test func anyTwoDrivesRestoreTheOthers() throws {
        for block in blocks {
            let shards = Shards(all: block.shards, dataShards: 2)
            #expect(shards.parity(by: code) == Array(block.shards[2...]))
            for lost in [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]] as [Set<Int>] {
                let restored = try shards.restored(
                    by: code,
                    present: Set(0..<4).subtracting(lost),
                    wanted: lost
                )
                for index in lost { #expect(restored[index] == block.shards[index]) }
            }
        }
    }

    private var blocks: [(length: Int, hashes: [[UInt8]], shards: [[UInt8]])] {
        let objectSize = Int64(Self.objectSize)
        return (0..<geometry.blockCount(objectSize: objectSize)).map { index in
            let length = geometry.blockLength(index: index, objectSize: objectSize)
            let start = Int(geometry.framedOffset(ofBlock: index))
            let shardStart = start + ErasureGeometry.hashSize
            let shardEnd = shardStart + geometry.shardSize(blockLength: length)
            return (
                length, files.map { Array($0[start..<shardStart]) },
                files.map { Array($0[shardStart..<shardEnd]) }
            )
        }
    }
}
