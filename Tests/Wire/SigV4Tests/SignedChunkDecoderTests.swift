import Base
import SigV4
import TestSupport
import Testing

private let body = Array("0123456789abcdefghij".utf8)
private let signer = SigV4Signer(accessKey: exampleAccessKey, secret: exampleSecret)
private let trailer: (name: String, value: String) = ("x-amz-checksum-crc32c", "sOO8/Q==")

/// A small signed body and what is needed to decode it.
private struct Signed {
    let payload: ChunkedPayload
    let signature: VerifiedSignature
    let encoded: [UInt8]

    init(body: [UInt8] = body, chunkSize: Int = 8, withTrailer: Bool = false, declaredSize: Int? = nil) throws
    {
        let kind = withTrailer ? PayloadKind.signedChunksWithTrailer : .signedChunks
        var request = SignerRequest(
            method: "PUT",
            target: "/b/k",
            fields: [("Host", "h"), ("x-amz-decoded-content-length", "\(declaredSize ?? body.count)")]
        )
        if withTrailer { request.fields.append(("x-amz-trailer", trailer.name)) }
        let signed = try signer.sign(request, payload: kind, at: exampleTime)
        let claim = try SignatureClaim(
            of: signed,
            kind: .authorizationHeader,
            rules: SignatureRules(region: .any),
            now: exampleTime
        )
        signature = try claim.verify(secret: exampleSecret, for: signed)
        payload = try #require(try ChunkedPayload(of: signed))
        let seed = try #require(signed.value(of: "authorization")?.suffix(64))
        encoded = signer.signedChunks(
            of: body,
            chunkSize: chunkSize,
            seed: String(seed),
            trailers: withTrailer ? [trailer] : nil,
            at: exampleTime
        )
    }

    func decode(_ pieces: [[UInt8]], outputSize: Int = 4096) throws(SigV4Error) -> [UInt8] {
        var decoder = try SignedChunkDecoder(payload: payload, signature: signature)
        return try decodeAll(&decoder, pieces, outputSize: outputSize)
    }
}

private func decodeUnsigned(
    _ text: String,
    size: Int,
    trailers: [String] = [trailer.name]
) throws(SigV4Error) -> [UInt8] {
    let payload = ChunkedPayload(kind: .unsignedChunksWithTrailer, decodedSize: size, trailerNames: trailers)
    var decoder = try SignedChunkDecoder(payload: payload, signature: nil)
    return try decodeAll(&decoder, [Array(text.utf8)])
}

@Suite("signed chunks") struct SignedChunkDecoderTests {
    @Test("split in two at every position, they decode to the same", arguments: [false, true])
    func everySplit(withTrailer: Bool) throws {
        let signed = try Signed(withTrailer: withTrailer)
        for position in 0...signed.encoded.count {
            let pieces = [Array(signed.encoded[..<position]), Array(signed.encoded[position...])]
            #expect(try signed.decode(pieces) == body, "split at \(position)")
        }
        #expect(try signed.decode(signed.encoded.map { [$0] }, outputSize: 1) == body)
    }

