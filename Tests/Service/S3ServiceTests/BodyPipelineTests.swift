import Base
import Checksums
import Cryptography
import S3API
import S3Service
import ServiceTestSupport
import SigV4
import Testing

@Suite struct BodyPipelineTests {
    private static let content = Array("The quick brown fox jumps over the lazy dog".utf8)
    /// RFC 1321 and FIPS 180 values of that sentence.
    private static let md5 = "9e107d9d372bb6826bd81d3542a419d6"
    private static let sha256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
    private static let crc32 = "QU+jOQ=="

    /// Reads everything through a small buffer, then asks for the verdict.
    private func digest(
        _ fields: [String],
        _ bytes: [UInt8],
        payload: PayloadKind? = nil,
        pieceSize: Int = .max,
        bufferSize: Int = 7,
        failure: S3Error? = nil,
        computing algorithm: ChecksumAlgorithm? = nil
    ) async throws -> (content: [UInt8], digest: BodyDigest) {
        let request = try request("PUT", "/bucket/key", fields, payload: payload)
        let source = MemorySource(bytes, pieceSize: pieceSize, failure: failure)
        let body = try BodyPipeline(
            source,
            BodyDeclaration(of: request),
            signature: nil,
            computing: algorithm
        )
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 1)
        defer { buffer.deallocate() }
        var content: [UInt8] = []
        while true {
            let count = try await body.read(into: buffer)
            guard count > 0 else { break }
            content += buffer[..<count]
        }
        return (content, try await body.finish())
    }

    private func code(_ work: () async throws -> Void) async -> S3Error.Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? S3Error)?.code
        }
    }

    private var length: String { "Content-Length: \(Self.content.count)" }

    @Test(arguments: [1, 2, 43, Int.max])
    func aPlainBodyComesThroughWithItsMD5(pieceSize: Int) async throws {
        let (content, digest) = try await digest([length], Self.content, pieceSize: pieceSize)
        #expect(content == Self.content)
        #expect(digest.etag.value == Self.md5)
        #expect(digest.size == 43)
        #expect(digest.checksum == nil)
    }

    @Test func anEmptyBodyHasTheMD5OfNothing() async throws {
        let (content, digest) = try await digest(["Content-Length: 0"], [])
        #expect(content.isEmpty)
        #expect(digest.etag.value == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test func aRightContentMD5IsAccepted() async throws {
        let header = "Content-MD5: \(Base64.standard.encode([UInt8](hexadecimal: Self.md5) ?? []))"
        let (_, digest) = try await digest([length, header], Self.content)
        #expect(digest.etag.value == Self.md5)
    }

    @Test func aWrongContentMD5IsRefusedAtTheEnd() async {
        let header = "Content-MD5: \(Base64.standard.encode([UInt8](repeating: 0, count: 16)))"
        let code = await code { _ = try await digest([length, header], Self.content) }
        #expect(code == .badDigest)
    }

    @Test(arguments: ["", "xyz", "AAAA", "nhB9nTcrtoJr2B01QqQZ1g"])
    func aContentMD5ThatIsNoneIsRefusedBeforeTheBody(text: String) {
        #expect(throws: S3Error(.invalidDigest)) {
            try BodyDeclaration(of: request("PUT", "/bucket/key", [length, "Content-MD5: \(text)"]))
        }
    }

    @Test func theSignedHashIsCompared() async throws {
        let right = PayloadKind(Self.sha256)
        let (_, digest) = try await digest([length], Self.content, payload: right)
        #expect(digest.etag.value == Self.md5)
        let wrong = PayloadKind(String(repeating: "0", count: 64))
        let code = await code { _ = try await self.digest([length], Self.content, payload: wrong) }
        #expect(code == .amzContentSHA256Mismatch)
    }

    @Test func aHashInTheHeaderCountsUnderAnOlderSignature() async {
        let zeros = String(repeating: "0", count: 64)
        let code = await code {
            _ = try await digest([length, "x-amz-content-sha256: \(zeros)"], Self.content)
        }
        #expect(code == .amzContentSHA256Mismatch)
    }

    @Test func aRightChecksumIsAnswered() async throws {
        let (_, digest) = try await digest([length, "x-amz-checksum-crc32: \(Self.crc32)"], Self.content)
        #expect(digest.checksum?.text == Self.crc32)
    }

    @Test(arguments: ChecksumAlgorithm.allCases)
    func aWrongChecksumIsRefused(algorithm: ChecksumAlgorithm) async {
        let wrong = Base64.standard.encode([UInt8](repeating: 1, count: algorithm.size))
        let code = await code {
            _ = try await digest([length, "\(algorithm.headerName): \(wrong)"], Self.content)
        }
        #expect(code == .badDigest)
    }

    @Test func aSHA256ChecksumSharesThePassWithTheSignedHash() async throws {
        let value = Base64.standard.encode([UInt8](hexadecimal: Self.sha256) ?? [])
        let (_, digest) = try await digest(
            [length, "x-amz-checksum-sha256: \(value)"],
            Self.content,
            payload: PayloadKind(Self.sha256)
        )
        #expect(digest.checksum?.text == value)
    }

    @Test func anUploadsAlgorithmIsComputedWithoutBeingDeclared() async throws {
        let (_, digest) = try await digest([length], Self.content, computing: .crc32)
        #expect(digest.checksum?.text == Self.crc32)
    }

    @Test func aBodyThatEndsEarlyIsIncomplete() async {
        let code = await code { _ = try await digest([length], Self.content.dropLast()) }
        #expect(code == .incompleteBody)
    }

    @Test func aBodyThatGoesOnIsRefused() async {
        let code = await code { _ = try await digest([length], Self.content + [0]) }
        #expect(code == .incompleteBody)
    }

    @Test func aLostConnectionIsWhatTheReaderThrows() async {
        let code = await code {
            _ = try await digest([length], Array(Self.content.prefix(9)), failure: S3Error(.requestTimeout))
        }
        #expect(code == .requestTimeout)
    }

    @Test func aBodyWithoutALengthIsRefused() {
        #expect(throws: S3Error(.missingContentLength)) {
            try BodyDeclaration(of: request("PUT", "/bucket/key"))
        }
        #expect(throws: S3Error(.missingContentLength)) {
            try BodyDeclaration(of: request("PUT", "/bucket/key", ["Transfer-Encoding: chunked"]))
        }
    }

    @Test func aLoneAlgorithmIsRefused() {
        let fields = [length, "x-amz-sdk-checksum-algorithm: CRC32"]
        #expect(throws: S3Error.self) { try BodyDeclaration(of: request("PUT", "/bucket/key", fields)) }
    }

    @Test func twoChecksumsAreRefused() {
        let fields = [length, "x-amz-checksum-crc32: \(Self.crc32)", "x-amz-checksum-crc32c: AAAAAA=="]
        #expect(throws: S3Error.self) { try BodyDeclaration(of: request("PUT", "/bucket/key", fields)) }
    }
}

