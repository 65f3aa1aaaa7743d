import Base
import ErasureCode
import Foundation
import Testing
import Topology

@testable import Engine

/// Users and policies as files of the system folder.
@Suite struct ConfigFilesTests {
    private static let root = "config/iam/"
    private static let names = [
        "users/alice/identity.json", "users/bob/identity.json", "users/a/b/identity.json",
        "policydb/users/alice.json", "policies/read only/policy.json", "format.json",
    ]

    @Test func whatIsWrittenIsReadListedAndRemoved() async throws {
        let store = TemporaryStore(driveCount: 4)
        do {
            let engine = try await store.open().engine
            #expect(try await engine.configFiles(Self.root) == [])
            #expect(try await engine.readConfigFile(Self.root + "users/alice/identity.json") == nil)
            try await engine.removeConfigFile(Self.root + "users/alice/identity.json")
            for name in Self.names { try await engine.writeConfigFile(Self.root + name, Array(name.utf8)) }
            #expect(try await engine.configFiles(Self.root) == Self.names.map { Self.root + $0 }.sorted())
            for (prefix, expected) in [
                (
                    "users/",
                    ["users/a/b/identity.json", "users/alice/identity.json", "users/bob/identity.json"]
                ),
                ("users/al", ["users/alice/identity.json"]),
                ("users/alice/identity.json", ["users/alice/identity.json"]),
                ("users/c", []), ("groups/", []), ("policydb/users/", ["policydb/users/alice.json"]),
            ] {
                #expect(
                    try await engine.configFiles(Self.root + prefix) == expected.map { Self.root + $0 },
                    "\(prefix)"
                )
            }
            #expect(
                try await engine.readConfigFile(Self.root + "users/bob/identity.json")
                    == Array("users/bob/identity.json".utf8)
            )
            try await engine.writeConfigFile(Self.root + "users/bob/identity.json", [1, 2])
            try await engine.removeConfigFile(Self.root + "users/alice/identity.json")
            await engine.close()
        }
        let again = try await store.reopen().engine
        #expect(try await again.readConfigFile(Self.root + "users/bob/identity.json") == [1, 2])
        #expect(try await again.readConfigFile(Self.root + "users/alice/identity.json") == nil)
        #expect(
            try await again.configFiles(Self.root + "users/") == [
                Self.root + "users/a/b/identity.json", Self.root + "users/bob/identity.json",
            ]
        )
        await again.close()
    }

    @Test(arguments: [
        "users/../../../etc/x", "users//x", "users/./x", "users/x/",
        "users/" + String(repeating: "n", count: 256),
    ])
    func noNameLeadsOutOfTheFolder(name: String) async throws {
        let engine = try await TemporaryStore(driveCount: 1).open().engine
        let path = Self.root + name
        func isUnstorable(_ call: () async throws -> Void) async -> Bool {
            do {
                try await call()
                return false
            } catch {
                if case .unstorableName? = error as? EngineError { return true }
                return false
            }
        }
        #expect(await isUnstorable { try await engine.writeConfigFile(path, [1]) })
        #expect(await isUnstorable { _ = try await engine.readConfigFile(path) })
        #expect(await isUnstorable { try await engine.removeConfigFile(path) })
        await engine.close()
    }

    /// What only some drives have is a file when enough of them have it.
    @Test(arguments: 1...4)
    func aFileIsListedByQuorum(copies: Int) async throws {
        let store = TemporaryStore(driveCount: 4)
        let path = Self.root + "users/alice/identity.json"
        do {
            let engine = try await store.open().engine
            try await engine.writeConfigFile(path, [1])
            await engine.close()
        }
        for number in copies..<4 {
            try FileManager.default.removeItem(atPath: "\(store.root)/d\(number + 1)/.minio.sys/\(path)")
        }
        let engine = try await store.reopen().engine
        let isThere = copies >= 2
        #expect(try await engine.configFiles(Self.root) == (isThere ? [path] : []))
        await engine.close()
    }

    @Test func aFileThatIsDamagedIsListedAndItsDamageToldApartFromItsAbsence() async throws {
        let store = TemporaryStore(driveCount: 4)
        let path = Self.root + "users/alice/identity.json"
        do {
            let engine = try await store.open().engine
            try await engine.writeConfigFile(path, Array(repeating: 7, count: 100))
            await engine.close()
        }
        for number in 1...4 {
            let file = "\(store.root)/d\(number)/.minio.sys/\(path)/xl.meta"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
        }
        let engine = try await store.reopen().engine
        #expect(try await engine.configFiles(Self.root) == [path])
        await #expect(throws: EngineError.self) { try await engine.readConfigFile(path) }
        await engine.close()
    }

    /// What the drives say counts from the first request of the same start on.
    @Test func theFilesCanReviseThePlanOfTheOpening() async throws {
        let store = TemporaryStore(driveCount: 4)
        do {
            let opened = try await store.open()
            #expect(opened.parity.standard == 2)
            try await opened.engine.writeConfigFile("config/config.json", Array("EC:1".utf8))
            #expect(try await opened.engine.configFiles("config/") == ["config/config.json"])
            await opened.engine.close()
        }
        let opened = try await store.reopen { plan in
            plan.revise = { engine, plan, _ in
                do {
                    let bytes = try await engine.readConfigFile("config/config.json")
                    plan.standardClass = String(decoding: bytes ?? [], as: UTF8.self)
                } catch {
                    Issue.record("\(error)")
                }
                return plan.standardClass
            }
        }
        #expect(opened.parity.standard == 1)
        try await opened.engine.makeBucket("bucket")
        let version = try await opened.engine.put("bucket", "key", sample(1000))
        #expect(version.geometry?.parityShards == 1)
        await opened.engine.close()
    }

    @Test func filesThatCannotBeReadKeepTheStoreClosed() async throws {
        let store = TemporaryStore(driveCount: 4)
        try await store.open().engine.close()
        await #expect(throws: EngineOpeningError.self) {
            _ = try await store.reopen { plan in
                plan.revise = { _, _, _ throws(EngineOpeningError) in throw .keptSettings(reason: "damaged") }
            }
        }
    }

    /// A cut off change may be why they cannot be read, or what is read, before it is settled.
    @Test(arguments: ["EC:1", "EC:2", nil])
    func whatIsReadOnceEverythingIsSettledCounts(before: String?) async throws {
        let store = TemporaryStore(driveCount: 4)
        try await store.open().engine.close()
        let opened = try await store.reopen { plan in
            plan.revise = { (_, plan, isSettled) throws(EngineOpeningError) in
                guard let text = isSettled ? "EC:1" : before else {
                    throw .keptSettings(reason: "a change was cut off")
                }
                plan.standardClass = text
                return text
            }
        }
        #expect(opened.parity.standard == 1)
        try await opened.engine.makeBucket("bucket")
        #expect(try await opened.engine.put("bucket", "key", sample(1000)).geometry?.parityShards == 1)
        await opened.engine.close()
    }
}
