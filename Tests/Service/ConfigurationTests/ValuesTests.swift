import Base
import Testing

@testable import Configuration

@Suite struct ValuesTests {
    @Test(
        arguments: [
            (":9000", nil, 9000), (":0", nil, 0), (":65535", nil, 65535), ("0.0.0.0:80", "0.0.0.0", 80),
            ("[::]:80", "::", 80), ("[fe80::1]:80", "fe80::1", 80), ("LocalHost:80", "localhost", 80),
            ("node_1.internal:80", "node_1.internal", 80),
        ] as [(String, String?, UInt16)]
    )
    func addresses(text: String, host: String?, port: UInt16) throws {
        #expect(try ListenAddress(parsing: text) == ListenAddress(host: host, port: port))
    }

    @Test(arguments: [
        "", "9000", ":", ":65536", ":-1", ":+1", ": 9000", "a b:1", "::1:9000", "[::1]", "[]:1", "[x]:1",
        "http://a:1",
        "-a:1", "a..b:1", ":９",
    ])
    func otherAddressesAreRefused(text: String) {
        #expect(throws: InvalidValue.self) { try ListenAddress(parsing: text) }
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("1B", 1), ("512 KB", 512_000), ("512KiB", 524_288), ("128kib", 131_072),
            ("1.5MiB", 1_572_864), ("1k", 1000), ("1Ki", 1024), ("2 GB", 2_000_000_000), ("1TiB", 1 << 40),
            ("0.5B", 0), ("9999999TiB", nil), ("", nil), ("KB", nil), ("-1", nil), ("1 XB", nil),
            ("1.KB", nil), (".5KB", nil),
            ("1e3", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)]
    )
    func sizes(text: String, size: Int?) {
        #expect((try? ValueParsing.size(text)) == size)
    }

    @Test(
        arguments: [
            ("0", .zero), ("75", .seconds(75)), ("30s", .seconds(30)), ("5m", .seconds(300)),
            ("1h30m", .seconds(5400)),
            ("1h0m1.5s", .milliseconds(3_601_500)), ("100ms", .milliseconds(100)), ("7d", .seconds(604_800)),
            ("1us", .microseconds(1)), ("1µs", .microseconds(1)), ("1ns", .nanoseconds(1)),
            ("0.25", .milliseconds(250)),
            ("", nil), ("s", nil), ("5", .seconds(5)), ("5 m", nil), ("-5s", nil), ("5m3", nil), ("1y", nil),
            ("999999999d", nil), ("100000d100000d", nil),
        ] as [(String, Duration?)]
    )
    func durations(text: String, duration: Duration?) {
        #expect((try? ValueParsing.duration(text)) == duration)
    }

    @Test(
        arguments: [
            ("EC:0", 0), ("ec:2", 2), ("EC:16", 16), ("EC:17", nil), ("EC:", nil), ("2", nil), ("EC:+2", nil),
            ("EC:-1", nil), ("", nil),
        ] as [(String, Int?)]
    )
    func parities(text: String, parity: Int?) {
        #expect((try? ValueParsing.parity(text)) == parity)
    }

    @Test(
        arguments: [
            ("on", true), ("TRUE", true), ("1", true), ("yes", true), ("off", false), ("false", false),
            ("0", false),
            ("No", false), ("maybe", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func booleans(text: String, value: Bool?) {
        #expect((try? ValueParsing.boolean(text)) == value)
    }

    @Test(
        arguments: [
            ("a.example", ["a.example"]),
            ("A.example, b.example:9000,a.example", ["a.example", "b.example"]),
            ("", []), ("10.0.0.1", nil), ("*.example", nil), (".example", nil), ("a.example:x", nil),
            ("http://a", nil),
        ] as [(String, [String]?)]
    )
    func domains(text: String, domains: [String]?) {
        #expect((try? ValueParsing.domains(text)) == domains)
    }

    @Test(
        arguments: [("1", nil), ("2", 2), ("16", 16), ("32", 32), ("33", nil), ("x", nil)] as [(String, Int?)]
    )
    func setSizesAreTwoToThirtyTwo(text: String, count: Int?) throws {
        guard let count else {
            #expect(mistakes(["/data"], ["MARTLET_ERASURE_SET_DRIVE_COUNT": text]).count == 1)
            return
        }
        #expect(
            try settings(["/data"], ["MARTLET_ERASURE_SET_DRIVE_COUNT": text]).erasureSetDriveCount == count
        )
    }

    @Test(
        "the limits of limits",
        arguments: [
            ("MEMORY_BUDGET", "16MiB", true), ("MEMORY_BUDGET", "16777215", false),
            ("STORAGE_CLASS_INLINE_BLOCK", "1MiB", true), ("STORAGE_CLASS_INLINE_BLOCK", "1048577", false),
            ("CONNECTIONS_MAX", "1000000", true), ("CONNECTIONS_MAX", "1000001", false),
            ("IDLE_TIMEOUT", "1ns", true), ("IDLE_TIMEOUT", "0", false), ("SHUTDOWN_TIMEOUT", "0", true),
            ("LOG_LEVEL", "loud", false), ("LOG_FORMAT", "xml", false), ("REGION", "a", true),
            ("REGION", "a b", false),
        ]
    )
    func limits(name: String, value: String, isRight: Bool) throws {
        if isRight {
            _ = try settings(["/data"], ["MARTLET_" + name: value])
        } else {
            #expect(mistakes(["/data"], ["MARTLET_" + name: value]).count == 1)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func anyTextIsReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seeds = [
            "1h30m", "512 KB", "[::1]:9000", "EC:4", "a.example:1,b", "--address=:1 '/a b'",
            "export A=\"b\"\n#",
        ]
        var bytes = Array(seeds[Int(seed) % seeds.count].utf8)
        for _ in 0..<4 where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(UInt8.random(in: 0...127, using: &random), at: index)
            default: bytes.remove(at: index)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let variables = [
            "ADDRESS", "IDLE_TIMEOUT", "MEMORY_BUDGET", "STORAGE_CLASS_STANDARD", "SERVER_DOMAINS", "OPTS",
            "VOLUMES",
        ]
        for name in variables {
            var environment = keys.merging(["MARTLET_VOLUMES": "/data"]) { given, _ in given }
            environment["MARTLET_" + name] = text
            do throws(ConfigurationError) {
                guard case .server(let settings) = try load([], environment) else { continue }
                #expect(!settings.volumes.isEmpty)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        do throws(SettingMistake) {
            let entries = try EnvironmentFile.parse(text, path: "/c")
            #expect(entries.allSatisfy { !$0.name.contains("=") })
        } catch {
            #expect(
                error == .invalidLine(path: "/c", lineNumber: 1)
                    || error == .invalidLine(path: "/c", lineNumber: 2)
            )
        }
    }
}

@Suite struct EnvironmentFileTests {
    @Test func linesAreReadAsMinIOReadsThem() throws {
        let text =
            "# keys\r\nexport MINIO_ROOT_USER=\"abc\"\r\n\n  MINIO_ROOT_PASSWORD='a=b#c d' \nMINIO_REGION=\"x\nA=\"\n"
        let entries = try EnvironmentFile.parse(text, path: "/c")
        #expect(entries.map(\.name) == ["MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "MINIO_REGION", "A"])
        #expect(entries.map(\.value) == ["abc", "a=b#c d", "\"x", "\""])
    }

    @Test(arguments: [("A", 1), ("A=1\n=2", 2), ("A=1\n\nexport B", 3)])
    func anotherLineIsNamed(text: String, number: Int) {
        #expect(throws: SettingMistake.invalidLine(path: "/c", lineNumber: number)) {
            try EnvironmentFile.parse(text, path: "/c")
        }
    }

    @Test func aMissingFileIsAMistake() {
        #expect(
            mistakes(["/data"], ["MINIO_CONFIG_ENV_FILE": "/c"]) == [
                .unreadableFile(
                    source: .environment("MINIO_CONFIG_ENV_FILE"),
                    path: "/c",
                    reason: "No such file or directory"
                )
            ]
        )
    }

    @Test func itMayHoldTheVolumesAndTheKeys() throws {
        let file = "MINIO_VOLUMES=/a,/b\nMINIO_ROOT_USER=abc\nMINIO_ROOT_PASSWORD=12345678\nPATH=/bin\n"
        let command = try load([], ["MINIO_CONFIG_ENV_FILE": "/c"], files: ["/c": file])
        guard case .server(let settings) = command else { return }
        #expect(settings.volumes == ["/a", "/b"])
        #expect(settings.credentials.accessKey == "abc")
    }
}
