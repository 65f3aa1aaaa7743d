import Base
import Drives
import Testing

@testable import Engine

/// What a reader that ends early leaves behind.
@Suite struct ReadAheadTests {
    @Test(
        "A version's files stay until the block that is read ahead is there",
        .timeLimit(.minutes(10)),
        arguments: [false, true]
    )
    func closing(selectsAgain: Bool) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open { plan in
            plan.options.patience = Patience(grace: .seconds(3600), limit: .seconds(3600))
        }.engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", sample(3 << 20))
        await engine.settle()
        let (gate, reads) = (Gate(), Locked(0))
        for slot in engine.pools[0].sets[0].slots {
            let drive = try #require(slot.online)
            slot.attach(
                HookedDrive(
                    drive,
                    beforeRead: {
                        let count = reads.withLock { reads in
                            reads += 1
                            return reads
                        }
                        // The first block is read from two drives; the next one waits.
                        if count > 2 { await gate.pass() }
                    }
                )
            )
        }
        let reader = try await engine.open(bucket: "bucket", key: "key")
        _ = try #require(try await reader.next())
        let path = ObjectPath(volume: "bucket", name: "key")
        let pin = Pins.Key(path: path, dataDirectory: reader.version.dataDirectory)
        let isFree = Locked(false)
        engine.pins.whenUnpinned([pin]) { isFree.withLock { $0 = true } }
        if selectsAgain { reader.select(0..<10) }
        reader.close()
        reader.close()
        #expect(!isFree.withLock { $0 })
        gate.open()
        while !isFree.withLock({ $0 }) { await Task.yield() }
    }
}
