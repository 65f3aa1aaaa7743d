import Base
import HTTP
import S3API
import S3Service
import ServiceTestSupport
import Testing
import Topology

@testable import Engine

@Suite struct VersionIDTests {
    @Test func absentMeansNewest() throws { #expect(try VersionID(nil) == .newest) }
    @Test func nullIsTheVersionWithoutAnID() throws { #expect(try VersionID("null") == .named(.zero)) }

    @Test func aUUIDNamesItsVersion() throws {
        let text = "11111111-2222-4333-8444-555555555555"
        #expect(try VersionID(text).id?.description == text)
    }

    @Test(arguments: [
        "", "NULL", "1", "00000000-0000-0000-0000-000000000000", "x1111111-2222-4333-8444-555555555555",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: S3Error.self) { try VersionID(text) }
    }
}

@Suite struct RequestIDTests {
    private struct Fixed: Randomness {
        let value: UInt64
        func next() -> UInt64 { value }
    }

    @Test(arguments: [
        (UInt64(0), "0000000000000000"), (0xabc, "0000000000000ABC"), (.max, "FFFFFFFFFFFFFFFF"),
    ])
    func anIDHasSixteenUpperCaseDigits(value: UInt64, text: String) {
        #expect(RequestID(using: Fixed(value: value)).description == text)
    }
}

@Suite struct ListingTokenTests {
    @Test(arguments: ["a", "Ä/b c", "\u{1}"])
    func aTokenIsReadBack(name: String) throws {
        #expect(try ListingToken.name(ListingToken.token(name)) == name)
    }

    @Test(arguments: ["***", "YQ", "/w=="])
    func aTokenNobodyMadeIsRefused(token: String) {
        #expect(throws: S3Error.self) { try ListingToken.name(token) }
    }
}

@Suite struct StorageClassTests {
    @Test func theTwoClassesAreKnown() throws {
        #expect(try StorageClass(header: nil) == .standard)
        #expect(try StorageClass(header: "STANDARD") == .standard)
        #expect(try StorageClass(header: "REDUCED_REDUNDANCY") == .reducedRedundancy)
    }

    @Test(arguments: ["GLACIER", "standard", "STANDARD_IA"])
    func othersAreRefused(text: String) {
        #expect(throws: S3Error(.invalidStorageClass)) { try StorageClass(header: text) }
    }
}

@Suite struct UnbuiltFeaturesTests {
    @Test(arguments: [
        "x-amz-server-side-encryption: AES256", "x-amz-server-side-encryption-customer-algorithm: AES256",
        "x-amz-server-side-encryption-aws-kms-key-id: k", "x-amz-write-offset-bytes: 1",
        "x-amz-copy-source-server-side-encryption-customer-key: k",
    ])
    func aWriteThatAsksForMoreIsRefused(field: String) throws {
        let request = try request("PUT", "/b/k", [field])
        #expect { try UnbuiltFeatures.refuse(inWrite: request) } throws: { error in
            (error as? S3Error)?.code == .notImplemented
        }
    }

    @Test(arguments: [
        "x-amz-acl: private", "x-amz-acl: bucket-owner-full-control", "x-amz-acl: bucket-owner-read",
        "x-amz-acl:",
        "x-amz-tagging: a=b", "x-amz-object-lock-legal-hold: ON", "x-amz-meta-server-side-encryption: x",
    ])
    func whatAsksForNothingMorePasses(field: String) throws {
        try UnbuiltFeatures.refuse(inWrite: request("PUT", "/b/k", [field]))
    }
}

@Suite struct WriteConditionsTests {
    private func version(_ etag: String) -> ObjectVersion {
        ObjectVersion(
            bucket: "b",
            key: "k",
            id: .zero,
            isDeleteMarker: false,
            modified: Timestamp(seconds: 1_000_000),
            size: 0,
            parts: [],
            metadata: [("etag", etag)],
            internalMetadata: [],
            dataDirectory: .zero,
            geometry: nil
        )
    }

    private func refusal(_ fields: [String], over current: ObjectVersion?) throws -> CommitRefusal? {
        let conditions = WriteConditions(of: try request("PUT", "/b/k", fields))
        var proposal: ObjectMetadata? = ObjectMetadata(user: [])
        do {
            try conditions.review(&proposal, over: current)
            return nil
        } catch {
            return error
        }
    }

    @Test func withoutConditionsThereIsNoGuard() throws {
        #expect(WriteConditions(of: try request("PUT", "/b/k")).guards.isEmpty)
        #expect(WriteConditions(of: try request("PUT", "/b/k", ["If-Match: x"])).guards.count == 1)
    }

    @Test(
        arguments: [
            ("If-None-Match: *", "abc", CommitRefusal.preconditionFailed),
            ("If-None-Match: *", nil, nil),
            ("If-None-Match: \"abc\"", "abc", .preconditionFailed),
            ("If-None-Match: \"abc\"", "def", nil),
            ("If-Match: \"abc\"", "abc", nil),
            ("If-Match: abc", "abc", nil),
            ("If-Match: \"def\", W/\"abc\"", "abc", nil),
            ("If-Match: \"abc\"", "def", .preconditionFailed),
            ("If-Match: \"abc\"", nil, .objectMissing),
            ("If-Match: *", nil, .objectMissing),
            ("If-Match: *", "abc", nil),
        ] as [(String, String?, CommitRefusal?)]
    )
    func conditionsAreAskedOfTheCurrentVersion(field: String, etag: String?, expected: CommitRefusal?) throws
    {
        #expect(try refusal([field], over: etag.map { version($0) }) == expected)
    }
}
