import Base
import Bytes
import Checksums
import Drives
import Foundation
import Testing
import XLMeta

@testable import Engine

/// One version, in `xl.meta` on some drives and in files on the others.
@Suite struct MixedCopiesTests {
    /// Puts the inline shard of a drive into a file, as another server may have.
    private func unfold(_ path: ObjectPath, on drive: any Drive, number: UInt64) async throws {
        let file = try XLMetaFile(parsing: await drive.readXLMeta(path))
        guard case .object(let object)? = try file.latest?.version() else {
            Issue.record("there is no object")
            return
        }
        let framed = try #require(
            file.inlineData(of: object.versionID, dataDirectory: object.dataDirectory)
        )
        let digestSize = HighwayHash256.digestSize
        let shard = framed.dropFirst(digestSize)
        let block = Block(capacity: shard.count)
        block.bytes.copyBytes(from: shard)
        try await drive.commit(
            Transaction(
                id: Base.UUID(high: 1, low: number),
                path: path,
                change: .remove(versionID: object.versionID)
            )
        )
        try await drive.finish(Base.UUID(high: 1, low: number))
        let id = Base.UUID(high: 2, low: number)
        try await drive.stage(
            ShardFrames(
                block: block,
                shards: [0..<shard.count],
                digests: Array(framed.prefix(digestSize))
            ),
            to: StagedFile(transaction: id, partNumber: 1),
            at: 0
        )
        try await drive.commit(
            Transaction(id: id, path: path, change: .put(object, inlineData: nil, stagedParts: true))
        )
        try await drive.finish(id)
    }

    @Test(
        "A version that is inline on some drives and in files on others is read from both",
        arguments: [[0], [0, 1], [1, 2], [0, 1, 2], [0, 1, 2, 3]]
    )
    func mixed(positions: [Int]) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        let bytes = sample(1000)
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        let path = ObjectPath(volume: "bucket", name: "key")
        let slots = engine.pools[0].sets[0].slots
        for position in positions {
            try await unfold(path, on: try #require(slots[position].online), number: UInt64(position))
        }
        #expect(try await engine.get("bucket", "key") == bytes)
        // Whichever two drives are left, each says its own.
        for lost in [[0, 1], [1, 2], [2, 3], [0, 3]] {
            let drives = lost.map { slots[$0].attached }
            for position in lost { slots[position].detach() }
            #expect(try await engine.get("bucket", "key") == bytes)
            for (position, drive) in zip(lost, drives) { slots[position].attach(try #require(drive)) }
        }
    }
}
