import Base
import Lifecycle
import S3API
import Testing

/// Noon of a day in June 2026.
private func noon(_ day: Int64) -> Timestamp { Timestamp(seconds: (20_604 + day) * 86_400 + 43_200) }
private func midnight(_ day: Int64) -> Timestamp { Timestamp(seconds: (20_604 + day) * 86_400) }

private func object(
    _ day: Int64,
    size: Int64 = 10,
    tags: [(String, String)]? = [],
    isHeld: Bool = false
) -> VersionFacts {
    VersionFacts(
        modified: noon(day),
        size: size,
        tags: tags?.map { Tagging.Tag($0.0, $0.1) },
        isHeld: isHeld
    )
}

private func marker(_ day: Int64, isHeld: Bool = false) -> VersionFacts {
    VersionFacts(isDeleteMarker: true, modified: noon(day), isHeld: isHeld)
}

/// A rule as clients write it, what is there from the newest to the oldest, and what becomes of it: `-` stays, `x`
/// expires, `!` is removed for good.
struct HistoryRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rules: [String]
    var key = "logs/a"
    let versions: [VersionFacts]
    var keepsVersions = true
    let now: Timestamp
    let fate: String

    init(
        _ description: String,
        _ rule: String,
        and other: String? = nil,
        key: String = "logs/a",
        _ versions: [VersionFacts],
        keepsVersions: Bool = true,
        at now: Timestamp,
        _ fate: String
    ) {
        (testDescription, rules, self.key) = (description, [rule] + (other.map { [$0] } ?? []), key)
        (self.versions, self.keepsVersions, self.now, self.fate) = (versions, keepsVersions, now, fate)
    }
}

private let everything = "<Filter/>"
private func days(_ count: Int) -> String { "<Expiration><Days>\(count)</Days></Expiration>" }
private func noncurrent(_ inside: String) -> String {
    "<NoncurrentVersionExpiration>\(inside)</NoncurrentVersionExpiration>"
}
private let expiredMarkers =
    "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"

