import AdminEncryption
import Base
import IAM
import JSON
import ServiceTestSupport
import Telemetry
import TestSupport
import Testing

@testable import AdminService

@Suite struct SettingStoreTests {
    private static let path = "config/config.json"

    private func set(_ text: String, on server: TestServer) async throws -> AdminResponse {
        try await server.answer("PUT set-config-kv", Array(text.utf8))
    }

    private func isApplied(_ response: AdminResponse) -> Bool {
        response.headers.contains { $0.name == "x-minio-config-applied" && $0.value == "true" }
    }

    @Test func aDynamicSettingIsInForceWithTheAnswer() async throws {
        let server = try await TestServer()
        #expect(isApplied(try await set("api requests_max=7", on: server)))
        let value = StoredValue(group: "api", key: "requests_max", value: "7")
        #expect(server.changes.withLock { $0 } == [[value]])
        #expect(isApplied(try await server.answer("DELETE del-config-kv", Array("api requests_max".utf8))))
        #expect(server.changes.withLock { $0 } == [[value], []])
    }

    @Test func anotherWaitsForTheNextStartUntilItIsWhatItWas() async throws {
        let server = try await TestServer()
        #expect(!isApplied(try await set("site region=here", on: server)))
        // It still waits, whatever else is changed.
        #expect(!isApplied(try await set("api requests_max=7", on: server)))
        #expect(isApplied(try await server.answer("DELETE del-config-kv", Array("site".utf8))))
    }

    @Test func whatWasInForceAtStartNeedsNoRestart() async throws {
        let started = StoredValue(group: "site", key: "region", value: "here")
        let server = try await TestServer(valuesInForce: [started])
        #expect(isApplied(try await set("site region=here", on: server)))
        #expect(!isApplied(try await set("site region=there", on: server)))
        #expect(!isApplied(try await server.answer("DELETE del-config-kv", Array("site region".utf8))))
    }

