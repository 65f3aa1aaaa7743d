import AdminEncryption
import AdminService
import Base
import Bytes
import Configuration
import Drives
import Engine
import Foundation
import IAM
import Telemetry
import TestSupport
import Testing
import Topology

@testable import Server

@Suite struct KeptSettingsTests {
    private func given(_ environment: [String: String] = [:]) throws -> ServerSettings {
        let keys = ["MARTLET_ACCESS_KEY": "operator", "MARTLET_SECRET_KEY": "long enough"]
        let command = try Configuration.load(
            arguments: ["/data"],
            environment: keys.merging(environment) { _, own in own },
            readFile: { _ in "" }
        )
        guard case .server(let settings) = command else { preconditionFailure("a server was asked for") }
        return settings
    }

    private func value(_ group: String, _ key: String, _ value: String) -> StoredValue {
        StoredValue(group: group, key: key, value: value)
    }

    @Test func theGroupsAreThoseThatTheServerObeys() throws {
        let groups = KeptSettings.groups(try given(), setSize: 4)
        #expect(
            groups.map { [$0.name] + $0.settings.map(\.key) } == [
                ["site", "region"],
                [
                    "api", "requests_max", "requests_deadline", "object_max_versions",
                    "stale_uploads_expiry", "stale_uploads_cleanup_interval",
                ],
                ["storage_class", "standard", "rrs", "inline_block"], ["scanner", "speed"],
            ]
        )
        let kept = Configuration.keptSettings.map { [$0.group, $0.key] }
        #expect(Set(kept) == Set(groups.flatMap { group in group.settings.map { [group.name, $0.key] } }))
    }

    @Test func whatIsKeptHoldsWhereNothingWasGiven() throws {
        let settings = try given(["MINIO_API_REQUESTS_MAX": "5"]).over([
            value("api", "requests_max", "100"), value("api", "stale_uploads_expiry", "2h"),
            value("site", "region", "eu-west-1"), value("storage_class", "standard", "EC:3"),
            value("storage_class", "inline_block", "64KiB"), value("api", "requests_deadline", "soon"),
            value("unknown", "key", "1"),
        ])
        #expect(settings.requestsMax == 5)
        #expect(settings.staleUploadsExpiry == .seconds(7200))
        #expect(settings.region == "eu-west-1")
        #expect(settings.standardParity == 3)
        #expect(settings.inlineShardSizeMax == 64 << 10)
        #expect(settings.requestsDeadline == .seconds(10))
    }

    @Test(arguments: [
        ("MINIO_API_REQUESTS_MAX", "5"), ("RUSTFS_API_REQUESTS_MAX", "5"), ("MARTLET_API_REQUESTS_MAX", "5"),
    ])
    func whatWasGivenIsNamed(name: String, text: String) throws {
        let api = try #require(
            KeptSettings.groups(try given([name: text]), setSize: 4).first { $0.name == "api" }
        )
        let setting = try #require(api.settings.first)
        #expect(setting.overriding?.name == name)
        #expect(setting.overriding?.value == text)
        #expect(setting.variable == "MARTLET_API_REQUESTS_MAX")
        #expect(api.settings.dropFirst().allSatisfy { $0.overriding == nil })
    }

    @Test(arguments: [
        (["standard": "EC:2"], true), (["standard": "EC:3"], false),
        (["standard": "EC:2", "rrs": "EC:2"], true),
        (["standard": "EC:1", "rrs": "EC:2"], false), (["standard": "EC:0"], true), ([:], true),
    ])
    func classesHaveToFitTheSet(values: [String: String], isRight: Bool) throws {
        let groups = KeptSettings.groups(try given(), setSize: 4)
        let classes = try #require(groups.first { $0.name == "storage_class" })
        #expect((classes.objection(values) == nil) == isRight)
    }

    @Test func followersHearOfEachChange() throws {
        let live = LiveSettings(given: try given(), kept: [value("api", "requests_max", "1")])
        let heard = Locked<[Int?]>([])
        live.follow { settings in heard.withLock { $0.append(settings.requestsMax) } }
        live.change([value("api", "requests_max", "2")])
        live.change([])
        #expect(heard.withLock { $0 } == [1, 2, nil])
        #expect(live.current.requestsMax == nil)
    }

    private struct NoDecryption: IAMDecryption {
        func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8] { throw .notAuthentic }
    }

    /// Opens a store of four drives as the server does.
    private func open(_ folder: TemporaryFolder, _ log: TestLog) async throws -> (
        OpenStore, kept: [StoredValue]
    ) {
        var settings = try given()
        settings.volumes = ["\(folder.path)/d{1...4}"]
        let logger = Logger(level: .info, to: log)
        while true {
            do throws(StartupError) {
                return try await openEngine(settings, decryption: NoDecryption(), logger)
            } catch {
                // The former engine's last call has not let go of the drives yet.
                guard case .cannotOpen(.drive(.locked)) = error else { throw error }
                await Task.yield()
            }
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            (#"{"storage_class":{"_":[{"key":"standard","value":"EC:1"}]}}"#, 1, nil),
            (
                #"{"storage_class":{"_":[{"key":"standard","value":""},{"key":"rrs","value":"EC:1"}]}}"#, 2,
                nil
            ),
            (
                #"{"storage_class":{"_":[{"key":"standard","value":"EC:4"}]}}"#, 2,
                "storage classes kept on the drives"
            ),
            (#"{"notify_amqp":{"x":[{"key":"enable","value":"on"}]}}"#, 2, "notify_amqp:x"),
        ] as [(String, Int, String?)]
    )
    func theStoreOpensWithTheClassesThatItsDrivesKeep(text: String, parity: Int, message: String?)
        async throws
    {
        let folder = try TemporaryFolder("kept")
        let log = TestLog()
        do {
            // Whose end lets go of the drives.
            let (store, kept) = try await open(folder, log)
            #expect(kept.isEmpty)
            try await store.engine.writeConfigFile("config/config.json", Array(text.utf8))
            await store.engine.close()
        }
        let again = try await open(folder, log).0
        #expect(again.parity.standard == parity)
        await again.engine.close()
        if let message { #expect(log.text.contains(message)) }
    }

    @Test(.timeLimit(.minutes(2)), arguments: ["no JSON", "\u{0}", "[]"])
    func settingsThatCannotBeReadKeepTheServerFromStarting(text: String) async throws {
        let folder = try TemporaryFolder("kept")
        let log = TestLog()
        do {
            let (store, _) = try await open(folder, log)
            try await store.engine.writeConfigFile("config/config.json", Array(text.utf8))
            await store.engine.close()
        }
        let error = await #expect(throws: StartupError.self) { _ = try await open(folder, log) }
        guard case .cannotOpen(.keptSettings) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("config/config.json") == true)
    }

    /// Does not answer a few times.
    private final class SlowStorage: IAMStorage, TimeSource {
        private let silence: Locked<Int>
        private let sleeps = Locked(0)

        init(silence: Int) { self.silence = Locked(silence) }

        var sleepCount: Int { sleeps.withLock { $0 } }
        var now: Timestamp { .epoch }
        var elapsed: Duration { .zero }
        func sleep(for duration: Duration) async { sleeps.withLock { $0 += 1 } }

        func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
            let isSilent = silence.withLock { silence in
                guard silence > 0 else { return false }
                silence -= 1
                return true
            }
            guard !isSilent else { throw .unavailable("no drives") }
            return Array(#"{"api":{"_":[{"key":"requests_max","value":"7"}]}}"#.utf8)
        }

        func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) {}
        func remove(_ path: String) async throws(IAMStorageError) {}
        func list(_ prefix: String) async throws(IAMStorageError) -> [String] { [] }
    }

    @Test(arguments: [(0, 0), (4, 4), (5, nil)] as [(Int, Int?)])
    func drivesThatDoNotAnswerAreAskedAFewTimes(silence: Int, sleepCount: Int?) async throws {
        let storage = SlowStorage(silence: silence)
        let given = try given()
        func load() async throws(EngineOpeningError) -> [StoredValue] {
            try await KeptSettings.load(
                storage,
                given,
                setSize: 4,
                decryption: NoDecryption(),
                Logger(level: .info, to: TestLog()),
                time: storage
            )
        }
        guard let sleepCount else {
            await #expect(throws: EngineOpeningError.self) { try await load() }
            #expect(storage.sleepCount == 4)
            return
        }
        #expect(try await load() == [value("api", "requests_max", "7")])
        #expect(storage.sleepCount == sleepCount)
    }
}
