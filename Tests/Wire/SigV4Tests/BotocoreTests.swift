import Base
import Cryptography
import Foundation
import SigV4
import TestSupport
import Testing

private struct Case: Encodable {
    var kind: String
    var method = "GET"
    var target: String
    var body = ""
    var token: String?
    var headers: [String: String] = [:]
}

private struct Signed: Decodable {
    let target: String
    let headers: [[String]]

    var head: SignerRequest {
        SignerRequest(method: "", target: target, fields: headers.map { ($0[0], $0[1]) })
    }
}

/// Targets as botocore sends them: already encoded, never normalised.
private let targets = [
    "/", "/bucket", "/bucket/", "/bucket/key", "/bucket//key", "/bucket/a/./b/../c", "/bucket/a%20b",
    "/bucket/a%2Bb",
    "/bucket/%E1%88%B4", "/bucket/a%25b", "/bucket/a%2520b", "/bucket/~-._", "/bucket/%21%27%28%29%2A",
    "/bucket/%3A%40%26%3D%3B%24%2C", "/bucket/%22%3C%3E%5C%5E%60%7B%7C%7D", "/bucket/%01%7F", "/bucket/key/",
    "/bucket/..",
    "/bucket?acl", "/bucket/?acl=", "/bucket?list-type=2&prefix=a%20b%2Fc&delimiter=%2F&max-keys=2",
    "/bucket?prefix=", "/bucket?b=2&a=1", "/bucket?a-b=1&a=2&A=3",
    "/bucket/key?versionId=null&response-content-type=a%2Fb",
    "/bucket/key?partNumber=2&uploadId=a%2Fb%2Bc%3D%3D", "/bucket?prefix=%E1%88%B4&encoding-type=url",
]

@Suite("botocore's signatures", .enabled(if: Botocore.isImportable, Comment(rawValue: Botocore.absence)))
struct BotocoreTests {
    private func sign(_ cases: [Case]) throws -> [(Case, SignerRequest)] {
        let input = try cases.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
            .joined()
        let lines = try Botocore.run(Botocore.signingScript, input: input).split(separator: "\n")
        try #require(lines.count == cases.count)
        return try zip(cases, lines).map { each, line in
            var head = try JSONDecoder().decode(Signed.self, from: Data(line.utf8)).head
            head.methodText = each.method
            return (each, head)
        }
    }

    @Test(arguments: ["header", "query"]) func everyTargetIsVerified(kind: String) throws {
        for (each, request) in try sign(targets.map { Case(kind: kind, target: $0) }) {
            let claim = try SignatureClaim(
                of: request,
                kind: try SignatureKind(of: request),
                rules: SignatureRules(region: .exactly("us-east-1")),
                now: exampleTime
            )
            #expect(throws: Never.self, "\(each.target)") {
                _ = try claim.verify(secret: exampleSecret, for: request)
            }
            #expect(throws: SigV4Error.signatureMismatch) {
                _ = try claim.verify(secret: exampleSecret + " ", for: request)
            }
        }
    }

    @Test func bodiesTokensAndHeadersAreVerified() throws {
        let headers = [
            "x-amz-meta-a": "  b   c ", "Content-Type": "text/plain; charset=utf-8", "x-amz-acl": "private",
        ]
        let cases = ["", "body"].flatMap { body in
            [nil, "to/k+en="].map {
                Case(kind: "header", method: "PUT", target: "/b/k", body: body, token: $0, headers: headers)
            }
        }
        for (each, request) in try sign(cases) {
            let claim = try SignatureClaim(
                of: request,
                kind: .authorizationHeader,
                rules: SignatureRules(region: .any),
                now: exampleTime
            )
            _ = try claim.verify(secret: exampleSecret, for: request)
            #expect(claim.sessionToken == each.token)
            #expect(claim.payload == .hashed(SHA256.hash(Array(each.body.utf8))))
        }
    }

    @Test func ourSignaturesAreTheirs() throws {
        let signer = SigV4Signer(accessKey: exampleAccessKey, secret: exampleSecret)
        for (each, theirs) in try sign(targets.map { Case(kind: "header", target: $0) }) {
            let plain = SignerRequest(
                method: "GET",
                target: each.target,
                fields: [("Host", "localhost:9000")]
            )
            let ours = try signer.sign(plain, payload: .hashed(SHA256.hash([])), at: exampleTime)
            #expect(ours.value(of: "authorization") == theirs.value(of: "authorization"), "\(each.target)")
        }
        for (each, theirs) in try sign(targets.map { Case(kind: "query", target: $0) })
        where !each.target.contains("?") {
            let plain = SignerRequest(
                method: "GET",
                target: each.target,
                fields: [("Host", "localhost:9000")]
            )
            let ours = try signer.presign(plain, expiresSeconds: 600, at: exampleTime)
            #expect(ours.target == theirs.target)
        }
    }

    @Test(arguments: ["version2-header", "version2-query"]) func versionTwoIsVerified(kind: String) throws {
        for (each, signed) in try sign(targets.map { Case(kind: kind, target: $0) }) {
            var request = signed
            // botocore leaves the time of expiry in Date, which it does not send.
            if kind == "version2-query" { request.fields.removeAll { $0.name == "Date" } }
            let claim = try SigV2(of: request, kind: try SignatureKind(of: request), now: exampleTime)
            #expect(throws: Never.self, "\(each.target)") {
                try claim.verify(secret: exampleSecret, for: request, virtualHostBucket: nil)
            }
        }
    }

    @Test(arguments: [0, 1, 6, 7, 8, 14, 100]) func unsignedChunksAreDecoded(size: Int) throws {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        let text = try Botocore.run(Botocore.chunkingScript, input: String(decoding: body, as: UTF8.self))
        let encoded = try #require(Base64.standard.decode(text.trimmingCharacters(in: .newlines)))
        let payload = ChunkedPayload(
            kind: .unsignedChunksWithTrailer,
            decodedSize: size,
            trailerNames: ["x-amz-checksum-sha256"]
        )
        for position in 0...encoded.count {
            var decoder = try SignedChunkDecoder(payload: payload, signature: nil)
            let pieces = [Array(encoded[..<position]), Array(encoded[position...])]
            #expect(try decodeAll(&decoder, pieces, outputSize: 3) == body)
            #expect(decoder.trailers.map(\.value) == [Base64.standard.encode(SHA256.hash(body))])
        }
    }
}
