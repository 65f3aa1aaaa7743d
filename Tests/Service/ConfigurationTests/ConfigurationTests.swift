import Configuration
import Telemetry
import Testing

struct NoSuchFile: Error, CustomStringConvertible { let description = "No such file or directory" }

func load(
    _ arguments: [String],
    _ environment: [String: String] = [:],
    files: [String: String] = [:]
) throws(ConfigurationError) -> Command {
    try Configuration.load(arguments: arguments, environment: environment) { path in
        guard let text = files[path] else { throw NoSuchFile() }
        return text
    }
}

let keys = ["MARTLET_ACCESS_KEY": "operator", "MARTLET_SECRET_KEY": "long enough"]

/// The settings of a server command that has keys; records an issue for any other command.
func settings(
    _ arguments: [String] = ["/data"],
    _ environment: [String: String] = [:],
    files: [String: String] = [:]
) throws -> ServerSettings {
    let command = try load(arguments, environment.merging(keys) { given, _ in given }, files: files)
    guard case .server(let settings) = command else {
        Issue.record("not a server: \(command)")
        return ServerSettings()
    }
    return settings
}

/// What is wrong with the settings; records an issue when nothing is.
func mistakes(
    _ arguments: [String] = ["/data"],
    _ environment: [String: String] = [:],
    files: [String: String] = [:]
) -> [SettingMistake] {
    do throws(ConfigurationError) {
        Issue.record(
            "no mistake: \(try load(arguments, environment.merging(keys) { given, _ in given }, files: files))"
        )
    } catch {
        if case .settings(let mistakes) = error { return mistakes }
        Issue.record("another error: \(error)")
    }
    return []
}

@Suite struct DefaultsTests {
    @Test func aFolderAndKeysAreEnough() throws {
        var expected = ServerSettings()
        expected.volumes = ["/data"]
        expected.credentials = Credentials(accessKey: "operator", secretKey: Secret("long enough"))
        expected.consoleAddress = ListenAddress(host: nil, port: 9001)
        #expect(try settings() == expected)
    }

    @Test func theConsoleFollowsTheHostOfTheAddress() throws {
        let console = try settings(["/data", "--address", "10.0.0.1:9100"]).consoleAddress
        #expect(console == ListenAddress(host: "10.0.0.1", port: 9001))
    }

    @Test(arguments: [["--console-enable=false"], ["--console-enable=off"]])
    func theConsoleCanBeSwitchedOff(flags: [String]) throws {
        #expect(try settings(["/data"] + flags).consoleAddress == nil)
    }

    @Test func minIOsBrowserSwitchIsTheConsoles() throws {
        #expect(try settings(["/data"], ["MINIO_BROWSER": "off"]).consoleAddress == nil)
    }
}

@Suite struct PrecedenceTests {
    private let environment = [
        "MARTLET_REGION": "martlet-1", "RUSTFS_REGION": "rustfs-1", "MINIO_SITE_REGION": "site-1",
        "MINIO_REGION_NAME": "name-1", "MINIO_REGION": "minio-1",
    ]

    @Test(
        "the first of the names that is set counts",
        arguments: [
            ([], "martlet-1"), (["MARTLET_REGION"], "rustfs-1"),
            (["MARTLET_REGION", "RUSTFS_REGION"], "site-1"),
            (["MARTLET_REGION", "RUSTFS_REGION", "MINIO_SITE_REGION"], "name-1"),
            (["MARTLET_REGION", "RUSTFS_REGION", "MINIO_SITE_REGION", "MINIO_REGION_NAME"], "minio-1"),
        ]
    )
    func names(removed: [String], region: String) throws {
        #expect(try settings(["/data"], environment.filter { !removed.contains($0.key) }).region == region)
    }

    @Test func aFlagBeatsOptionsBeatAFileBeatsTheEnvironment() throws {
        var environment = environment
        #expect(try settings(["/data"], environment).region == "martlet-1")
        environment["MINIO_CONFIG_ENV_FILE"] = "/etc/minio.env"
        let files = ["/etc/minio.env": "export MARTLET_REGION=\"file-1\"\n"]
        #expect(try settings(["/data"], environment, files: files).region == "file-1")
        environment["MINIO_OPTS"] = "--region options-1"
        #expect(try settings(["/data"], environment, files: files).region == "options-1")
        #expect(try settings(["/data", "--region", "flag-1"], environment, files: files).region == "flag-1")
    }

