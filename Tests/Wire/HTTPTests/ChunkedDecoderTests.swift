import HTTP
import Testing

@Suite struct ChunkedDecoderTests {
    private struct Decoded: Equatable {
        var body: [UInt8] = []
        var isAtEnd = false
        var trailers: [String] = []
        var rest: [UInt8] = []
    }

    /// Decodes `bytes` in the pieces that `cuts` make, taking at most `step` bytes of data at once.
    private func decode(_ bytes: [UInt8], cuts: [Int] = [], step: Int = .max) throws(HTTPError) -> Decoded {
        var decoder = ChunkedDecoder()
        var decoded = Decoded()
        var start = 0
        for end in cuts + [bytes.count] {
            while start < end, !decoder.isAtEnd {
                if decoder.dataRemaining > 0 {
                    let count = min(end - start, step, Int(clamping: decoder.dataRemaining))
                    decoded.body += bytes[start..<start + count]
                    decoder.tookData(count)
                    start += count
                } else {
                    let piece = Array(bytes[start..<end])
                    let result = piece.withUnsafeBytes { piece -> Result<Int, HTTPError> in
                        do throws(HTTPError) { return .success(try decoder.parseFraming(piece)) } catch {
                            return .failure(error)
                        }
                    }
                    start += try result.get()
                }
            }
        }
        decoded.isAtEnd = decoder.isAtEnd
        decoded.trailers = decoder.trailers.map {
            String(decoding: $0.name, as: UTF8.self) + "=" + String(decoding: $0.value, as: UTF8.self)
        }
        decoded.rest = Array(bytes[start...])
        return decoded
    }

    private static let accepted: [(String, String, [String], String)] = [
        ("0\r\n\r\n", "", [], ""),
        ("0000\r\n\r\nGET", "", [], "GET"),
        ("3\r\nabc\r\n0\r\n\r\n", "abc", [], ""),
        (
            "A\r\n0123456789\r\na\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "0123456789\r\n\r\n\r\n\r\n\r\n", [],
            ""
        ),
        ("1;x=y;z=\"q\"\r\na\r\n2;\r\nbc\r\n0;end\r\n\r\n", "abc", [], ""),
        (
            "1\r\na\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\nY:\r\n\r\n12", "a",
            ["x-amz-checksum-crc32=AAAAAA==", "Y="], "12"
        ),
    ]

    @Test(arguments: accepted.indices)
    func aBodyIsReadHoweverItIsCut(row: Int) throws {
        let (text, body, trailers, rest) = Self.accepted[row]
        let bytes = Array(text.utf8)
        let expected = Decoded(
            body: Array(body.utf8),
            isAtEnd: true,
            trailers: trailers,
            rest: Array(rest.utf8)
        )
        #expect(try decode(bytes) == expected)
        #expect(try decode(bytes, step: 1) == expected)
        #expect(try decode(bytes, cuts: Array(1..<bytes.count)) == expected)
        for cut in 1..<bytes.count { #expect(try decode(bytes, cuts: [cut]) == expected) }
    }

    @Test(arguments: accepted.indices)
    func everyPrefixIsUnfinished(row: Int) throws {
        let (text, _, _, rest) = Self.accepted[row]
        let bytes = Array(text.utf8.dropLast(rest.utf8.count))
        for count in 0..<bytes.count { #expect(try !decode(Array(bytes[..<count])).isAtEnd) }
    }

    private static let refused: [(String, HTTPError)] = [
        ("\r\n", .malformedChunkSize),
        ("g\r\n", .malformedChunkSize),
        (" 1\r\n", .malformedChunkSize),
        ("1 \r\n", .malformedChunkSize),
        ("-1\r\n", .malformedChunkSize),
        ("0x1\r\n", .malformedChunkSize),
        (";x\r\n", .malformedChunkSize),
        ("8000000000000000\r\n", .malformedChunkSize),
        ("ffffffffffffffff\r\n", .malformedChunkSize),
        ("00000000000000001\r\n", .malformedChunkSize),
        ("1\n", .bareLineFeed),
        ("1;x\n", .bareLineFeed),
        ("1\rx", .bareCarriageReturn),
        ("1;x\ry", .bareCarriageReturn),
        ("1;\0\r\n", .malformedChunkExtension),
        ("1\r\nab\r\n", .malformedChunkEnd),
        ("1\r\na\n", .malformedChunkEnd),
        ("1\r\na\rb", .malformedChunkEnd),
        ("0\r\n\n", .bareLineFeed),
        ("0\r\nx\r\n", .malformedFieldName),
        ("0\r\nx: \0\r\n", .malformedFieldValue),
        ("0\r\nx: 1\r\n y\r\n", .foldedLine),
    ]

    @Test(arguments: refused.indices)
    func malformedFramingIsRefusedHoweverItIsCut(row: Int) {
        let (text, error) = Self.refused[row]
        let bytes = Array(text.utf8)
        #expect(throws: error, "\(text.debugDescription)") { try decode(bytes) }
        #expect(throws: error) { try decode(bytes, cuts: Array(1..<bytes.count)) }
        #expect(error.status.code == 400)
    }

    @Test func theLargestSizeIsUnderstood() throws {
        var decoder = ChunkedDecoder()
        let bytes = Array("7fffffffffffffff\r\n".utf8)
        #expect(try bytes.withUnsafeBytes { try decoder.parseFraming($0) } == bytes.count)
        #expect(decoder.dataRemaining == .max)
    }

    @Test(arguments: [(1023, true), (1024, false)])
    func aChunkExtensionHasABound(size: Int, isAccepted: Bool) throws {
        let bytes = Array("0;\(String(repeating: "x", count: size))\r\n\r\n".utf8)
        if isAccepted {
            #expect(try decode(bytes).isAtEnd)
        } else {
            #expect(throws: HTTPError.malformedChunkExtension) { try decode(bytes) }
        }
    }

    @Test func allExtensionsTogetherHaveABound() {
        let chunk = Array("1;\(String(repeating: "x", count: 1000))\r\na\r\n".utf8)
        let bytes = (0..<66).flatMap { _ in chunk }
        #expect(throws: HTTPError.malformedChunkExtension) { try decode(bytes) }
    }

    @Test func trailersHaveABound() {
        #expect(throws: HTTPError.fieldsTooLarge) {
            try decode(Array("0\r\nx: \(String(repeating: "v", count: 8192))".utf8))
        }
        #expect(throws: HTTPError.fieldsTooLarge) {
            try decode(Array(("0\r\n" + String(repeating: "x: v\r\n", count: 65)).utf8))
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func mutatedBodiesNeitherCrashNorHang(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        let sample = Array(
            "5;x=1\r\nhello\r\n1f\r\n0123456789012345678901234567890\r\n0\r\nx-a: b\r\n\r\n".utf8
        )
        for _ in 0..<100 {
            let bytes = mutation.mutate(sample)
            #expect(outcome(bytes, mutation.cuts(bytes.count)) == outcome(bytes, []))
        }
    }

    private func outcome(_ bytes: [UInt8], _ cuts: [Int]) -> String {
        do throws(HTTPError) { return "\(try decode(bytes, cuts: cuts))" } catch { return "\(error)" }
    }
}
