import Base
import S3API
import S3Service
import ServiceTestSupport
import Testing
import XLMeta

@testable import Engine
@testable import ObjectOperations

@Suite struct ObjectReadTests {
    private static let modified = Timestamp(seconds: 1_750_000_000)

    private func version(
        size: Int64,
        parts: [Int64] = [],
        etag: String = "e",
        metadata: [(name: String, value: String)] = [],
        checksums: [StoredChecksum] = [],
        isDeleteMarker: Bool = false
    ) -> ObjectVersion {
        ObjectVersion(
            bucket: "bucket",
            key: "key",
            id: .zero,
            isDeleteMarker: isDeleteMarker,
            modified: Self.modified,
            size: size,
            parts: parts.enumerated().map { index, size in
                // Numbers may leave gaps.
                ObjectVersion.Part(number: 2 * index + 1, storedSize: size, size: size)
            },
            metadata: metadata + [("etag", etag)],
            internalMetadata: checksums.isEmpty
                ? [] : [(InternalMetadataKey.checksum, StoredChecksum.encode(checksums))],
            dataDirectory: .zero,
            geometry: nil
        )
    }

    private func plan(
        _ fields: [String] = [],
        query: String = "",
        of version: ObjectVersion
    ) throws -> ObjectRead.Plan {
        let read = try ObjectRead(parsing: request("GET", "/bucket/key\(query)", fields))
        let settings = BucketSettings(
            versioning: .off,
            hasObjectLock: false,
            hasDefaultEncryption: false,
            hasQuota: false,
            hasReplication: false
        )
        return try read.plan(version, in: settings, now: Timestamp(seconds: 1_800_000_000))
    }

    private func code(_ fields: [String] = [], query: String = "", of version: ObjectVersion) -> S3Error.Code?
    {
        do {
            _ = try plan(fields, query: query, of: version)
            return nil
        } catch {
            return (error as? S3Error)?.code
        }
    }

    @Test(arguments: [0, 1, Int64(5) << 40])
    func withoutARangeTheWholeObjectIsAnswered(size: Int64) throws {
        let plan = try plan(of: version(size: size))
        #expect(plan.status == 200)
        #expect(plan.range == 0..<size)
        #expect(plan["Content-Range"] == nil)
        #expect(plan["ETag"] == "\"e\"")
        #expect(plan["Last-Modified"] == "Sun, 15 Jun 2025 15:06:40 GMT")
        #expect(plan["Content-Type"] == "binary/octet-stream")
    }

    @Test(
        arguments: [
            ("bytes=0-0", 0..<1, "bytes 0-0/10"), ("bytes=0-9", 0..<10, "bytes 0-9/10"),
            ("bytes=0-", 0..<10, "bytes 0-9/10"), ("bytes=9-9", 9..<10, "bytes 9-9/10"),
            ("bytes=9-", 9..<10, "bytes 9-9/10"), ("bytes=8-10", 8..<10, "bytes 8-9/10"),
            ("bytes=-1", 9..<10, "bytes 9-9/10"), ("bytes=-10", 0..<10, "bytes 0-9/10"),
            ("bytes=-11", 0..<10, "bytes 0-9/10"),
        ] as [(String, Range<Int64>, String)]
    )
    func aRangeIsAnswered(text: String, range: Range<Int64>, contentRange: String) throws {
        let plan = try plan(["Range: \(text)"], of: version(size: 10))
        #expect(plan.status == 206)
        #expect(plan.range == range)
        #expect(plan["Content-Range"] == contentRange)
    }

    @Test(arguments: [
        ("bytes=10-", 10), ("bytes=10-11", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0),
    ])
    func aRangeThatHoldsNothingIsRefused(text: String, size: Int64) {
        #expect(code(["Range: \(text)"], of: version(size: size)) == .invalidRange)
    }

    @Test(arguments: ["bytes", "bytes=", "bytes=a-b", "bytes=2-1", "items=0-1", "bytes=0-1,3-4"])
    func whatIsNoSingleRangeIsIgnored(text: String) throws {
        let plan = try plan(["Range: \(text)"], of: version(size: 10))
        #expect(plan.status == 200)
        #expect(plan.range == 0..<10)
    }

    @Test(
        arguments: [
            ("\"e\"", 206), ("\"f\"", 200), ("Sun, 15 Jun 2025 15:06:40 GMT", 206),
            ("Sun, 15 Jun 2025 15:06:39 GMT", 200), ("Sun, 15 Jun 2025 15:06:41 GMT", 200),
        ]
    )
    func aRangeOfAnotherVersionIsNotAnswered(validator: String, status: Int) throws {
        let plan = try plan(["Range: bytes=0-0", "If-Range: \(validator)"], of: version(size: 10))
        #expect(plan.status == status)
        #expect(plan.range == (status == 206 ? 0..<1 : 0..<10))
    }