    @Test func theLastOfTwoEqualFlagsCounts() throws {
        #expect(try settings(["/data", "--region=a1", "--region", "b1"]).region == "b1")
    }

    @Test func anEmptyValueIsNone() throws {
        #expect(
            try settings(["/data"], ["MARTLET_REGION": "", "MINIO_REGION": "minio-1"]).region == "minio-1"
        )
    }

    @Test func aValueThatLosesIsWarnedOf() throws {
        let warnings = try settings(["/data"], ["RUSTFS_REGION": "a1", "MINIO_REGION": "b1"]).warnings
        #expect(warnings == ["MINIO_REGION is ignored because RUSTFS_REGION is set to another value"])
        #expect(try settings(["/data"], ["RUSTFS_REGION": "a1", "MINIO_REGION": "a1"]).warnings == [])
    }
}

@Suite struct NamesTests {
    @Test(
        "what users of RustFS and MinIO set works",
        arguments: [
            ("RUSTFS_ADDRESS", "127.0.0.1:9100", \.address, "127.0.0.1:9100"),
            ("MINIO_ADDRESS", ":9100", \.address, ":9100"),
            (
                "RUSTFS_SERVER_DOMAINS", "S3.Example.com:9000,b.example", \.domains,
                #"["s3.example.com", "b.example"]"#
            ),
            ("MINIO_DOMAIN", "s3.example.com", \.domains, #"["s3.example.com"]"#),
            ("RUSTFS_TLS_PATH", "/certs", \.certificatesDirectory, #"Optional("/certs")"#),
            ("MINIO_CERTS_DIR", "/certs", \.certificatesDirectory, #"Optional("/certs")"#),
            ("MINIO_SITE_REGION", "eu-1", \.region, "eu-1"),
            ("MINIO_REGION_NAME", "eu-1", \.region, "eu-1"),
            ("MINIO_REGION", "eu-1", \.region, "eu-1"),
            ("RUSTFS_REGION", "eu-1", \.region, "eu-1"),
            ("MINIO_STORAGE_CLASS_STANDARD", "EC:2", \.standardParity, "Optional(2)"),
            ("MINIO_STORAGE_CLASS_RRS", "EC:0", \.reducedRedundancyParity, "0"),
            ("RUSTFS_STORAGE_CLASS_INLINE_BLOCK", "512 KB", \.inlineShardSizeMax, "512000"),
            ("RUSTFS_ERASURE_SET_DRIVE_COUNT", "5", \.erasureSetDriveCount, "Optional(5)"),
            ("MINIO_ERASURE_SET_DRIVE_COUNT", "0", \.erasureSetDriveCount, "nil"),
            ("MINIO_API_REQUESTS_MAX", "0", \.requestsMax, "nil"),
            ("MINIO_API_REQUESTS_MAX", "1600", \.requestsMax, "Optional(1600)"),
            ("MINIO_API_REQUESTS_DEADLINE", "2m", \.requestsDeadline, "120.0 seconds"),
            ("RUSTFS_API_MAX_CONNECTIONS", "0", \.connectionsMax, "1000000"),
            ("MINIO_API_STALE_UPLOADS_EXPIRY", "48h", \.staleUploadsExpiry, "172800.0 seconds"),
            (
                "MINIO_API_STALE_UPLOADS_CLEANUP_INTERVAL", "1h", \.staleUploadsCleanupInterval,
                "3600.0 seconds"
            ),
            ("MINIO_SHUTDOWN_TIMEOUT", "5s", \.shutdownTimeout, "5.0 seconds"),
            ("MINIO_IDLE_TIMEOUT", "60s", \.idleTimeout, "60.0 seconds"),
            ("MINIO_READ_HEADER_TIMEOUT", "10s", \.readHeaderTimeout, "10.0 seconds"),
            ("RUSTFS_HTTP1_HEADER_READ_TIMEOUT", "75", \.readHeaderTimeout, "75.0 seconds"),
            ("RUSTFS_OBS_LOGGER_LEVEL", "WARN", \.logLevel, "warning"),
            ("MARTLET_LOG_FORMAT", "json", \.logFormat, "json"),
            ("MARTLET_MEMORY_BUDGET", "1GiB", \.memoryBudgetSize, "Optional(1073741824)"),
            ("MARTLET_DRIVE_GRACE_PERIOD", "250ms", \.driveGracePeriod, "0.25 seconds"),
            ("MARTLET_BODY_RATE_MIN", "0", \.bodyRateMin, "0"),
        ] as [(String, String, any PartialKeyPath<ServerSettings> & Sendable, String)]
    )
    func variable(
        name: String,
        value: String,
        path: any PartialKeyPath<ServerSettings> & Sendable,
        text: String
    ) throws {
        let settings = try settings(["/data"], [name: value])
        #expect(String(describing: settings[keyPath: path]) == text)
        #expect(settings.warnings == [])
    }

    @Test(
        "an unknown name of ours is a mistake",
        arguments: [
            ("MARTLET_ADRESS", "MARTLET_ADDRESS"),
            ("MARTLET_ROOT_PASWORD_FILE", "MARTLET_ROOT_PASSWORD_FILE"),
            ("MARTLET_REGIONS", "MARTLET_REGION"), ("MARTLET_NOTIFY_WEBHOOK_ENABLE_TARGET_X", nil),
        ]
    )
    func unknownName(name: String, nearest: String?) {
        #expect(mistakes(["/data"], [name: "x"]) == [.unknownName(name, nearest: nearest)])
    }

    @Test(
        "what Kubernetes sets for a service is nobody's mistake",
        arguments: [
            ("MARTLET_SERVICE_HOST", "10.0.0.1"), ("MARTLET_SERVICE_PORT", "9000"),
            ("MARTLET_SERVICE_PORT_S3", "9000"),
            ("MARTLET_PORT", "tcp://10.0.0.1:9000"), ("MARTLET_PORT_9000_TCP", "tcp://10.0.0.1:9000"),
            ("MARTLET_PORT_9000_TCP_PROTO", "tcp"), ("MARTLET_PORT_9000_TCP_ADDR", "10.0.0.1"),
            ("MARTLET_HEADLESS_SERVICE_HOST", "10.0.0.2"), ("MARTLET_HEADLESS_PORT", "tcp://10.0.0.2:9000"),
            ("MARTLET_HEADLESS_PORT_9000_TCP_PORT", "9000"), ("MINIO_PORT", "tcp://10.0.0.3:9000"),
            ("RUSTFS_SERVICE_HOST", "10.0.0.3"),
        ]
    )
    func kubernetes(name: String, value: String) throws {
        #expect(try settings(["/data"], [name: value]).warnings == [])
    }

    @Test(
        "another product's name that sets nothing is one line",
        arguments: [
            ("RUSTFS_FOO", "unknown"), ("MINIO_PORT", "not supported by this version"),
            ("MINIO_ADRESS", "unknown"),
            ("RUSTFS_OBS_ENDPOINT", "not supported by this version"),
            ("MINIO_NOTIFY_KAFKA_ENABLE_PRIMARY", "not supported by this version"),
            ("MINIO_SERVER_URL", "not supported by this version"),
            ("MINIO_IDENTITY_PLUGIN_URL", "not supported by this version"),
            ("RUSTFS_COMPRESSION_ENABLED", "not supported by this version"),
        ]
    )
    func othersName(name: String, verdict: String) throws {
        #expect(try settings(["/data"], [name: "x"]).warnings == ["\(name) is \(verdict) and ignored"])
    }

    @Test func certificatesOfClientsAreTakenWhereTheyCanBeShownAndChecked() throws {
        let tls = ["MINIO_CERTS_DIR": "/certs", "MINIO_IDENTITY_TLS_ENABLE": "on"]
        let checked = try settings(["/data"], tls)
        #expect(checked.acceptsClientCertificates)
        #expect(!checked.trustsEveryClientCertificate)
        #expect(checked.warnings == [])
        let plain = try settings(["/data"], ["MARTLET_IDENTITY_TLS_ENABLE": "true"])
        #expect(plain.acceptsClientCertificates)
        #expect(
            plain.warnings
                == ["IDENTITY_TLS_ENABLE is on, but without TLS_PATH no client can show a certificate"]
        )
        let unchecked = try settings(
            ["/data"],
            tls.merging(["MINIO_IDENTITY_TLS_SKIP_VERIFY": "on"]) { $1 }
        )
        #expect(unchecked.trustsEveryClientCertificate)
        #expect(
            unchecked.warnings
                == [
                    "IDENTITY_TLS_SKIP_VERIFY is on: whoever can connect gets the rights of any policy, consoleAdmin's too"
                ]
        )
        let off = try settings(["/data"], ["MINIO_IDENTITY_TLS_SKIP_VERIFY": "on"])
        #expect(!off.acceptsClientCertificates)
        #expect(off.warnings == [])
    }

    @Test func otherVariablesAreNotLookedAt() throws {
        #expect(try settings(["/data"], ["MARTLETX": "1", "PATH": "/bin", "AWS_REGION": "x"]).warnings == [])
    }

    @Test(
        "ignoring these would promise what is not so",
        arguments: [
            ("MINIO_KMS_AUTO_ENCRYPTION", "on", "off: this version cannot encrypt"),
            ("MINIO_API_ROOT_ACCESS", "off", "on: the root user cannot be switched off"),
            ("RUSTFS_SERVER_MTLS_ENABLE", "true", "off: this version requires no certificates of clients"),
        ]
    )
    func refused(name: String, value: String, expectation: String) throws {
        #expect(
            mistakes(["/data"], [name: value])
                == [.invalidValue(source: .environment(name), value: value, expectation: expectation)]
        )
        #expect(try settings(["/data"], [name: value == "off" ? "on" : "off"]).warnings == [])
    }
}