@Suite struct ChunkedBodyTests {
    private static let content = Array("The quick brown fox jumps over the lazy dog".utf8)
    private static let fields = [
        "Content-Encoding: aws-chunked", "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length: 43", "x-amz-trailer: x-amz-checksum-crc32",
    ]

    private func framed(_ trailer: String) -> [UInt8] {
        Array("14\r\n".utf8) + Self.content[..<20] + Array("\r\n17\r\n".utf8) + Self.content[20...]
            + Array("\r\n0\r\n\(trailer)\r\n\r\n".utf8)
    }

    private func finish(_ bytes: [UInt8], pieceSize: Int) async throws -> (
        content: [UInt8], digest: BodyDigest
    ) {
        let request = try request(
            "PUT",
            "/bucket/key",
            Self.fields + ["Content-Length: \(bytes.count)"],
            payload: .unsignedChunksWithTrailer
        )
        let body = try BodyPipeline(
            MemorySource(bytes, pieceSize: pieceSize),
            BodyDeclaration(of: request),
            signature: nil
        )
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { buffer.deallocate() }
        var content: [UInt8] = []
        // As the engine does: no further than the declared size.
        while content.count < 43 {
            let count = try await body.read(into: buffer)
            guard count > 0 else { break }
            content += buffer[..<count]
        }
        return (content, try await body.finish())
    }

    @Test(arguments: [1, 3, 1000])
    func framingIsTakenOffAndTheTrailerCompared(pieceSize: Int) async throws {
        let (content, digest) = try await finish(
            framed("x-amz-checksum-crc32:QU+jOQ=="),
            pieceSize: pieceSize
        )
        #expect(content == Self.content)
        #expect(digest.etag.value == "9e107d9d372bb6826bd81d3542a419d6")
        #expect(digest.checksum?.text == "QU+jOQ==")
    }

    @Test(arguments: [
        ("x-amz-checksum-crc32:AAAAAA==", S3Error.Code.badDigest),
        ("x-amz-checksum-crc32:nonsense", .invalidRequest),
        ("x-amz-checksum-sha1:AAAAAA==", .malformedTrailer),
        ("nonsense", .malformedTrailer),
    ])
    func wrongTrailersAreRefused(trailer: String, expected: S3Error.Code) async {
        await #expect { try await finish(framed(trailer), pieceSize: 10) } throws: { error in
            (error as? S3Error)?.code == expected
        }
    }

    @Test func everyCutOfTheFramingIsRefused() async {
        let whole = framed("x-amz-checksum-crc32:QU+jOQ==")
        // The line break behind a trailer that has all come may be missing.
        for size in 0..<(whole.count - 4) {
            await #expect(throws: S3Error.self) { try await finish(Array(whole.prefix(size)), pieceSize: 5) }
        }
    }

    @Test(arguments: 0..<200)
    func mutatedFramingNeverCrashes(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var bytes = framed("x-amz-checksum-crc32:QU+jOQ==")
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        do {
            let (content, _) = try await finish(bytes, pieceSize: Int.random(in: 1...64, using: &random))
            #expect(content == Self.content)
        } catch {
            #expect(error is S3Error)
        }
    }

    @Test func signedChunksNeedASignature() throws {
        let fields = [
            "Content-Length: 100", "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-decoded-content-length: 43",
        ]
        let declaration = try BodyDeclaration(of: request("PUT", "/bucket/key", fields, kind: .anonymous))
        #expect(throws: S3Error.self) { try BodyPipeline(MemorySource([]), declaration, signature: nil) }
    }
}