    @Test func valuesThatContradictEachOtherAreRefusedTogether() async throws {
        let server = try await TestServer()
        let error = await server.refusal("PUT set-config-kv", "site zone=a")
        #expect(error?.code == "XMinioAdminConfigBadJSON")
        #expect(error?.message == "site: a zone needs a region")
        #expect(await server.refusal("PUT set-config-kv", "site zone=a region=b") == nil)
        #expect(
            await server.refusal("DELETE del-config-kv", "site region")?.code == "XMinioAdminConfigBadJSON"
        )
    }

    /// Another server may have found right what this one does not.
    @Test func groupsThatAreLeftAloneAreNotJudged() async throws {
        let server = try await TestServer()
        let stored = #"{"site":{"_":[{"key":"zone","value":"a"}]}}"#
        try await server.storage.write(Self.path, Array(stored.utf8))
        #expect(await server.refusal("PUT set-config-kv", "api requests_max=1") == nil)
        #expect(await server.refusal("PUT set-config-kv", "site zone=b")?.code == "XMinioAdminConfigBadJSON")
    }

    @Test func aFormerNameCountsWhereTheNewOneSaysNothing() async throws {
        let server = try await TestServer()
        let stored =
            #"{"region":{"_":[{"key":"name","value":"old-1"}]},"site":{"_":[{"key":"region","value":""}]}}"#
        try await server.storage.write(Self.path, Array(stored.utf8))
        func text() async throws -> String {
            String(decoding: try await server.answer("GET get-config-kv?key=site").body, as: UTF8.self)
        }
        #expect(try await text() == "site region=old-1 zone= \n")
        _ = try await set("site region=new-1", on: server)
        #expect(try await text() == "site region=new-1 zone= \n")
        _ = try await server.answer("DELETE del-config-kv", Array("site".utf8))
        #expect(try await text() == "site region= zone= \n")
    }

    @Test func aCopyOfEverythingCanBeSentBackUnderTheEnvironment() async throws {
        let server = try await TestServer(overriding: ("MINIO_API_REQUESTS_MAX", "7"))
        _ = try await set("api root_note=kept", on: server)
        let copy = try await server.answer("GET config")
        _ = try await set("api root_note=lost", on: server)
        #expect(isApplied(try await server.answer("PUT config", copy.body)))
        let text = try await server.answer("GET get-config-kv?key=api")
        #expect(String(decoding: text.body, as: UTF8.self).contains("root_note=kept"))
    }

    @Test func whatMinIOEncryptedUnderTheRootUsersKeysIsReadAndWrittenPlain() async throws {
        let server = try await TestServer()
        let stored = #"{"api":{"_":[{"key":"root_note","value":"secret"}]}}"#
        let encrypted = try await server.encryption.encrypt(
            Array(stored.utf8),
            password: Secret("rootuser:rootsecret"),
            algorithm: .pbkdf2AES256GCM
        )
        try await server.storage.write(Self.path, encrypted)
        _ = try await set("api requests_max=3", on: server)
        #expect(
            String(decoding: try await server.storage.read(Self.path) ?? [], as: UTF8.self)
                == #"{"api":{"_":[{"key":"root_note","value":"secret"},{"key":"requests_max","value":"3"}]}}"#
        )
    }

    /// To write over them would lose what they say.
    @Test(arguments: [
        Array("{".utf8), Array("[]".utf8), Array("7".utf8), [1, 0xff, 0xfe, 0, 0, 0],
        Array(#"{"version":"33","region":"us-east-1"}"#.utf8), Array(#"{"api":{"_":{}}}"#.utf8),
        Array(#"{"api":{"_":[{"key":"a"}]}}"#.utf8), Array(#"{"api":{},"api":{}}"#.utf8),
    ])
    func settingsThatCannotBeReadAreNotChanged(stored: [UInt8]) async throws {
        let server = try await TestServer()
        try await server.storage.write(Self.path, stored)
        let error = await server.refusal("PUT set-config-kv", "api requests_max=1")
        #expect(error?.code == "XMinioAdminUnreadable")
        #expect(try await server.storage.read(Self.path) == stored)
        #expect(server.storage.paths == [Self.path])
        #expect(await server.refusal("GET get-config-kv?key=api")?.code == "XMinioAdminUnreadable")
    }

    @Test(arguments: [#"{"api":null}"#, #"{"api":{"_":null}}"#, "{}"])
    func whatGoNeverMadeIsEmpty(stored: String) async throws {
        let server = try await TestServer()
        try await server.storage.write(Self.path, Array(stored.utf8))
        #expect(await server.refusal("PUT set-config-kv", "api requests_max=1") == nil)
    }

    @Test func whatAnotherServerWasToldIsNamed() throws {
        let stored = try StoredSettings(
            parsing: Array(
                #"""
                {"notify_kafka":{"_":[{"key":"enable","value":"off"}],"first":[{"key":"enable","value":"on"}]},
                "compression":{"_":[{"key":"enable","value":"on"}]},"heal":{"_":[{"key":"bitrotscan","value":"off"}]},
                "identity_openid":{"_":[{"key":"config_url","value":"https://id"}]},
                "identity_ldap":{"_":[{"key":"server_addr","value":""}]},
                "api":{"_":[{"key":"root_access","value":"off"},{"key":"enable","value":"on"}]}}
                """#.utf8
            )
        )
        #expect(
            stored.inUse(besides: ["api"]) == [
                "api root_access=off", "notify_kafka:first", "compression", "identity_openid",
            ]
        )
    }

    @Test func aChangeThatFailsIsNotRemembered() async throws {
        let server = try await TestServer()
        #expect(await server.refusal("PUT set-config-kv", "api requests_max=many") != nil)
        #expect(server.storage.paths.isEmpty)
        #expect(server.changes.withLock { $0 }.isEmpty)
    }

    @Test func anEmptyKeyWithASubsystemAsksForHelp() async throws {
        let help = try await TestServer().json("GET get-config-kv?key=&subSys=")
        #expect(help["keysHelp"]?.array?.count == 2)
    }

    /// Whatever is stored: it is read or refused, and what is read is written back the same.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func brokenSettingsAreRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let stored = Array(
            #"{"api":{"_":[{"key":"requests_max","value":"100"},{"key":"a","value":""}]},"notify":{"x":null}}"#
                .utf8
        )
        let lines = Array("api requests_max=1 root_note=\"a \\\" b\"\nsite:x region=\"\"\n# no\n".utf8)
        for _ in 0..<200 {
            do throws(AdminError) {
                var settings = try StoredSettings(parsing: mutated(stored, using: &generator))
                #expect(try StoredSettings(parsing: settings.encoded) == settings)
                settings.set("1", "api", "new")
                #expect(settings.value("api", "new") == "1")
                settings.remove("api", ["new"])
                #expect(settings.value("api", "new") == nil)
            } catch {
                #expect(error.code == "XMinioAdminUnreadable")
            }
            do throws(AdminError) {
                for line in try SettingLine.lines(mutated(lines, using: &generator)) {
                    let text = line.values.map { "\($0.key)=\(SettingLine.quoted($0.value))" }
                    let names = [line.group, line.target] + line.values.map(\.key)
                    guard names.allSatisfy({ !$0.contains { " \t\"\\".contains($0) } }) else { continue }
                    let written = "\(line.group):\(line.target) " + text.joined(separator: " ")
                    #expect(try SettingLine(parsing: written) == line)
                }
            } catch {
                #expect(error.code.hasPrefix("XMinio"))
            }
        }
    }
}