@Suite struct MistakesTests {
    @Test func aMistakeNamesTheSettingItsSourceItsValueAndWhatWouldBeRight() {
        let error = ConfigurationError.settings(mistakes(["/data"], ["MINIO_ADDRESS": "nine"]))
        #expect(
            error.description
                == #"MINIO_ADDRESS (environment) is "nine"; it must be an address such as :9000, 127.0.0.1:9000 or [::1]:9000"#
        )
        #expect(error.exitCode == 1)
    }

    @Test(
        arguments: [
            (["--region", "1x"], [:], [:], #"--region is "1x"; it must be a region name such as us-east-1"#),
            (
                [], ["MINIO_OPTS": "--region 1x"], [:],
                #"--region in MINIO_OPTS is "1x"; it must be a region name such as us-east-1"#
            ),
            (
                [], ["MINIO_CONFIG_ENV_FILE": "/c"], ["/c": "MINIO_REGION=1x"],
                #"MINIO_REGION (/c) is "1x"; it must be a region name such as us-east-1"#
            ),
        ] as [([String], [String: String], [String: String], String)]
    )
    func theSourceIsTheOneThatCounted(
        flags: [String],
        environment: [String: String],
        files: [String: String],
        text: String
    ) {
        #expect(mistakes(["/data"] + flags, environment, files: files).map(\.description) == [text])
    }

    @Test func allMistakesAreToldAtOnce() {
        let environment = ["MARTLET_ADDRESS": "x", "MARTLET_REGION": "?", "MARTLET_RAM": "1"]
        #expect(mistakes(["/data", "--idle-timeout", "0"], environment).count == 4)
    }

    /// Without this a wrong address would also be "open to others", and an unreadable key "not set".
    @Test(
        arguments: [
            ["--address", "x"], ["--secret-key-file", "/nowhere"],
            ["--access-key", "ab", "--secret-key", "12345678"],
        ]
    )
    func oneMistakeDoesNotCauseAnother(flags: [String]) {
        let error = #expect(throws: ConfigurationError.self) { try load(["/data"] + flags) }
        guard case .settings(let mistakes) = error else { return }
        #expect(mistakes.count == 1)
    }

    @Test func aValueCannotBreakTheLine() {
        let found = mistakes(["/data", "--region", "a\nb\u{1b}"])
        #expect(
            found.map(\.description) == [
                #"--region is "a\nb\u{1B}"; it must be a region name such as us-east-1"#
            ]
        )
    }

    @Test func aSecretIsNotRepeated() {
        let found = mistakes(["/data"], ["MARTLET_SECRET_KEY": "s3cr3t"])
        #expect(
            found.map(\.description)
                == ["MARTLET_SECRET_KEY (environment) is not valid; it must be at least 8 characters"]
        )
    }

    @Test func withoutVolumesNothingStarts() {
        #expect(mistakes([]) == [.noVolumes])
        #expect(mistakes(["server"]) == [.noVolumes])
        #expect(mistakes([], ["MARTLET_VOLUMES": " , \n"]) == [.noVolumes])
    }

    @Test func twoListenersCannotShareAPort() {
        let address = ListenAddress(host: nil, port: 9001)
        #expect(mistakes(["/data", "--address", ":9001"]) == [.sameAddress(address)])
    }

    @Test func portZeroIsNeverShared() throws {
        let settings = try settings(["/data", "--address", "localhost:0", "--console-address", "localhost:0"])
        #expect(settings.address.port == 0)
    }
}
