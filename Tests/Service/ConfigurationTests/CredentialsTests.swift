import Configuration
import Telemetry
import Testing

@Suite struct CredentialsTests {
    private func credentials(
        _ environment: [String: String],
        _ flags: [String] = [],
        files: [String: String] = [:]
    ) throws -> Credentials? {
        guard case .server(let settings) = try load(["/data"] + flags, environment, files: files) else {
            return nil
        }
        return settings.credentials
    }

    private let expected = Credentials(accessKey: "abc", secretKey: Secret("12345678"))

    @Test(
        "every spelling of the two names works",
        arguments: ["MARTLET_", "RUSTFS_", "MINIO_"],
        [("ACCESS_KEY", "SECRET_KEY"), ("ROOT_USER", "ROOT_PASSWORD")]
    )
    func spellings(prefix: String, names: (String, String)) throws {
        let (access, secret) = (prefix + names.0, prefix + names.1)
        #expect(try credentials([access: "abc", secret: "12345678"]) == expected)
        let files = ["/a": "abc\n", "/s": " 12345678 \r\n"]
        #expect(try credentials([access + "_FILE": "/a", secret + "_FILE": "/s"], files: files) == expected)
    }

    @Test func flagsWorkToo() throws {
        #expect(try credentials([:], ["--access-key", "abc", "--secret-key=12345678"]) == expected)
        let files = ["/a": "abc", "/s": "12345678"]
        #expect(
            try credentials([:], ["--access-key-file", "/a", "--secret-key-file", "/s"], files: files)
                == expected
        )
    }

    @Test func minIOsCurrentNamesBeatItsOldOnes() throws {
        let environment = [
            "MINIO_ROOT_USER": "abc", "MINIO_ROOT_PASSWORD": "12345678", "MINIO_ACCESS_KEY": "old",
            "MINIO_SECRET_KEY": "old-secret",
        ]
        #expect(try credentials(environment) == expected)
    }

    @Test func aRelativeFileIsADockerSecretFirst() throws {
        let environment = ["MINIO_ROOT_USER_FILE": "user", "MINIO_ROOT_PASSWORD_FILE": "password"]
        let files = ["/run/secrets/user": "abc", "user": "other", "password": "12345678"]
        #expect(try credentials(environment, files: files) == expected)
    }

    @Test func valueAndFileAtOnceAreAMistake() {
        let found = mistakes(["/data"], ["MARTLET_ACCESS_KEY_FILE": "/a"], files: ["/a": "abc"])
        #expect(found.contains(.valueAndFile("MARTLET_ACCESS_KEY", file: "MARTLET_ACCESS_KEY_FILE")))
        let flags = mistakes(["/data", "--secret-key", "12345678", "--secret-key-file", "/s"])
        #expect(flags.contains(.valueAndFile("--secret-key", file: "--secret-key-file")))
    }

    @Test func aMissingFileIsAMistakeThatSaysWhy() {
        let found = mistakes(["/data", "--secret-key-file", "/s"])
        #expect(
            found.first?.description
                == "--secret-key-file names the file /s, which cannot be read: No such file or directory"
        )
    }

    @Test(
        arguments: [
            (
                ["--access-key", "ab"],
                "--access-key is not valid; it must be at least 3 characters, without spaces and =/,"
            ),
            (
                ["--access-key", ""],
                "--access-key is not valid; it must be at least 3 characters, without spaces and =/,"
            ),
            (["--secret-key", "1234567"], "--secret-key is not valid; it must be at least 8 characters"),
        ]
    )
    func shortKeysAreRefused(flags: [String], text: String) {
        #expect(mistakes(["/data"] + flags).map(\.description) == [text])
    }

    @Test(arguments: ["a b", "a/b", "a,b", "a=b", "ab\n", "ab\u{7f}"])
    func anAccessKeyThatBreaksTheSignaturesHeaderIsRefused(key: String) {
        #expect(mistakes(["/data", "--access-key", key]).count == 1)
    }

    @Test func anEmptyKeyIsAMistakeAndNotNone() {
        #expect(!mistakes(["/data"], ["MARTLET_ACCESS_KEY": ""]).isEmpty)
    }

    @Test(arguments: [("ACCESS_KEY", "abc", "SECRET_KEY"), ("SECRET_KEY", "12345678", "ACCESS_KEY")])
    func halfOfAPairIsAMistake(name: String, value: String, missing: String) {
        let expected = SettingMistake.halfOfCredentials(
            source: .environment("RUSTFS_" + name),
            missing: missing
        )
        #expect(throws: ConfigurationError.settings([expected])) {
            try load(["/data"], ["RUSTFS_" + name: value])
        }
    }

    @Test(
        "without keys only loopback is served",
        arguments: [
            (["--address", "127.0.0.1:9000"], nil), (["--address", "localhost:9000"], nil),
            (["--address", "[::1]:9000"], nil), (["--address", "127.3.2.1:9000"], nil), ([], ":9000"),
            (["--address", "0.0.0.0:9000"], "0.0.0.0:9000"),
            (["--address", "127.evil.example:9000"], "127.evil.example:9000"),
            (["--address", "127.0.0.1:9000", "--console-address", ":9001"], ":9001"),
        ]
    )
    func withoutKeys(flags: [String], open: String?) throws {
        guard let open else {
            guard case .server(let settings) = try load(["/data"] + flags) else { return }
            #expect(settings.credentials == .published)
            #expect(settings.warnings.count == 1)
            return
        }
        let error = #expect(throws: ConfigurationError.self) { try load(["/data"] + flags) }
        #expect(
            error?.description.hasPrefix(
                "no credentials: \(open) is open to others, so set MARTLET_ACCESS_KEY"
            ) == true
        )
    }

    @Test(arguments: ["rustfsadmin", "minioadmin"])
    func publishedKeysAreWarnedOf(key: String) throws {
        let settings = try settings(["/data"], ["MARTLET_ACCESS_KEY": key, "MARTLET_SECRET_KEY": key])
        #expect(settings.credentials.accessKey == key)
        #expect(settings.warnings.count == 1)
    }
}