private let rows: [HistoryRow] = [
    HistoryRow(
        "the last moment before",
        everything + days(1),
        [object(1)],
        at: Timestamp(nanoseconds: midnight(3).nanoseconds - 1),
        "-"
    ),
    HistoryRow("the midnight itself", everything + days(1), [object(1)], at: midnight(3), "x"),
    HistoryRow(
        "another prefix",
        "<Filter><Prefix>logs/b</Prefix></Filter>" + days(1),
        [object(1)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "its prefix",
        "<Filter><Prefix>logs/</Prefix></Filter>" + days(1),
        [object(1)],
        at: noon(9),
        "x"
    ),
    HistoryRow("an old rule's prefix", "<Prefix>logs/</Prefix>" + days(1), [object(1)], at: noon(9), "x"),
    HistoryRow(
        "prefixes are bytes: é composed and not",
        "<Prefix>e\u{301}</Prefix>" + days(1),
        key: "\u{e9}",
        [object(1)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "a date to come",
        everything + "<Expiration><Date>2026-06-10T00:00:00Z</Date></Expiration>",
        [object(1)],
        at: Timestamp(nanoseconds: 1_781_049_600_000_000_000 - 1),
        "-"
    ),
    HistoryRow(
        "a date that is now",
        everything + "<Expiration><Date>2026-06-10T00:00:00Z</Date></Expiration>",
        [object(1)],
        at: Timestamp(seconds: 1_781_049_600),
        "x"
    ),
    HistoryRow(
        "a rule out of force",
        "<Filter/><Status>Disabled</Status>" + days(1),
        [object(1)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "without its tag",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>" + days(1),
        [object(1, tags: [("k", "w")])],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "with its tag and others",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>" + days(1),
        [object(1, tags: [("a", "b"), ("k", "v")])],
        at: noon(9),
        "x"
    ),
    HistoryRow(
        "tags that nobody can read",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>" + days(1),
        [object(1, tags: nil)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "tags that nobody can read and nobody asks for",
        everything + days(1),
        [object(1, tags: nil)],
        at: noon(9),
        "x"
    ),
    HistoryRow(
        "one of two tags",
        "<Filter><And><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key><Value/></Tag></And></Filter>"
            + days(1),
        [object(1, tags: [("k", "v")])],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "exactly the size to exceed",
        "<Filter><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></Filter>" + days(1),
        [object(1, size: 10)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "one byte more",
        "<Filter><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></Filter>" + days(1),
        [object(1, size: 11)],
        at: noon(9),
        "x"
    ),
    HistoryRow(
        "exactly the size to stay below",
        "<Filter><ObjectSizeLessThan>10</ObjectSizeLessThan></Filter>" + days(1),
        [object(1, size: 10)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "one byte less",
        "<Filter><ObjectSizeLessThan>10</ObjectSizeLessThan></Filter>" + days(1),
        [object(1, size: 9)],
        at: noon(9),
        "x"
    ),
    HistoryRow(
        "larger than nothing, and empty",
        "<Filter><ObjectSizeGreaterThan>0</ObjectSizeGreaterThan></Filter>" + days(1),
        [object(1, size: 0)],
        at: noon(9),
        "-"
    ),
    HistoryRow("the newest is a marker", everything + days(1), [marker(2), object(1)], at: noon(20), "--"),
    HistoryRow(
        "only the newest is expired by Expiration",
        everything + days(1),
        [object(2), object(1)],
        at: noon(20),
        "x-"
    ),
    HistoryRow(
        "held, and hidden by a marker",
        everything + days(1),
        [object(1, isHeld: true)],
        at: noon(20),
        "x"
    ),
    HistoryRow(
        "held where nothing is kept",
        everything + days(1),
        [object(1, isHeld: true)],
        keepsVersions: false,
        at: noon(20),
        "-"
    ),
    HistoryRow(
        "days count from the successor",
        everything + noncurrent("<NoncurrentDays>2</NoncurrentDays>"),
        [object(10), object(1)],
        at: Timestamp(nanoseconds: midnight(13).nanoseconds - 1),
        "--"
    ),
    HistoryRow(
        "days since the successor are over",
        everything + noncurrent("<NoncurrentDays>2</NoncurrentDays>"),
        [object(10), object(1)],
        at: midnight(13),
        "-!"
    ),
    HistoryRow(
        "below a marker",
        everything + noncurrent("<NoncurrentDays>2</NoncurrentDays>"),
        [marker(10), object(1)],
        at: midnight(13),
        "-!"
    ),
    HistoryRow(
        "a noncurrent marker",
        everything + noncurrent("<NoncurrentDays>2</NoncurrentDays>"),
        [object(10), marker(1)],
        at: midnight(13),
        "-!"
    ),
    HistoryRow(
        "a held noncurrent version",
        everything + noncurrent("<NoncurrentDays>2</NoncurrentDays>"),
        [object(10), object(1, isHeld: true), object(0)],
        at: midnight(13),
        "--!"
    ),
    HistoryRow(
        "the newest is never noncurrent",
        everything + noncurrent("<NoncurrentDays>1</NoncurrentDays>"),
        [object(1)],
        at: noon(20),
        "-"
    ),
    HistoryRow(
        "the newer ones stay",
        everything
            + noncurrent(
                "<NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>"
            ),
        [object(5), object(4), object(3), object(2), object(1)],
        at: noon(20),
        "---!!"
    ),
    HistoryRow(
        "the newer ones stay without days",
        everything + noncurrent("<NewerNoncurrentVersions>1</NewerNoncurrentVersions>"),
        [object(5), object(4), object(3)],
        at: noon(5),
        "--!"
    ),
    HistoryRow(
        "markers are not among those that stay",
        everything
            + noncurrent(
                "<NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
            ),
        [object(5), marker(4), object(3), object(2)],
        at: noon(20),
        "---!"
    ),
    HistoryRow(
        "enough versions and too few days",
        everything
            + noncurrent(
                "<NoncurrentDays>9</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
            ),
        [object(5), object(4), object(3)],
        at: noon(6),
        "---"
    ),
    HistoryRow("a marker that hides nothing", everything + expiredMarkers, [marker(1)], at: noon(1), "!"),
    HistoryRow(
        "a marker that hides something",
        everything + expiredMarkers,
        [marker(2), object(1)],
        at: noon(20),
        "--"
    ),
    HistoryRow("an object is no marker", everything + expiredMarkers, [object(1)], at: noon(20), "-"),
    HistoryRow(
        "markers are to stay",
        everything + "<Expiration><ExpiredObjectDeleteMarker>false</ExpiredObjectDeleteMarker></Expiration>",
        [marker(1)],
        at: noon(20),
        "-"
    ),
    HistoryRow(
        "a marker that hides nothing, days long",
        everything + days(1),
        [marker(1)],
        at: midnight(3),
        "!"
    ),
    HistoryRow(
        "a marker that hides nothing, not long enough",
        everything + days(1),
        [marker(1)],
        at: noon(2),
        "-"
    ),
    HistoryRow(
        "a marker has no tags",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>" + days(1),
        [marker(1)],
        at: noon(9),
        "-"
    ),
    HistoryRow(
        "any rule may be the one",
        "<Filter><Prefix>x</Prefix></Filter>" + days(1),
        and: everything + days(3),
        [object(1)],
        at: noon(9),
        "x"
    ),
    HistoryRow(
        "two kinds of rule on one key",
        everything + days(1),
        and: everything + noncurrent("<NoncurrentDays>1</NoncurrentDays>"),
        [object(5), object(4)],
        at: noon(20),
        "x!"
    ),
    HistoryRow("nothing is there", everything + days(1), [], at: noon(9), ""),
]

private func lifecycle(_ rules: [String]) throws -> Lifecycle {
    var number = 0
    let text = rules.map { rule in
        number += 1
        let status = rule.contains("<Status>") ? "" : "<Status>Enabled</Status>"
        return "<Rule><ID>rule\(number)</ID>\(status)\(rule)</Rule>"
    }.joined()
    let body = Array("<LifecycleConfiguration>\(text)</LifecycleConfiguration>".utf8)
    return Lifecycle(try LifecycleConfiguration(parsing: body) { "none" })
}

@Suite struct KeyHistoryTests {
    @Test(arguments: rows)
    func fates(row: HistoryRow) throws {
        var history = KeyHistory(
            try lifecycle(row.rules),
            key: row.key,
            keepsVersions: row.keepsVersions,
            day: .calendar,
            now: row.now
        )
        var fate = row.versions.map { version in
            switch history.visit(version) {
            case .expireNewest: "x"
            case .removeVersion: "!"
            case nil: "-"
            }
        }
        if case .removeVersion = history.finish() { fate = ["!"] }
        #expect(fate.joined() == row.fate)
    }

    @Test func theEarliestOfSeveralRulesIsTold() throws {
        let lifecycle = try lifecycle([everything + days(5), everything + days(2), everything + days(3)])
        let expiry = try #require(lifecycle.expiry(ofNewest: object(1), key: "k"))
        #expect(expiry.date == midnight(4))
        #expect(expiry.ruleID == "rule2")
        #expect(lifecycle.expiry(ofNewest: marker(1), key: "k") == nil)
    }

    @Test func uploadsAreAbortedByTheirPrefix() throws {
        let abort =
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
        let lifecycle = try lifecycle(["<Filter><Prefix>a/</Prefix></Filter>" + abort])
        #expect(lifecycle.abortion(ofUploadBegun: noon(1), key: "a/b")?.date == midnight(4))
        #expect(lifecycle.abortion(ofUploadBegun: noon(1), key: "b") == nil)
        #expect(lifecycle.prefixes.isEmpty)
        #expect(lifecycle.uploadPrefixes == ["a/"])
    }

    @Test func noKeyIsLookedThroughTwice() throws {
        let rules = ["b/", "a", "a/x", "c", "a", "b/c"].map {
            "<Filter><Prefix>\($0)</Prefix></Filter>" + days(1)
        }
        #expect(try lifecycle(rules).prefixes == ["a", "b/", "c"])
        #expect(try lifecycle(rules + [everything + days(1)]).prefixes == [""])
    }
}
