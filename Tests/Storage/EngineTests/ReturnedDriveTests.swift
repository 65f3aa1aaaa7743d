import Base
import Drives
import Files
import Foundation
import Testing
import Topology
import XLMeta

@testable import Engine

/// How a drive that was away comes back while requests run.
@Suite struct ReturnedDriveTests {
    private let path = ObjectPath(volume: "bucket", name: "key")
    private let bytes = sample(1000)

    /// A store of whose drive 1 the last run left a change open that nobody was told of, and an engine without that drive.
    private func open(_ patience: Patience) async throws -> (TemporaryStore, Engine) {
        let store = TemporaryStore(driveCount: 4)
        try await leaveOpenChange(in: store)
        try FileManager.default.moveItem(atPath: "\(store.root)/d1", toPath: "\(store.root)/away")
        let engine = try await store.reopen { $0.options.patience = patience }.engine
        try FileManager.default.moveItem(atPath: "\(store.root)/away", toPath: "\(store.root)/d1")
        return (store, engine)
    }

    private func leaveOpenChange(in store: TemporaryStore) async throws {
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "key", bytes)
        await engine.settle()
        let drive = try #require(engine.pools[0].sets[0].slots[0].online)
        let file = try XLMetaFile(parsing: await drive.readXLMeta(path))
        guard case .object(var object)? = try file.latest?.version() else {
            Issue.record("there is no object")
            return
        }
        object.modificationTime = object.modificationTime + .seconds(1)
        try await drive.commit(
            Transaction(
                id: Base.UUID(high: 8, low: 8),
                path: path,
                change: .put(object, inlineData: [1], stagedParts: false)
            )
        )
    }

    @Test("Requests meet a drive that comes back only when it is settled", .timeLimit(.minutes(10)))
    func settledFirst() async throws {
        let (store, engine) = try await open(Patience(grace: .seconds(1), limit: .seconds(3600)))
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try await store.openDrive(1)
        #expect(try await drive.openTransactions().count == 1)
        let (asked, gate) = (Gate(), Gate())
        let hooked = HookedDrive(
            drive,
            beforeOpenTransactions: {
                asked.open()
                await gate.pass()
            }
        )
        let isBack = Task { await engine.bringBack(hooked, to: slot) }
        await asked.pass()
        #expect(slot.online == nil)
        #expect(!engine.health.drives[0].isOnline)
        #expect(slot.vacancy == nil)
        gate.open()
        #expect(await isBack.value)
        #expect(slot.online != nil)
        #expect(hooked.reverted == [Base.UUID(high: 8, low: 8)])
        #expect(try await drive.openTransactions() == [])
        #expect(try await engine.get("bucket", "key") == bytes)
        await engine.close()
    }

    @Test("A drive that does not say what it has open stays out", .timeLimit(.minutes(10)))
    func silentDrive() async throws {
        let patience = Patience(grace: .milliseconds(100), limit: .seconds(1))
        let (store, engine) = try await open(patience)
        let slot = engine.pools[0].sets[0].slots[0]
        let drive = try await store.openDrive(1)
        let gate = Gate()
        let hooked = HookedDrive(drive, beforeOpenTransactions: { await gate.pass() })
        #expect(await engine.bringBack(hooked, to: slot) == false)
        #expect(slot.vacancy == "not open")
        #expect(slot.attached == nil)
        gate.open()
        #expect(await engine.bringBack(drive, to: slot))
        #expect(try await drive.openTransactions() == [])
        await engine.close()
    }
}
