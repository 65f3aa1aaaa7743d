import Configuration
import OpenID
import Posix
import Telemetry
import Testing
import Topology

@testable import Engine
@testable import Server

@Suite struct StartupTextTests {
    private func lines(
        online: Int = 4,
        offline: Int = 0,
        sets: Int = 1,
        addresses: [SocketAddress] = [.loopback(port: 9000)],
        console: [SocketAddress] = [],
        isTLS: Bool = false,
        _ configure: (inout ServerSettings) -> Void = { _ in }
    ) throws -> [String] {
        var settings = ServerSettings()
        settings.credentials = Credentials(accessKey: "owner", secretKey: Secret("the-very-secret"))
        configure(&settings)
        let count = online + offline
        let text = StartupText(
            settings: settings,
            health: EngineHealth(
                drives: (0..<count).map { index in
                    EngineHealth.Drive(
                        endpoint: "/data\(index + 1)",
                        isOnline: index < online,
                        poolIndex: 0,
                        setIndex: index * sets / count
                    )
                },
                canRead: true,
                canWrite: true,
                readQuorum: 1,
                writeQuorum: 1
            ),
            parity: try StorageClassParity(setSize: count / sets),
            apiAddresses: addresses,
            consoleAddresses: console,
            isTLS: isTLS
        ).text
        #expect(text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    @Test func theFirstLinesSayWhatIsServedAndWhere() throws {
        #expect(
            try Array(lines().prefix(8)) == [
                "Martlet \(ServerVersion.text)",
                "API:      http://127.0.0.1:9000",
                "Drives:   4 online, 0 offline, 1 erasure set",
                "Parity:   2 (REDUCED_REDUNDANCY: 1)",
                "",
                "Connect:",
                "  export AWS_ACCESS_KEY_ID=owner AWS_SECRET_ACCESS_KEY=<the secret key>",
                "  aws --endpoint-url http://127.0.0.1:9000 s3 mb s3://bucket",
            ]
        )
    }

    @Test func noLineShowsASecret() throws {
        #expect(try !lines().contains { $0.contains("the-very-secret") })
    }

    @Test func offlineDrivesAreNamed() throws {
        #expect(
            try lines(online: 6, offline: 2, sets: 2).contains(
                "Drives:   6 online, 2 offline, 2 erasure sets; offline: /data7, /data8"
            )
        )
    }

    @Test func aWildcardIsShownAsAnAddressThatWorksFromHere() throws {
        let everywhere = SocketAddress(host: .v4(0, 0, 0, 0), port: 9000)
        let everywhere6 = SocketAddress(host: .v6(high: 0, low: 0, scope: 0), port: 9001)
        let one = SocketAddress(host: .v6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0), port: 9002)
        let lines = try lines(addresses: [everywhere, everywhere6, one], isTLS: true)
        #expect(
            lines[1] == "API:      https://127.0.0.1:9000  https://127.0.0.1:9001  https://[2001:db8::1]:9002"
        )
        #expect(lines.contains("  aws --endpoint-url https://127.0.0.1:9000 s3 cp file s3://bucket/"))
    }

    @Test func theConsoleIsNamedOnlyWhereItListens() throws {
        #expect(try !lines().contains { $0.hasPrefix("WebUI:") })
        #expect(
            try lines(console: [.loopback(port: 9001)]).contains(
                "WebUI:    http://127.0.0.1:9001  (not built yet: a plain page)"
            )
        )
    }

    @Test func domainsAndWarningsAreTold() throws {
        let lines = try lines { settings in
            settings.domains = ["s3.example.com", "s3.internal"]
            settings.warnings = ["first", "second"]
        }
        #expect(lines.contains("Domains:  s3.example.com, s3.internal"))
        #expect(Array(lines.suffix(5)) == ["", "WARNING: first", "", "WARNING: second", ""])
    }

    /// Whoever takes a role has to name it.
    @Test func providersAreNamedWithTheirRoles() throws {
        let values = [
            "config_url": "https://login.example/.well-known/openid-configuration", "client_id": "martlet",
            "role_policy": "readonly", "client_secret": "hidden-word",
        ]
        let provider = try #require(try ProviderSettings(target: "_", values: values))
        let lines = try lines { $0.openIDProviders = [provider] }
        let line = try #require(lines.first { $0.hasPrefix("OpenID:") })
        #expect(line.contains("https://login.example  role arn:minio:iam:::role/"))
        #expect(!lines.contains { $0.contains("hidden-word") })
        let elsewhere = try self.lines {
            $0.openIDProviders = [provider]
            $0.region = "eu-north-1"
        }
        #expect(elsewhere.contains { $0.contains("role arn:minio:iam:eu-north-1::role/") })
    }
}