    @Test("cut short anywhere, they are refused", arguments: [false, true])
    func everyPrefix(withTrailer: Bool) throws {
        let signed = try Signed(withTrailer: withTrailer)
        // Only the last line break may be missing: everything before it is verified.
        for size in 0..<(signed.encoded.count - 2) {
            #expect(throws: SigV4Error.self, "cut at \(size)") {
                try signed.decode([Array(signed.encoded[..<size])])
            }
        }
        #expect(try signed.decode([Array(signed.encoded.dropLast(2))]) == body)
    }

    @Test("with any one byte changed, they are refused or the same", arguments: [false, true])
    func everyByteChanged(withTrailer: Bool) throws {
        let signed = try Signed(withTrailer: withTrailer)
        for index in signed.encoded.indices {
            var changed = signed.encoded
            changed[index] ^= 0x01
            // Hexadecimal digits and header names have two spellings; nothing else has.
            do throws(SigV4Error) {
                #expect(try signed.decode([changed]) == body, "changed at \(index)")
                #expect(changed.map(\.lowerCased) == signed.encoded.map(\.lowerCased), "changed at \(index)")
            } catch {}
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 16, 20]) func everySizeDecodes(size: Int) throws {
        let signed = try Signed(body: Array(body.prefix(size)))
        #expect(try signed.decode([signed.encoded]) == Array(body.prefix(size)))
    }

    @Test func chunksInAnotherOrderAreRefused() throws {
        let signed = try Signed(chunkSize: 10)
        let chunkSize = "a;chunk-signature=".utf8.count + 64 + 2 + 10 + 2
        let first = Array(signed.encoded[..<chunkSize])
        let second = Array(signed.encoded[chunkSize..<(2 * chunkSize)])
        let rest = Array(signed.encoded[(2 * chunkSize)...])
        #expect(throws: SigV4Error.chunkSignatureMismatch(number: 1)) {
            try signed.decode([second, first, rest])
        }
        #expect(throws: SigV4Error.chunkSignatureMismatch(number: 2)) {
            try signed.decode([first, first, rest])
        }
    }

    @Test func theDeclaredSizeIsHeld() throws {
        let more = try Signed(declaredSize: body.count - 1)
        #expect(throws: SigV4Error.decodedLengthMismatch(declared: 19, found: 20)) {
            try more.decode([more.encoded])
        }
        let fewer = try Signed(declaredSize: body.count + 1)
        #expect(throws: SigV4Error.decodedLengthMismatch(declared: 21, found: 20)) {
            try fewer.decode([fewer.encoded])
        }
    }

    @Test func bytesBehindTheEndAreRefused() throws {
        let signed = try Signed()
        #expect(throws: SigV4Error.bytesAfterEnd) { try signed.decode([signed.encoded, [0]]) }
        #expect(throws: SigV4Error.bytesAfterEnd) { try signed.decode([signed.encoded + signed.encoded]) }
    }

    @Test func aChunkLargerThanAllowedIsRefusedByItsHead() throws {
        let sizeMax = SignedChunkDecoder.signedChunkSizeMax
        let payload = ChunkedPayload(kind: .signedChunks, decodedSize: .max, trailerNames: [])
        let signature = try Signed().signature
        for (size, isAllowed) in [(sizeMax, true), (sizeMax + 1, false)] {
            var decoder = try SignedChunkDecoder(payload: payload, signature: signature)
            let head = "\(String(size, radix: 16));chunk-signature=\(String(repeating: "0", count: 64))\r\n"
            let expected = isAllowed ? SigV4Error.bodyTooShort : .chunkTooLarge(size: size, sizeMax: sizeMax)
            do throws(SigV4Error) {
                _ = try decodeAll(&decoder, [Array(head.utf8)])
                Issue.record("accepted")
            } catch {
                #expect(error == expected)
            }
        }
    }

    @Test(arguments: [
        "8\r\n", ";chunk-signature=\(String(repeating: "0", count: 64))\r\n", "8;chunk-signature=00\r\n",
        "\r\n",
        "8;chunk-signature=\(String(repeating: "0", count: 64))\n", "-8;chunk-signature=", "x\r\n",
        "00000000000000008;chunk-signature=\(String(repeating: "0", count: 64))\r\n",
        "ffffffffffffffff;chunk-signature=\(String(repeating: "0", count: 64))\r\n",
        String(repeating: "0", count: 5000), "8 ;chunk-signature=\(String(repeating: "0", count: 64))\r\n",
    ])
    func aMalformedHeadIsRefused(head: String) throws {
        let signed = try Signed()
        let error = #expect(throws: SigV4Error.self) {
            try signed.decode([Array(head.utf8) + Array("\r\n\r\n".utf8)])
        }
        guard case .malformedChunk = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func signedChunksNeedASignature() {
        let payload = ChunkedPayload(kind: .signedChunks, decodedSize: 0, trailerNames: [])
        let error: SigV4Error?
        do throws(SigV4Error) {
            _ = try SignedChunkDecoder(payload: payload, signature: nil)
            error = nil
        } catch let refusal {
            error = refusal
        }
        #expect(error == .signedChunksWithoutSignature)
    }

    @Test("mutated bodies are refused or the same", arguments: 0..<32 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let signed = try Signed(withTrailer: seed.isMultiple(of: 2))
        for _ in 0..<100 {
            let bytes = mutated(signed.encoded, using: &generator)
            do throws(SigV4Error) {
                #expect(
                    try signed.decode([bytes], outputSize: Int.random(in: 1...64, using: &generator)) == body
                )
            } catch {}
        }
    }
}

@Suite("trailing fields") struct TrailerTests {
    /// minio-go ends its fields with a line feed and then an empty line before the signature.
    @Test func theSpellingOfMinIOsClientIsAccepted() throws {
        let example = StreamingExample.withTrailer
        let end = Array("sOO8/Q==\r\nx-amz-trailer".utf8)
        let text = String(decoding: example.encodedBody, as: UTF8.self)
        let changed = Array(
            text.replacing(String(decoding: end, as: UTF8.self), with: "sOO8/Q==\n\r\nx-amz-trailer").utf8
        )
        #expect(changed.count == example.encodedBody.count + 1)
        var decoder = try example.decoder()
        #expect(try decodeAll(&decoder, [changed]) == exampleBody)
    }

