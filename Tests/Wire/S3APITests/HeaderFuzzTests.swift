import Base
import S3API
import TestSupport
import Testing

/// A header or field that says what it means, and what reads it.
private struct FuzzedValue: Sendable, CustomTestStringConvertible {
    let name: String
    let samples: [String]
    /// Throws what the client is told; expects of what is read all that must be so.
    let read: @Sendable (String) throws(S3Error) -> Void

    var testDescription: String { name }

    init(_ name: String, _ samples: String..., read: @escaping @Sendable (String) throws(S3Error) -> Void) {
        (self.name, self.samples, self.read) = (name, samples, read)
    }
}

private let everyValue: [FuzzedValue] = [
    FuzzedValue("x-amz-tagging", "a=b&c%20d=%C3%A9+x&e", "a=") { (text) throws(S3Error) in
        let found = try Tagging(header: text)
        #expect(try Tagging(header: found.encoded) == found)
    },
    FuzzedValue("x-amz-acl", "bucket-owner-full-control", "public-read") { (text) throws(S3Error) in
        _ = try CannedACL(name: text)
    },
    FuzzedValue("x-amz-copy-source", "/bucket/a%20b%2Fc?versionId=null", "b/k") { (text) throws(S3Error) in
        let found = try CopySource(text)
        #expect(!found.bucket.isEmpty && !found.key.isEmpty)
    },
    FuzzedValue("range", "bytes=12-345", "bytes=-5", "bytes=7-") { (text) throws(S3Error) in
        for size in [400, 1_000_000] {
            guard let found = try ByteRange(text)?.resolve(size: size) else { continue }
            #expect(!found.isEmpty && found.lowerBound >= 0 && found.upperBound <= size)
        }
    },
    FuzzedValue("conditions", "\"a\", W/\"b\", *", "Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21T07:28:00Z") {
        (text) throws(S3Error) in
        let etag = ETag("a")
        let modified = Timestamp(seconds: 1_445_412_480)
        for headers in [
            ConditionalHeaders(header: { _ in text }), ConditionalHeaders(copySource: { _ in text }),
        ] {
            for purpose in [ConditionalHeaders.Purpose.read, .write, .copySource] {
                let outcome = headers.evaluate(
                    etag: etag,
                    lastModified: modified,
                    for: purpose,
                    now: modified + .seconds(60)
                )
                #expect(purpose == .read || outcome != .notModified)
            }
        }
    },
    FuzzedValue("checksums", "AAAAAQ==", "AAAAAAAAAAE=", "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=") {
        (text) throws(S3Error) in
        for algorithm in ChecksumAlgorithm.allCases {
            if let found = Checksum(algorithm, text: text) { #expect(found.text == text) }
            let declared = try DeclaredChecksum { name in name == algorithm.headerName ? text : nil }
            #expect(declared.algorithm == algorithm)
        }
    },
    FuzzedValue("x-amz-sdk-checksum-algorithm", "CRC32C", "SHA256", "crc64nvme") { (text) throws(S3Error) in
        let header = ChecksumAlgorithm.crc32c.headerName
        _ = try DeclaredChecksum {
            $0 == header ? "AAAAAQ==" : $0 == S3Header.sdkChecksumAlgorithm ? text : nil
        }
    },
    FuzzedValue("x-amz-object-attributes", "ETag,Checksum, ObjectSize") { (text) throws(S3Error) in
        #expect(try !ObjectAttribute.parse(text).isEmpty)
    },
    FuzzedValue("x-amz-meta-", "colour", "a-b_c") { (text) throws(S3Error) in
        let found = try UserMetadata(headers: [
            ("x-amz-meta-\(text)", text), ("X-Amz-Meta-\(text)", "again"), (text, text),
        ])
        #expect(found.entries.allSatisfy { !$0.name.isEmpty && $0.name == $0.name.lowercased() })
    },
    FuzzedValue(
        "multipart/form-data",
        "multipart/form-data; boundary=\"a b\\\"c\"; charset=x",
        "a/b; boundary=x"
    ) {
        (text) throws(S3Error) in
        _ = FormDataBoundary(contentType: text)
    },
    FuzzedValue("etag", "\"0123456789abcdef0123456789abcdef-3\"") { (text) throws(S3Error) in
        _ = ETag(text)
        _ = ETagList(text).matches(ETag("a"))
    },
    FuzzedValue("bucket", "a-bucket.name", "192.168.1.1") { (text) throws(S3Error) in
        let found = try S3Path(path: ArraySlice("/\(text)/key".utf8), host: text, domains: [text])
        // That the name is one is seen to when it is known what is asked of the bucket.
        #expect((found.bucket?.utf8.count ?? 0) + (found.key?.utf8.count ?? 0) <= 2 * text.utf8.count + 5)
    },
]

@Suite("every header is read, or refused with an error of S3's") struct HeaderFuzzTests {
    @Test("a sample is read", arguments: everyValue)
    fileprivate func samples(value: FuzzedValue) throws {
        // Of checksums each sample is of one algorithm.
        guard value.name != "checksums" else { return }
        for sample in value.samples
        where !(value.name == "x-amz-sdk-checksum-algorithm" && sample != "CRC32C") {
            try value.read(sample)
        }
    }

    @Test("a mutated one, too", arguments: everyValue, 0..<8 as Range<UInt64>)
    fileprivate func mutations(value: FuzzedValue, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let sample = value.samples[round % value.samples.count]
            let bytes = mutated(Array(sample.utf8), using: &generator)
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(S3Error) { try value.read(text) } catch {
                #expect((400..<500).contains(error.status), "\(error.code) for \(text)")
            }
        }
    }

    @Test("times are read or refused, and read again as they are written", arguments: 0..<16 as Range<UInt64>)
    func times(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            func text(_ sample: String) -> String {
                String(decoding: mutated(Array(sample.utf8), using: &generator), as: UTF8.self)
            }
            for sample in [
                "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            ] {
                guard let found = Timestamp(httpDate: text(sample)) else { continue }
                #expect(Timestamp(httpDate: found.httpDate) == found)
            }
            if let found = Timestamp(iso8601Basic: text("19941106T084937Z")) {
                #expect(Timestamp(iso8601Basic: found.iso8601Basic) == found)
            }
            for sample in ["1994-11-06T08:49:37.25Z", "1994-11-06T09:49:37+01:00", "2261-11-06"] {
                guard let found = Timestamp(iso8601: text(sample)) else { continue }
                let written = Timestamp(iso8601: found.iso8601Milliseconds)
                #expect(
                    written.map { ($0.seconds, $0.nanoseconds / 1_000_000) } ?? (0, 0) == (
                        found.seconds, found.nanoseconds / 1_000_000
                    )
                )
            }
        }
    }
}
