import Base
import Engine
import ObjectOperations
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import Testing
import XLMeta

/// What an object is stored as, and the bytes behind it.
private struct Stored: Sendable {
    let version: ObjectVersion
    let bytes: [UInt8]
}

/// A bucket `bucket` with an object `source`, on four simulated drives.
private struct Copying: Sendable {
    let engine: Engine

    func put(_ key: String, _ body: String, _ fields: [String] = []) async throws {
        _ = try await engine.perform(
            PutObject.self,
            request("PUT", "/bucket/\(key)", ["Content-Length: \(body.utf8.count)"] + fields),
            body: Array(body.utf8)
        )
    }

    @discardableResult
    func copy(
        _ source: String = "bucket/source",
        to target: String = "/bucket/target",
        _ fields: [String] = []
    ) async throws -> S3Response {
        try await engine.perform(
            CopyObject.self,
            request("PUT", target, ["x-amz-copy-source: \(source)"] + fields),
            now: engine.now
        )
    }

    /// Why a copy is refused; `nil` where it is made.
    func refusal(
        _ source: String = "bucket/source",
        to target: String = "/bucket/target",
        _ fields: [String] = []
    ) async -> S3Error.Code? {
        await error(source, to: target, fields)?.code
    }

    func error(
        _ source: String = "bucket/source",
        to target: String = "/bucket/target",
        _ fields: [String] = []
    ) async -> S3Error? {
        do {
            try await copy(source, to: target, fields)
            return nil
        } catch {
            return error as? S3Error
        }
    }

    func stored(_ key: String = "target") async throws -> Stored {
        let reader = try await engine.open(bucket: "bucket", key: key)
        defer { reader.close() }
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece.bytes }
        return Stored(version: reader.version, bytes: bytes)
    }
}

@Suite struct CopyObjectTests {
    private static let sourceFields = [
        "Content-Type: text/plain", "Cache-Control: no-cache", "x-amz-meta-colour: blue",
        "x-amz-storage-class: REDUCED_REDUNDANCY", "x-amz-website-redirect-location: /elsewhere",
    ]

