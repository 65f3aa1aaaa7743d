import Base
import SigV4
import Testing

let exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
let exampleAccessKey = "AKIAIOSFODNN7EXAMPLE"
let exampleTime = Timestamp(iso8601Basic: "20130524T000000Z") ?? Timestamp(seconds: 0)
let exampleBody = [UInt8](repeating: UInt8(ascii: "a"), count: 66_560)

/// The chunked PUT of the S3 API reference, "Signature Calculations for the Authorization Header:
/// Transferring Payload in Multiple Chunks", and the one of "… Including Trailing Headers".
struct StreamingExample {
    let request: SignerRequest
    let encodedBody: [UInt8]

    static let plain = StreamingExample(
        fields: [
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
            ("Content-Length", "66824"),
        ],
        signedHeaders:
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        chunkSignatures: [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        end: "\r\n"
    )

    static let withTrailer = StreamingExample(
        fields: [
            ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
            ("x-amz-trailer", "x-amz-checksum-crc32c"),
        ],
        signedHeaders:
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
        signature: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        chunkSignatures: [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        end:
            "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
    )

    init(
        fields: [(name: String, value: String)],
        signedHeaders: String,
        signature: String,
        chunkSignatures: [String],
        end: String
    ) {
        let all: [(name: String, value: String)] =
            [
                ("Host", "s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ] + fields + [
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=\(exampleAccessKey)/20130524/us-east-1/s3/aws4_request,"
                        + "SignedHeaders=\(signedHeaders),Signature=\(signature)"
                )
            ]
        request = SignerRequest(method: "PUT", target: "/examplebucket/chunkObject.txt", fields: all)
        var body: [UInt8] = []
        for (size, signature) in zip([65_536, 1024, 0], chunkSignatures) {
            body += "\(String(size, radix: 16));chunk-signature=\(signature)\r\n".utf8
            body += exampleBody.prefix(size)
            if size > 0 { body += "\r\n".utf8 }
        }
        encodedBody = body + Array(end.utf8)
    }

    func decoder() throws -> SignedChunkDecoder {
        let claim = try SignatureClaim(
            of: request,
            kind: try SignatureKind(of: request),
            rules: SignatureRules(region: .exactly("us-east-1")),
            now: exampleTime
        )
        let payload = try #require(try ChunkedPayload(of: request))
        return try SignedChunkDecoder(
            payload: payload,
            signature: try claim.verify(secret: exampleSecret, for: request)
        )
    }
}

/// Everything a decoder makes of a body that arrives in the given pieces.
func decodeAll(
    _ decoder: inout SignedChunkDecoder,
    _ pieces: [[UInt8]],
    outputSize: Int = 4096
) throws(SigV4Error) -> [UInt8] {
    var decoded: [UInt8] = []
    var output = [UInt8](repeating: 0, count: outputSize)
    for piece in pieces {
        var rest = piece[...]
        while !rest.isEmpty {
            let result: Result<(Int, Int), SigV4Error> = rest.withUnsafeBytes { input in
                output.withUnsafeMutableBytes { output in
                    do throws(SigV4Error) {
                        let step = try decoder.decode(input: input, output: output)
                        return .success((step.consumed, step.produced))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            let (consumed, produced) = try result.get()
            precondition(consumed > 0 || produced > 0)
            decoded += output[..<produced]
            rest = rest.dropFirst(consumed)
        }
    }
    try decoder.endOfBody()
    return decoded
}

@Suite struct StreamingExampleTests {
    @Test(arguments: [1, 7, 4096, 100_000]) func thePublishedChunksAreAccepted(outputSize: Int) throws {
        var decoder = try StreamingExample.plain.decoder()
        #expect(
            try decodeAll(&decoder, [StreamingExample.plain.encodedBody], outputSize: outputSize)
                == exampleBody
        )
        #expect(decoder.trailers.isEmpty)
    }

    @Test func thePublishedTrailerIsAccepted() throws {
        var decoder = try StreamingExample.withTrailer.decoder()
        #expect(try decodeAll(&decoder, [StreamingExample.withTrailer.encodedBody]) == exampleBody)
        #expect(decoder.trailers.map(\.name) == ["x-amz-checksum-crc32c"])
        #expect(decoder.trailers.map(\.value) == ["sOO8/Q=="])
    }
}