    @Test func aSignedTrailerNeedsItsSignature() throws {
        let signed = try Signed(withTrailer: true)
        let text = String(decoding: signed.encoded, as: UTF8.self)
        let cut = try #require(text.utf8.firstRange(of: "x-amz-trailer-signature".utf8))
        let without = Array(text.utf8[..<cut.lowerBound])
        #expect(throws: SigV4Error.trailerSignatureMismatch) { try signed.decode([without]) }
        #expect(throws: SigV4Error.trailerSignatureMismatch) {
            try signed.decode([without + Array("\r\n".utf8)])
        }
        let changed = Array(text.replacing("sOO8/Q==", with: "sOO8/A==").utf8)
        #expect(throws: SigV4Error.trailerSignatureMismatch) { try signed.decode([changed]) }
        let missing = Array(text.replacing("x-amz-checksum-crc32c:sOO8/Q==\r\n", with: "").utf8)
        #expect(throws: SigV4Error.trailerMissing(trailer.name)) { try signed.decode([missing]) }
    }

    @Test(arguments: [
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n",
        "05\r\nhello\r\n000\r\nX-Amz-Checksum-CRC32C: sOO8/Q== \r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n",
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n",
    ])
    func unsignedChunksDecode(text: String) throws {
        #expect(try decodeUnsigned(text, size: 5) == Array("hello".utf8))
    }

    @Test func unsignedChunksMayComeWithoutATrailer() throws {
        #expect(try decodeUnsigned("5\r\nhello\r\n0\r\n\r\n", size: 5, trailers: []) == Array("hello".utf8))
        #expect(try decodeUnsigned("0\r\n\r\n", size: 0, trailers: []) == [])
    }

    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", SigV4Error.trailerMissing(trailer.name)),
        ("5\r\nhello\r\n0\r\nx-amz-meta-a:b\r\n\r\n", .trailerNotDeclared("x-amz-meta-a")),
        (
            "5\r\nhello\r\n0\r\nx-amz-trailer-signature:b\r\n\r\n",
            .trailerNotDeclared("x-amz-trailer-signature")
        ),
        ("5\r\nhello\r\n0\r\nnonsense\r\n\r\n", .malformedTrailer),
        ("5\r\nhello\r\n0\r\n:b\r\n\r\n", .malformedTrailer),
        (
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n",
            .malformedTrailer
        ),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==", .bodyTooShort),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n\r\n", .bytesAfterEnd),
        ("5\r\nhel", .bodyTooShort), ("5\r\nhello", .bodyTooShort), ("", .bodyTooShort),
        ("5\r\nhelloo\r\n", .malformedChunk(offset: 11)),
        ("6\r\nhello!\r\n0\r\n\r\n", .decodedLengthMismatch(declared: 5, found: 6)),
        ("4\r\nhell\r\n0\r\n\r\n", .decodedLengthMismatch(declared: 5, found: 4)),
        ("7fffffffffffffff\r\n", .decodedLengthMismatch(declared: 5, found: .max)),
        ("5;a=b\r\nhello\r\n0\r\n\r\n", .malformedChunk(offset: 7)),
    ])
    func badUnsignedChunksAreRefused(text: String, error: SigV4Error) {
        #expect(throws: error) { try decodeUnsigned(text, size: 5) }
    }

    @Test func endlessTrailersAreRefused() {
        let lines = String(repeating: "\r\n", count: 5000)
        #expect(throws: SigV4Error.malformedTrailer) {
            try decodeUnsigned("5\r\nhello\r\n0\r\n\(lines)", size: 5)
        }
    }
}

@Suite struct ChunkedPayloadTests {
    private func payload(_ fields: [(name: String, value: String)]) throws(SigV4Error) -> ChunkedPayload? {
        try ChunkedPayload(of: SignerRequest(method: "PUT", target: "/", fields: fields))
    }

    private let chunked: (name: String, value: String) =
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")

    @Test func itIsReadOffTheHead() throws {
        #expect(try payload([]) == nil)
        #expect(try payload([("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]) == nil)
        let found = try payload([
            chunked, ("x-amz-decoded-content-length", "12"), ("X-Amz-Trailer", "A, x-amz-checksum-crc32 "),
        ])
        #expect(found?.decodedSize == 12)
        #expect(found?.trailerNames == ["a", "x-amz-checksum-crc32"])
    }

    @Test(arguments: [nil, "", "-1", "+1", "1x", "9223372036854775808"] as [String?])
    func theDecodedLengthMustBeANumber(text: String?) {
        let fields = [chunked] + (text.map { [("x-amz-decoded-content-length", $0)] } ?? [])
        #expect(throws: SigV4Error.decodedLengthMissing) { try payload(fields) }
    }
}

extension UInt8 {
    fileprivate var lowerCased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