    @discardableResult
    private func with<Answer: Sendable>(
        _ body: @escaping @Sendable (Copying) async throws -> Answer
    ) throws -> Answer {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        return try store.simulate(seed: 1) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            try await running.engine.makeBucket("bucket")
            let copying = Copying(engine: running.engine)
            try await copying.put("source", "the body", Self.sourceFields)
            let answer = try await body(copying)
            await running.close()
            return answer
        }
    }

    private func with(_ body: @escaping @Sendable (Copying) async -> S3Error.Code?) throws -> S3Error.Code? {
        try with { copying async throws -> S3Error.Code? in await body(copying) }
    }

    @Test func aCopyKeepsBodyAndHeadersButNotWhereItsSourceBelongs() throws {
        let (copy, source) = try with { copying in
            try await copying.copy()
            return (try await copying.stored(), try await copying.stored("source"))
        }
        #expect(copy.bytes == Array("the body".utf8))
        #expect(copy.version.etag == source.version.etag)
        #expect(copy.version.metadata("content-type") == "text/plain")
        #expect(copy.version.metadata("cache-control") == "no-cache")
        #expect(copy.version.metadata("x-amz-meta-colour") == "blue")
        #expect(copy.version.storageClassText == "STANDARD")
        #expect(copy.version.metadata(UserMetadataKey.websiteRedirectLocation) == nil)
        #expect(source.version.storageClassText == "REDUCED_REDUNDANCY")
        #expect(source.version.metadata(UserMetadataKey.websiteRedirectLocation) == "/elsewhere")
    }

    @Test func aCopyGetsTheClassAndTheRedirectItIsAskedFor() throws {
        let copy = try with { copying in
            try await copying.copy(
                to: "/bucket/target",
                ["x-amz-storage-class: REDUCED_REDUNDANCY", "x-amz-website-redirect-location: /new"]
            )
            return try await copying.stored()
        }
        #expect(copy.version.storageClassText == "REDUCED_REDUNDANCY")
        #expect(copy.version.metadata(UserMetadataKey.websiteRedirectLocation) == "/new")
        #expect(copy.version.metadata("x-amz-meta-colour") == "blue")
    }

    @Test func replacedMetadataIsAllThereIs() throws {
        let copy = try with { copying in
            try await copying.copy(
                to: "/bucket/target",
                ["x-amz-metadata-directive: REPLACE", "Content-Type: text/html", "x-amz-meta-shape: round"]
            )
            return try await copying.stored()
        }
        #expect(copy.bytes == Array("the body".utf8))
        #expect(copy.version.metadata("content-type") == "text/html")
        #expect(copy.version.metadata("x-amz-meta-shape") == "round")
        #expect(copy.version.metadata("x-amz-meta-colour") == nil)
        #expect(copy.version.metadata("cache-control") == nil)
    }

    @Test func withoutADirectiveHeadersOfTheRequestChangeNothing() throws {
        let copy = try with { copying in
            try await copying.copy(
                to: "/bucket/target",
                ["Content-Type: text/html", "x-amz-meta-shape: round"]
            )
            return try await copying.stored()
        }
        #expect(copy.version.metadata("content-type") == "text/plain")
        #expect(copy.version.metadata("x-amz-meta-shape") == nil)
    }

    @Test(
        arguments: [
            ([], .invalidRequest), (["x-amz-metadata-directive: COPY"], .invalidRequest),
            (["x-amz-storage-class;"], .invalidRequest),
            (["x-amz-website-redirect-location;"], .invalidRequest),
            (["x-amz-metadata-directive: REPLACE"], nil), (["x-amz-storage-class: STANDARD"], nil),
            (["x-amz-website-redirect-location: /new"], nil),
        ] as [([String], S3Error.Code?)]
    )
    func aCopyOntoItselfHasToChangeSomething(fields: [String], expected: S3Error.Code?) throws {
        // A field that ends in a semicolon stands for one without a value.
        let fields = fields.map { $0.hasSuffix(";") ? $0.dropLast() + ":" : $0 }
        let (refusal, stored) = try with { copying in
            let refusal = await copying.refusal(to: "/bucket/source", fields)
            return (refusal, try await copying.stored("source"))
        }
        #expect(refusal == expected)
        #expect(stored.bytes == Array("the body".utf8))
        #expect(stored.version.storageClassText == (expected == nil ? "STANDARD" : "REDUCED_REDUNDANCY"))
    }

    /// By the null version it names a version, which may be an older one.
    @Test func aNamedVersionMayBeCopiedOntoItsKey() throws {
        #expect(try with { await $0.refusal("bucket/source?versionId=null", to: "/bucket/source") } == nil)
    }

    @Test(
        arguments: [
            ("bucket/source", "/missing/target", .noSuchBucket),
            ("missing/source", "/bucket/target", .noSuchBucket),
            ("bucket/missing", "/bucket/target", .noSuchKey),
            ("bucket/missing", "/bucket/missing", .invalidRequest),
            (
                "bucket/source?versionId=11111111-2222-4333-8444-555555555555", "/bucket/target",
                .noSuchVersion
            ),
        ] as [(String, String, S3Error.Code)]
    )
    func whatIsMissingIsNamed(source: String, target: String, code: S3Error.Code) throws {
        #expect(try with { await $0.refusal(source, to: target) } == code)
    }

    @Test(
        arguments: [
            ("x-amz-copy-source-if-match: ETAG", nil),
            ("x-amz-copy-source-if-match: \"f\"", .preconditionFailed),
            ("x-amz-copy-source-if-none-match: \"f\"", nil),
            ("x-amz-copy-source-if-none-match: ETAG", .preconditionFailed),
            ("x-amz-copy-source-if-modified-since: Sat, 01 Jan 2000 00:00:00 GMT", nil),
            ("x-amz-copy-source-if-modified-since: MODIFIED", .preconditionFailed),
            // Of a time that has not come, S3 says nothing.
            ("x-amz-copy-source-if-modified-since: Sun, 01 Jan 2090 00:00:00 GMT", nil),
            ("x-amz-copy-source-if-unmodified-since: Sun, 01 Jan 2040 00:00:00 GMT", nil),
            ("x-amz-copy-source-if-unmodified-since: Sat, 01 Jan 2000 00:00:00 GMT", .preconditionFailed),
        ] as [(String, S3Error.Code?)]
    )
    func conditionsOnTheSource(field: String, expected: S3Error.Code?) throws {
        let refusal = try with { copying async throws -> S3Error.Code? in
            let source = try await copying.stored("source").version
            let field = field.replacing("ETAG", with: "\"\(source.etag)\"")
                .replacing("MODIFIED", with: source.modified.httpDate)
            return await copying.refusal(to: "/bucket/target", [field])
        }
        #expect(refusal == expected)
    }

    @Test(
        arguments: [
            ("x-amz-copy-source-if-match: x", "x-amz-copy-source-If-Match"),
            ("x-amz-copy-source-if-none-match: *", "x-amz-copy-source-If-None-Match"),
            (
                "x-amz-copy-source-if-unmodified-since: Sat, 01 Jan 2000 00:00:00 GMT",
                "x-amz-copy-source-If-Unmodified-Since"
            ),
        ] as [(String, String)]
    )
    func theConditionThatDoesNotHoldIsNamed(field: String, name: String) throws {
        let error = try with { await $0.error(to: "/bucket/target", [field]) }
        #expect(error?.fields == [S3Error.Field("Condition", name)])
    }

    @Test func whatTheSourceLacksIsSaidOfTheSource() throws {
        let version = "11111111-2222-4333-8444-555555555555"
        let errors = try with { copying in
            [
                await copying.error("bucket/missing"), await copying.error("missing/source"),
                await copying.error("bucket/source?versionId=\(version)"),
            ]
        }
        #expect(errors[0] == S3Error(.noSuchKey, bucket: "bucket", key: "missing"))
        #expect(errors[1] == S3Error(.noSuchBucket, bucket: "missing"))
        let field = S3Error.Field("VersionId", version)
        #expect(errors[2] == S3Error(.noSuchVersion, bucket: "bucket", key: "source", fields: [field]))
    }

    /// Of a composed and a decomposed letter, which are two keys.
    @Test func aKeyThatOnlyLooksTheSameIsAnother() throws {
        let stored = try with { copying in
            try await copying.put("%C3%A9", "composed")
            try await copying.copy("bucket/%C3%A9", to: "/bucket/e%CC%81")
            return try await copying.stored("e\u{301}")
        }
        #expect(stored.bytes == Array("composed".utf8))
    }

    @Test(
        arguments: [
            ("new", .invalidRedirectLocation), ("ftp://a/b", .invalidRedirectLocation),
            ("http:/a", .invalidRedirectLocation), ("/new", nil), ("http://a/b", nil), ("https://a", nil),
            ("/" + String(repeating: "a", count: 2047), nil),
            ("/" + String(repeating: "a", count: 2048), .invalidRedirectLocation),
        ] as [(String, S3Error.Code?)]
    )
    func aRedirectIsAPathOrAURL(location: String, expected: S3Error.Code?) throws {
        let field = "x-amz-website-redirect-location: \(location)"
        #expect(try with { await $0.refusal(to: "/bucket/target", [field]) } == expected)
        let replacing = [field, "x-amz-metadata-directive: REPLACE"]
        #expect(try with { await $0.refusal(to: "/bucket/target", replacing) } == expected)
    }

    @Test func aConditionOnTheTargetKeepsWhatIsThere() throws {
        let (refusal, stored, fresh) = try with { copying in
            try await copying.put("target", "older")
            let refusal = await copying.refusal(to: "/bucket/target", ["If-None-Match: *"])
            let fresh = await copying.refusal(to: "/bucket/fresh", ["If-None-Match: *"])
            return (refusal, try await copying.stored(), fresh)
        }
        #expect(refusal == .preconditionFailed)
        #expect(stored.bytes == Array("older".utf8))
        #expect(fresh == nil)
    }

    @Test func theChecksumAskedForIsComputedAndStored() throws {
        let (document, copy) = try with { copying in
            let answer = try await copying.copy(
                to: "/bucket/target",
                ["x-amz-checksum-algorithm: CRC32"]
            )
            guard case .bytes(let bytes) = answer.body else { return ("", try await copying.stored()) }
            return (String(decoding: bytes, as: UTF8.self), try await copying.stored())
        }
        // python3 -c 'import base64, zlib; print(base64.b64encode(zlib.crc32(b"the body").to_bytes(4, "big")))'
        #expect(document.contains("<ChecksumCRC32>lnUnwg==</ChecksumCRC32>"))
        #expect(copy.version.checksums.map(\.checksum.text) == ["lnUnwg=="])
    }
}
