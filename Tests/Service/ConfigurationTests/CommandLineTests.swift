import Configuration
import Telemetry
import Testing

@Suite struct CommandLineTests {
    @Test(
        "every way to name the drives",
        arguments: [
            ["server", "/a", "/b"], ["/a", "/b"], ["--address", ":9000", "server", "/a", "/b"],
            ["server", "--address=:9000", "/a", "--json", "/b"], ["server", "--", "/a", "/b"],
        ]
    )
    func volumes(arguments: [String]) throws {
        #expect(try settings(arguments).volumes == ["/a", "/b"])
    }

    @Test(arguments: ["/a /b", "/a,/b", "/a\t/b", "/a\n/b\n", " /a ,\t/b ", "/a\r\n/b"])
    func volumesOfTheEnvironmentAreSplit(text: String) throws {
        #expect(try settings([], ["MINIO_VOLUMES": text]).volumes == ["/a", "/b"])
        #expect(try settings(["server"], ["RUSTFS_VOLUMES": text]).volumes == ["/a", "/b"])
    }

    @Test func ellipsesAndSpacesInArgumentsAreKept() throws {
        #expect(try settings(["data{1...4}", "./my drive"]).volumes == ["data{1...4}", "./my drive"])
    }

    @Test func argumentsBeatTheEnvironmentsVolumes() throws {
        #expect(try settings(["/a"], ["MARTLET_VOLUMES": "/b"]).volumes == ["/a"])
    }

    @Test func optionsMayHoldQuotedFlagsAndVolumes() throws {
        let options = #"--console-address ":9005"  --region='eu-1' /a"#
        let settings = try settings([], ["MINIO_OPTS": options])
        #expect(settings.consoleAddress?.port == 9005)
        #expect(settings.region == "eu-1")
        #expect(settings.volumes == ["/a"])
    }

    @Test func aWrongFlagInOptionsIsASettingsMistake() {
        let found = mistakes(["/data"], ["MINIO_OPTS": "--adress :1"])
        #expect(
            found.map(\.description)
                == [
                    "MINIO_OPTS (environment): unknown flag --adress (did you mean --address?); martlet help lists them"
                ]
        )
    }

    @Test(
        "MinIO's flags are accepted",
        arguments: [
            ["--certs-dir", "/certs"], ["-S", "/certs"], ["-S=/certs"], ["--quiet"], ["--anonymous"],
            ["--json"],
            ["--shutdown-timeout", "5s"], ["--idle-timeout", "5s"], ["--read-header-timeout", "5s"],
        ]
    )
    func minIOsFlags(flags: [String]) throws {
        let settings = try settings(["server", "/data"] + flags)
        #expect(settings.volumes == ["/data"])
        #expect(settings.warnings == [])
    }

    @Test(
        "flags for missing parts are accepted with a line",
        arguments: [
            ["--ftp", "address=:8021"], ["--sftp=x"], ["--config", "/c.yaml"], ["--kms-enable"],
            ["--license", "x"],
        ]
    )
    func unsupportedFlags(flags: [String]) throws {
        let settings = try settings(["server"] + flags + ["/data"])
        #expect(settings.volumes == ["/data"])
        let flag = flags[0].prefix { $0 != "=" }
        #expect(settings.warnings == ["\(flag) is not supported by this version and ignored"])
    }

    @Test func quietAndJSONFormTheLog() throws {
        let quiet = try settings(["/data", "--quiet", "--json"])
        #expect(quiet.logLevel == .warning)
        #expect(quiet.logFormat == .json)
        #expect(try settings(["/data", "--quiet", "--log-level", "error"]).logLevel == .error)
        let loud = try settings(["/data", "--quiet=false", "--json=false"])
        #expect(loud.logLevel == .info)
        #expect(loud.logFormat == .human)
    }

    @Test(arguments: [
        ["help"], ["--help"], ["-h"], ["server", "--help"], ["help", "server"], ["server", "/d", "-h"],
    ])
    func helpIsGiven(arguments: [String]) throws {
        #expect(try load(arguments) == .help(Configuration.helpText()))
    }

    @Test(arguments: [["version"], ["--version"], ["-v"], ["-V"]])
    func theVersionIsGiven(arguments: [String]) throws {
        #expect(try load(arguments) == .version)
    }

    @Test(
        "a command line that cannot be read ends with status 2",
        arguments: [
            (["sever", "/data"], .unknownCommand("sever", nearest: "server")),
            (["data"], .unknownCommand("data", nearest: nil)),
            (["--adress", ":1"], .unknownFlag("--adress", nearest: "--address")),
            (["-x"], .unknownFlag("-x", nearest: "-S")),
            (["/data", "--address"], .flagWithoutValue("--address")),
            (["/data", "--ftp"], .flagWithoutValue("--ftp")),
            (["version", "now"], .unexpectedArgument("now", command: "version")),
        ] as [([String], ConfigurationError)]
    )
    func unreadable(arguments: [String], expected: ConfigurationError) {
        #expect(throws: expected) { try load(arguments) }
        #expect(expected.exitCode == 2)
    }
}