    @Test(
        arguments: [
            (1, 0..<5, "bytes 0-4/12"), (3, 5..<12, "bytes 5-11/12"), (5, 12..<12, nil),
        ] as [(Int, Range<Int64>, String?)]
    )
    func aPartIsFoundByItsNumber(number: Int, range: Range<Int64>, contentRange: String?) throws {
        let version = version(size: 12, parts: [5, 7, 0], etag: "e-3")
        let plan = try plan(query: "?partNumber=\(number)", of: version)
        #expect(plan.range == range)
        #expect(plan.status == (contentRange == nil ? 200 : 206))
        #expect(plan["Content-Range"] == contentRange)
        #expect(plan["x-amz-mp-parts-count"] == "3")
    }

    @Test(arguments: [2, 4, 6, 10_000])
    func aPartThatIsNotThereIsRefused(number: Int) {
        let version = version(size: 12, parts: [5, 7, 0], etag: "e-3")
        #expect(code(query: "?partNumber=\(number)", of: version) == .invalidPartNumber)
    }

    @Test func anObjectInOnePieceIsItsOwnFirstPart() throws {
        let whole = try plan(query: "?partNumber=1", of: version(size: 10))
        #expect(whole.status == 206)
        #expect(whole["Content-Range"] == "bytes 0-9/10")
        #expect(whole["x-amz-mp-parts-count"] == nil)
        let empty = try plan(query: "?partNumber=1", of: version(size: 0))
        #expect(empty.status == 200)
        #expect(empty.range == 0..<0)
        #expect(code(query: "?partNumber=2", of: version(size: 10)) == .invalidPartNumber)
    }

    @Test(
        arguments: [
            ("If-Match: \"e\"", nil), ("If-Match: *", nil), ("If-Match: \"f\"", .preconditionFailed),
            ("If-Unmodified-Since: Sun, 15 Jun 2025 15:06:40 GMT", nil),
            ("If-Unmodified-Since: Sun, 15 Jun 2025 15:06:39 GMT", .preconditionFailed),
        ] as [(String, S3Error.Code?)]
    )
    func aConditionThatFailsIsAnErrorWhateverTheRange(field: String, expected: S3Error.Code?) {
        #expect(code([field], of: version(size: 10)) == expected)
        #expect(code([field, "Range: bytes=10-"], of: version(size: 10)) == expected ?? .invalidRange)
    }

    @Test(arguments: ["If-None-Match: \"e\"", "If-Modified-Since: Sun, 15 Jun 2025 15:06:40 GMT"])
    func whatIsNotModifiedHasNoBodyButItsValidators(field: String) throws {
        let version = version(
            size: 10,
            metadata: [("cache-control", "no-cache"), ("content-type", "text/plain")]
        )
        let plan = try plan([field, "Range: bytes=0-0"], of: version)
        #expect(plan.status == 304)
        #expect(plan.range == nil)
        #expect(plan["ETag"] == "\"e\"")
        #expect(plan["Cache-Control"] == "no-cache")
        #expect(plan["Content-Type"] == nil)
    }

    @Test func aDeleteMarkerIsNoObject() {
        let marker = version(size: 0, isDeleteMarker: true)
        #expect(code(of: marker) == .noSuchKey)
        #expect(code(query: "?versionId=null", of: marker) == .methodNotAllowed)
        // Nothing of it is compared with conditions.
        #expect(code(["If-None-Match: *"], of: marker) == .noSuchKey)
    }

    @Test func overridesReplaceStoredHeaders() throws {
        let plan = try plan(
            query: "?response-content-type=text%2Fhtml&response-cache-control=",
            of: version(size: 1, metadata: [("content-type", "text/plain"), ("cache-control", "no-cache")])
        )
        #expect(plan["Content-Type"] == "text/html")
        #expect(plan["Cache-Control"] == "no-cache")
    }

    @Test func aChecksumIsToldOfTheWholeOnlyAndOnlyWhenAskedFor() throws {
        let version = version(size: 10, checksums: [StoredChecksum(.crc32, value: [0, 0, 0, 1])])
        let enabled = "x-amz-checksum-mode: ENABLED"
        #expect(try plan(of: version)["x-amz-checksum-crc32"] == nil)
        #expect(try plan([enabled], of: version)["x-amz-checksum-crc32"] == "AAAAAQ==")
        #expect(try plan([enabled], of: version)["x-amz-checksum-type"] == "FULL_OBJECT")
        #expect(try plan([enabled, "Range: bytes=0-9"], of: version)["x-amz-checksum-crc32"] == nil)
    }

    @Test func aPartHasTheChecksumItWasStoredWith() throws {
        let stored = StoredChecksum(
            .crc32,
            value: [0, 0, 0, 9],
            partCount: 2,
            partValues: [[0, 0, 0, 1], [0, 0, 0, 2]]
        )
        let version = version(size: 12, parts: [5, 7], etag: "e-2", checksums: [stored])
        let enabled = "x-amz-checksum-mode: ENABLED"
        let second = "?partNumber=3"
        #expect(try plan([enabled], query: second, of: version)["x-amz-checksum-crc32"] == "AAAAAg==")
        #expect(try plan(query: second, of: version)["x-amz-checksum-crc32"] == nil)
        #expect(try plan([enabled], of: version)["x-amz-checksum-crc32"] == "AAAACQ==-2")
    }
}

extension ObjectRead.Plan {
    /// The first value of a header.
    fileprivate subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
