import Base
import JSON
import ServiceTestSupport
import Testing

@testable import AdminService

@Suite struct ServerCallTests {
    private static let usage: StorageUsage = {
        var bucket = StorageUsage.Bucket()
        (bucket.size, bucket.objectCount, bucket.versionCount, bucket.deleteMarkerCount) = (100, 2, 3, 1)
        return StorageUsage(countedAt: Timestamp(seconds: 1_700_000_000), buckets: ["docs": bucket])
    }()

    @Test func infoDescribesTheServer() async throws {
        let info = try await TestServer(usage: Self.usage).json("GET info")
        #expect(info["mode"] == "online")
        #expect(info["buckets"] == ["count": .integer(2)])
        #expect(info["objects"] == ["count": .integer(2)])
        #expect(info["usage"] == ["size": .integer(100)])
        #expect(
            info["backend"] == [
                "backendType": "Erasure", "onlineDisks": .integer(3), "offlineDisks": .integer(1),
                "standardSCParity": .integer(2), "rrSCParity": .integer(1), "totalSets": [.integer(1)],
                "totalDrivesPerSet": [.integer(4)],
            ]
        )
        let server = try #require(info["servers"]?.array?.first)
        #expect(server["uptime"] == .integer(90))
        #expect(server["drives"]?.array?.map { $0["state"] } == ["ok", "ok", "ok", "offline"])
        #expect(info["pools"]?["0"]?["0"]?["rawCapacity"] == .integer(3000))
        #expect(info["pools"]?["0"]?["0"]?["rawUsage"] == .integer(1800))
    }

    @Test func withoutACountInfoSaysSo() async throws {
        let info = try await TestServer().json("GET info")
        #expect(info["objects"]?["count"] == .integer(0))
        #expect(info["objects"]?["error"]?.string?.isEmpty == false)
    }

    @Test func storageInfoListsDrives() async throws {
        let info = try await TestServer().json("GET storageinfo")
        let drives = try #require(info["Disks"]?.array)
        #expect(drives.count == 4)
        #expect(drives[0]["totalspace"] == .integer(1000))
        #expect(drives[0]["usedspace"] == .integer(600))
        #expect(drives[0]["utilization"] == .integer(60))
        #expect(info["Backend"]?["OnlineDisks"] == ["127.0.0.1:9000": .integer(3)])
        #expect(info["Backend"]?["StandardSCData"] == [.integer(2)])
    }

    @Test func theWorkThatLetsObjectsExpireIsListed() async throws {
        let status = try await TestServer().json("GET ilm/expiry/status")
        #expect(status["enabled"] == .boolean(true))
        #expect(status["disabled_reason"] == .null)
        #expect(status["speed"] == "slow")
        #expect(status["freshness"]?["last_cycle_end_unix_secs"] == .integer(1_700_000_060))
        #expect(status["freshness"]?["max_expected_age_seconds"] == .integer(7200))
        #expect(status["lifecycle_expiry"]?["current_active"] == .integer(1))
        #expect(status["current_cycle_lifecycle_expiry_actions"] == .integer(3))
        #expect(status["last_cycle_lifecycle_expiry_actions"] == .integer(5))
        #expect(status["current_cycle"]?["bucket"] == "docs")
        #expect(status["current_cycle"]?["ended_unix_secs"] == .null)
        #expect(status["last_cycle"]?["expired"] == .integer(4))
    }

    @Test func usageIsTheLastCount() async throws {
        let server = try await TestServer(usage: Self.usage)
        let usage = try await server.json("GET datausageinfo?capacity=true")
        #expect(usage["lastUpdate"] == "2023-11-14T22:13:20.000Z")
        #expect(usage["objectsTotalSize"] == .integer(100))
        #expect(usage["bucketsUsageInfo"]?["docs"]?["versionsCount"] == .integer(3))
        #expect(usage["capacity"] == .integer(3000))
        let none = try await TestServer().json("GET datausageinfo")
        #expect(none["lastUpdate"] == "0001-01-01T00:00:00Z")
        #expect(none["bucketsCount"] == .integer(2))
    }

    @Test func theServerStopsOnceTheAnswerIsSent() async throws {
        let server = try await TestServer()
        let dryRun = try await server.answer("POST service?action=stop&type=2&dry-run=true")
        #expect(dryRun.afterSending == nil)
        let response = try await server.answer("POST service?action=stop&type=2")
        #expect(try JSONValue(parsing: response.body)["action"] == "stop")
        #expect(server.control.calls.isEmpty)
        response.afterSending?()
        #expect(server.control.calls == ["stop"])
        #expect(try await server.answer("POST service?action=stop").body.isEmpty)
    }

    @Test func theServerStartsAnewOnceTheAnswerIsSent() async throws {
        let server = try await TestServer()
        let dryRun = try await server.answer("POST service?action=restart&type=2&dry-run=true")
        #expect(dryRun.afterSending == nil)
        #expect(try JSONValue(parsing: dryRun.body)["dryRun"] == .boolean(true))
        let response = try await server.answer("POST service?action=restart&type=2")
        #expect(try JSONValue(parsing: response.body)["results"]?.array?.count == 1)
        response.afterSending?()
        #expect(server.control.calls == ["restart"])
    }

    @Test(arguments: ["restart", "freeze", "unfreeze", "cancel-restart"])
    func whatTheServerCannotDoToItselfIsSaid(action: String) async throws {
        let server = try await TestServer(canRestart: false)
        #expect(await server.refusal("POST service?action=\(action)&type=2")?.status == 501)
    }

    @Test func settingsAreSetShownAndReset() async throws {
        let server = try await TestServer()
        let line = #"api requests_max=100 root_note="two words""#
        _ = try await server.answer("PUT set-config-kv", Array(line.utf8))
        let text = try await server.answer("GET get-config-kv?key=api")
        #expect(String(decoding: text.body, as: UTF8.self) == "\(line) \n")
        #expect(
            String(decoding: try await server.storage.read("config/config.json") ?? [], as: UTF8.self)
                == #"{"api":{"_":[{"key":"requests_max","value":"100"},{"key":"root_note","value":"two words"}]}}"#
        )
        _ = try await server.answer("DELETE del-config-kv", Array("api requests_max".utf8))
        let reset = try await server.answer("GET config")
        #expect(
            String(decoding: reset.body, as: UTF8.self)
                == "api requests_max=0 root_note=\"two words\" \nsite region= zone= \n"
        )
    }

    @Test func changesAreRememberedRestoredAndForgotten() async throws {
        let server = try await TestServer()
        _ = try await server.answer("PUT set-config-kv", Array("api requests_max=1".utf8))
        _ = try await server.answer("PUT set-config-kv", Array("api requests_max=2".utf8))
        let history = try #require(try await server.json("GET list-config-history-kv?count=10").array)
        #expect(
            Set(history.compactMap { $0["data"]?.string }) == ["api requests_max=1", "api requests_max=2"]
        )
        let first = try #require(history.first { $0["data"] == "api requests_max=1" }?["restoreId"]?.string)
        _ = try await server.answer("PUT restore-config-history-kv?restoreId=\(first)")
        let text = try await server.answer("GET get-config-kv?key=api")
        #expect(String(decoding: text.body, as: UTF8.self).hasPrefix("api requests_max=1 "))
        _ = try await server.answer("DELETE clear-config-history-kv?restoreId=all")
        #expect(try await server.json("GET list-config-history-kv?count=10") == [])
        #expect(
            await server.refusal("PUT restore-config-history-kv?restoreId=..%2Fconfig")?.code
                == "XMinioConfigNotFoundError"
        )
    }

    @Test(arguments: [
        ("nothing a=1", "XMinioConfigError"), ("api nothing=1", "XMinioConfigError"),
        ("api requests_max=many", "XMinioAdminConfigBadJSON"),
        ("api:second requests_max=1", "XMinioAdminNoSuchConfigTarget"),
        ("api requests_max", "XMinioConfigError"), (#"api root_note="open"#, "XMinioConfigError"),
        ("", "XMinioConfigError"), ("# api requests_max=1", "XMinioConfigError"),
    ])
    func settingsThatThisServerDoesNotObeyAreRefused(text: String, code: String) async throws {
        let server = try await TestServer()
        #expect(await server.refusal("PUT set-config-kv", text)?.code == code)
        #expect(try await server.storage.read("config/config.json") == nil)
    }

    @Test func theEnvironmentWins() async throws {
        let server = try await TestServer(overriding: ("MINIO_API_REQUESTS_MAX", "7"))
        #expect(
            await server.refusal("PUT set-config-kv", "api requests_max=1")?.code
                == "XMinioAdminConfigEnvOverridden"
        )
        let text = try await server.answer("GET get-config-kv?key=api")
        #expect(String(decoding: text.body, as: UTF8.self).hasPrefix("# MINIO_API_REQUESTS_MAX=7\napi "))
    }

    @Test func settingsOfOtherServersStay() async throws {
        let server = try await TestServer()
        let foreign =
            #"{"notify_kafka":{"first":[{"key":"enable","value":"on"}]},"api":{"_":[{"key":"foreign","value":"1"}]}}"#
        try await server.storage.write("config/config.json", Array(foreign.utf8))
        _ = try await server.answer("PUT set-config-kv", Array("api requests_max=9".utf8))
        let stored = try JSONValue(parsing: try #require(try await server.storage.read("config/config.json")))
        #expect(stored["notify_kafka"]?["first"]?.array?.count == 1)
        #expect(stored["api"]?["_"]?.array?.count == 2)
    }

    @Test func changesAtOnceLoseNothing() async throws {
        let server = try await TestServer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in ["requests_max=5", "root_note=x"] {
                group.addTask { _ = try await server.answer("PUT set-config-kv", Array("api \(key)".utf8)) }
            }
            try await group.waitForAll()
        }
        let text = try await server.answer("GET get-config-kv?key=api")
        #expect(String(decoding: text.body, as: UTF8.self) == "api requests_max=5 root_note=x \n")
    }

    @Test func helpNamesKeysOrVariables() async throws {
        let server = try await TestServer()
        let all = try await server.json("GET help-config-kv?subSys=&key=")
        #expect(all["keysHelp"]?.array?.map { $0["key"] } == ["api", "site"])
        let api = try await server.json("GET help-config-kv?subSys=api&key=requests_max&env=")
        #expect(api["keysHelp"]?.array?.map { $0["key"] } == ["MINIO_API_REQUESTS_MAX"])
        #expect(await server.refusal("GET help-config-kv?subSys=nothing&key=")?.code == "XMinioConfigError")
    }

    @Test func aStoreOutOfReachIsSaid() async throws {
        let server = try await TestServer()
        server.storage.breakDown()
        #expect(await server.refusal("PUT set-config-kv", "api requests_max=1")?.status == 503)
        #expect(
            await server.refusal("PUT add-user?accessKey=alice", #"{"secretKey":"alice-secret"}"#)?.code
                == "XMinioAdminConfigNoQuorum"
        )
    }
}
