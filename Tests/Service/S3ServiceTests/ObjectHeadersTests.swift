import S3API
import S3Service
import ServiceTestSupport
import SigV4
import Testing

@Suite struct ObjectHeadersTests {
    private func stored(
        _ fields: [String],
        target: String = "/b/k",
        kind: SignatureKind = .authorizationHeader
    )
        throws -> [String: String]
    {
        let headers = try ObjectHeaders(of: request("PUT", target, fields, kind: kind))
        return Dictionary(uniqueKeysWithValues: headers.stored.map { ($0.name, $0.value) })
    }

    @Test func withoutHeadersThereIsTheDefaultType() throws {
        #expect(try stored([]) == ["content-type": "binary/octet-stream"])
    }

    @Test func systemHeadersAreStoredUnderTheirNames() throws {
        let fields = [
            "Content-Type: text/plain", "Cache-Control: no-cache", "Content-Disposition: inline",
            "Content-Language: de", "Expires: Thu, 01 Dec 1994 16:00:00 GMT",
            "x-amz-website-redirect-location: /x",
            "x-amz-storage-class: REDUCED_REDUNDANCY", "Content-Encoding: gzip",
        ]
        #expect(
            try stored(fields) == [
                "content-type": "text/plain", "cache-control": "no-cache", "content-disposition": "inline",
                "content-language": "de", "expires": "Thu, 01 Dec 1994 16:00:00 GMT",
                "x-amz-website-redirect-location": "/x", "x-amz-storage-class": "REDUCED_REDUNDANCY",
                "content-encoding": "gzip",
            ]
        )
    }

    @Test func theStandardClassIsNotStored() throws {
        #expect(try stored(["x-amz-storage-class: STANDARD"])["x-amz-storage-class"] == nil)
    }

    @Test(
        arguments: [
            ("aws-chunked", nil), ("aws-chunked,gzip", "gzip"), ("gzip, aws-chunked", "gzip"),
            ("AWS-CHUNKED", nil), ("gzip,br", "gzip,br"), ("deflate, gzip", "deflate, gzip"),
            ("aws-chunked, gzip", "gzip"), ("aws-chunked , aws-chunked", nil),
            ("deflate, aws-chunked, gzip", "deflate, gzip"), ("deflate,aws-chunked", "deflate"),
        ] as [(String, String?)]
    )
    func chunkingIsNoEncodingOfTheObject(sent: String, kept: String?) throws {
        #expect(try stored(["Content-Encoding: \(sent)"])["content-encoding"] == kept)
    }

    @Test func userMetadataHasCanonicalNamesAndItsOwnValues() throws {
        let headers = try stored([
            "X-AMZ-meta-Some-NAME: Value Ö", "x-amz-meta-twice: a", "x-amz-meta-twice: b",
        ])
        #expect(headers["X-Amz-Meta-Some-Name"] == "Value Ö")
        #expect(headers["X-Amz-Meta-Twice"] == "a,b")
    }

    @Test func metadataMayStandInAPresignedURL() throws {
        let target = "/b/k?X-Amz-Meta-Name=value&X-Amz-Signature=00"
        #expect(try stored([], target: target, kind: .queryParameters)["X-Amz-Meta-Name"] == "value")
        #expect(try stored([], target: target, kind: .authorizationHeader)["X-Amz-Meta-Name"] == nil)
    }

    @Test(arguments: [2048, 2049])
    func userMetadataIsLimited(size: Int) throws {
        let value = String(repeating: "v", count: size - 4)
        if size <= 2048 {
            #expect(try stored(["x-amz-meta-name: \(value)"])["X-Amz-Meta-Name"] == value)
        } else {
            #expect(throws: S3Error.self) { try stored(["x-amz-meta-name: \(value)"]) }
        }
    }
}
