import Testing

@testable import martlet_bench

@Suite struct OptionsTests {
    @Test func withoutArgumentsTheDefaultsHold() throws {
        let options = try options()
        #expect(options.endpoint.description == "http://127.0.0.1:9000")
        #expect(options.accessKey == "rustfsadmin" && options.secretKey == "rustfsadmin")
        #expect(options.bucket == "martlet-bench" && options.region == "us-east-1")
        #expect(options.operations == [.put, .get])
        #expect(options.sizes == [4096, 1_048_576])
        #expect(options.clientCount == 16 && options.limit == .seconds(5) && options.keyCount == nil)
        #expect(options.payload == .unsigned && options.serverPID == nil)
        #expect(!options.allowRemote && !options.printsJSON && !options.keepsObjects)
    }

    @Test func countsOfUsersAreReadInPairs() throws {
        #expect(try options().userCounts == nil)
        #expect(try options("--users", "10,10000").userCounts == UserCounts(few: 10, many: 10_000))
        #expect(try options("--users=1,2").userCounts == UserCounts(few: 1, many: 2))
        #expect(try options("--users=99999,100000").userCounts == UserCounts(few: 99_999, many: 100_000))
    }

    @Test(arguments: ["", "10", "10,", ",10", "0,10", "10,10", "20,10", "1,2,3", "1,100001", "-1,10", "a,b"])
    func otherCountsOfUsersAreRefused(text: String) {
        #expect(throws: BenchError.self) { try options("--users", text) }
    }

    @Test func aCountOfVersionsIsReadAndGoesWithNoUsers() throws {
        #expect(try options().versionCount == nil)
        #expect(try options("--versions", "1").versionCount == 1)
        #expect(try options("--versions=100000").versionCount == 100_000)
        for text in ["", "0", "-1", "100001", "1,2", "a"] {
            #expect(throws: BenchError.self) { try options("--versions", text) }
        }
        #expect(throws: BenchError.conflict("--users", "--versions")) {
            try options("--versions", "5", "--users", "1,2")
        }
    }

    @Test func aCountOfKeysToListIsRead() throws {
        #expect(try options().listedKeyCount == nil)
        #expect(try options("--list", "100000").listedKeyCount == 100_000)
        #expect(throws: BenchError.conflict("--users", "--list")) {
            try options("--list=5", "--users=1,2")
        }
        #expect(throws: BenchError.self) { try options("--list", "0") }
    }

    @Test func everyOptionIsRead() throws {
        let options = try options(
            "--endpoint",
            "http://localhost:1234/",
            "--allow-remote",
            "--access-key=K",
            "--secret-key",
            "S=/,",
            "--region=eu",
            "--bucket",
            "abc",
            "--get",
            "--sizes=0,1KiB,7",
            "--clients",
            "3",
            "--operations=9",
            "--keys",
            "5",
            "--payload",
            "hashed",
            "--pid=77",
            "--json",
            "--keep"
        )
        #expect(options.endpoint.authority == "localhost:1234")
        #expect(options.accessKey == "K" && options.secretKey == "S=/,")
        #expect(options.bucket == "abc" && options.region == "eu")
        #expect(options.operations == [.get])
        #expect(options.sizes == [0, 1024, 7])
        #expect(options.clientCount == 3 && options.limit == .operations(9) && options.keyCount == 5)
        #expect(options.payload == .hashed && options.serverPID == 77)
        #expect(options.allowRemote && options.printsJSON && options.keepsObjects)
    }

    @Test(arguments: [
        (["--put"], [Operation.put]), (["--get"], [.get]), (["--get", "--put"], [.put, .get]),
        (["--both"], [.put, .get]), (["--get", "--both"], [.put, .get]),
    ])
    func writingComesBeforeReading(arguments: [String], expected: [Operation]) throws {
        #expect(try options(arguments).operations == expected)
    }

    @Test func theUsualVariablesGiveTheKeysAndTheCommandLineBeatsThem() throws {
        let environment = ["AWS_ACCESS_KEY_ID": "K1", "AWS_SECRET_ACCESS_KEY": "S1"]
        let parsed = try Options.parse(["--access-key", "K2"]) { environment[$0] }
        guard case .run(let options) = parsed else { throw Unexpected() }
        #expect(options.accessKey == "K2" && options.secretKey == "S1")
    }

    @Test(arguments: [["--help"], ["-h"], ["--nonsense", "--help"]])
    func helpIsGivenWhateverElseIsAsked(arguments: [String]) throws {
        #expect(try Options.parse(arguments) { _ in nil } == .help)
    }

    @Test(arguments: [
        "--endpoint", "--allow-remote", "--access-key", "--secret-key", "--region", "--bucket", "--put",
        "--get",
        "--both", "--sizes", "--clients", "--seconds", "--operations", "--keys", "--payload", "--keep",
        "--pid",
        "--json", "--help",
    ])
    func theHelpTextNamesEveryOption(option: String) {
        #expect(helpText.contains(option))
    }

    @Test(arguments: ["--unknown", "--unknown=3", "word", "", "-x", "--put=yes", "--json=1", "--Clients"])
    func whatIsNoOptionIsRefused(argument: String) {
        #expect(throws: BenchError.unknownArgument(argument)) { try options(argument) }
    }

    @Test(arguments: ["--endpoint", "--clients", "--secret-key"])
    func aValueThatIsMissingIsNamed(option: String) {
        #expect(throws: BenchError.valueMissing(option: option)) { try options("--put", option) }
    }

    @Test func timeAndCountExcludeEachOther() {
        #expect(throws: BenchError.conflict("--seconds", "--operations")) {
            try options("--operations", "5", "--seconds", "5")
        }
    }

    @Test(arguments: [
        ("--endpoint", "ftp://x"), ("--access-key", "a,b"), ("--access-key", ""), ("--secret-key", ""),
        ("--region", "a/b"), ("--bucket", "ab"), ("--bucket", "UPPER"), ("--bucket", "a/b"),
        ("--bucket", "..."),
        ("--bucket", String(repeating: "a", count: 64)), ("--sizes", ""), ("--sizes", "1,"),
        ("--sizes", "1KB"),
        ("--sizes", "4096,4KiB"), ("--clients", "0"), ("--clients", "4097"), ("--clients", "-1"),
        ("--clients", "+1"), ("--clients", ""), ("--clients", "1x"), ("--seconds", "0"),
        ("--seconds", "86401"),
        ("--operations", "0"), ("--operations", "99999999999999999999"), ("--keys", "0"),
        ("--payload", "none"),
        ("--pid", "0"), ("--pid", "2147483648"),
    ])
    func aBadValueIsRefusedAndNamed(option: String, value: String) {
        let error = #expect(throws: BenchError.self) { try options(option, value) }
        guard case .badValue(option, value, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isUsage == true)
    }

    @Test(arguments: [
        ("--clients", "1"), ("--clients", "4096"), ("--seconds", "86400"), ("--pid", "2147483647"),
    ])
    func theEndsOfARangeAreInIt(option: String, value: String) throws {
        _ = try options(option, value)
    }

    private struct Unexpected: Error {}

    @discardableResult
    private func options(_ arguments: String...) throws -> Options { try options(arguments) }

    private func options(_ arguments: [String]) throws -> Options {
        guard case .run(let options) = try Options.parse(arguments, environment: { _ in nil }) else {
            throw Unexpected()
        }
        return options
    }
}
