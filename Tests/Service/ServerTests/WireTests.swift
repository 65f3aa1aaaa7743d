import Engine
import S3API
import S3Service
import ServiceTestSupport
import SigV4
import TestSupport
import Testing
import XML

/// What stands in errors beside their code, and what every answer has.
@Suite(.timeLimit(.minutes(2))) struct WireTests {
    private func withObjects(_ body: (TestServer) async throws -> Void) async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            #expect(try server.send("PUT", "/bucket/key", body: "content", as: "owner").status == 200)
            try await body(server)
        }
    }

    private func document(_ answer: LoopbackClient.Answer) throws -> XMLElement {
        try XMLElement(parsing: answer.body, sizeMax: 1 << 16)
    }

    @Test(
        arguments: [
            ("POST", "/bucket/key", "DELETE, GET, HEAD, PUT", "OBJECT"),
            ("POST", "/bucket", "DELETE, GET, HEAD, PUT", "BUCKET"),
            ("DELETE", "/", "GET", "SERVICE"),
            ("PATCH", "/bucket?policy", "DELETE, GET, PUT", "BUCKETPOLICY"),
            ("POST", "/bucket?versions", "GET", "BUCKETVERSIONS"),
            ("DELETE", "/bucket?uploads", "GET", "UPLOADS"),
        ] as [(String, String, String, String)]
    )
    func aMethodThatIsNotAllowedIsToldWhichAre(
        method: String,
        target: String,
        allowed: String,
        resource: String
    ) async throws {
        try await withObjects { server in
            let answer = try server.send(method, target, as: "owner")
            #expect(answer.status == 405)
            #expect(answer.value(of: "Allow") == allowed)
            let error = try document(answer)
            #expect(error.text(of: "Code") == "MethodNotAllowed")
            #expect(error.text(of: "Method") == method)
            #expect(error.text(of: "ResourceType") == resource)
        }
    }

    @Test(
        arguments: [
            (
                "GET", "/bucket/key", ["Range: bytes=9-10"],
                ["RangeRequested": "bytes=9-10", "ActualObjectSize": "7"]
            ),
            (
                "GET", "/bucket/key?partNumber=2", [],
                ["PartNumberRequested": "2", "ActualPartCount": "1", "Key": "key"]
            ),
            ("GET", "/bucket/key", ["If-Match: x"], ["Condition": "If-Match"]),
            (
                "GET", "/bucket/key", ["If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT"],
                ["Condition": "If-Unmodified-Since"]
            ),
            ("PUT", "/bucket/key", ["If-None-Match: *"], ["Condition": "If-None-Match"]),
            ("PUT", "/bucket/key", ["x-amz-storage-class: X"], ["StorageClassRequested": "X"]),
            ("PUT", "/bucket/key", ["Content-MD5: x"], ["Content-MD5": "x"]),
            (
                "GET", "/bucket/key?versionId=11111111-2222-4333-8444-555555555555", [],
                ["Key": "key", "VersionId": "11111111-2222-4333-8444-555555555555"]
            ),
            ("GET", "/bucket/key?uploadId=none", [], ["UploadId": "none"]),
            ("GET", "/missing/key", [], ["BucketName": "missing"]),
            (
                "PUT", "/bucket/copy", ["x-amz-copy-source: bucket/gone"],
                ["Code": "NoSuchKey", "Key": "gone"]
            ),
            (
                "PUT", "/bucket/key", ["x-amz-website-redirect-location: new"],
                ["Code": "InvalidRedirectLocation"]
            ),
        ] as [(String, String, [String], [String: String])]
    )
    func anErrorRepeatsWhatItIsAbout(
        method: String,
        target: String,
        fields: [String],
        elements: [String: String]
    ) async throws {
        try await withObjects { server in
            let fields = fields.map { field in
                let parts = field.split(separator: ":", maxSplits: 1)
                return (name: String(parts[0]), value: String(parts[1].dropFirst()))
            }
            let answer = try server.send(
                method,
                target,
                fields,
                body: method == "PUT" ? "x" : nil,
                as: "owner"
            )
            let error = try document(answer)
            for (name, value) in elements {
                #expect(error.children(named: name).map(\.text) == [value], "\(name)")
            }
        }
    }

    @Test func aDeleteMarkerIsNamedAsSuch() async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            #expect(try server.send("PUT", "/bucket?versioning", body: versioning, as: "owner").status == 200)
            let id = try #require(
                try server.send("DELETE", "/bucket/key", as: "owner").value(of: "x-amz-version-id")
            )
            let answer = try server.send("GET", "/bucket/key?versionId=\(id)", as: "owner")
            #expect(answer.status == 405)
            #expect(answer.value(of: "Allow") == "DELETE")
            #expect(try document(answer).text(of: "ResourceType") == "DeleteMarker")
        }
    }

    @Test func anotherSignatureIsShownWhatItShouldHaveSigned() async throws {
        try await withObjects { server in
            let answer = try server.send("GET", "/bucket/key", as: "owner", secret: "another-secret")
            let error = try document(answer)
            #expect(error.text(of: "Code") == "SignatureDoesNotMatch")
            #expect(error.text(of: "AWSAccessKeyId") == "owner")
            #expect(error.text(of: "SignatureProvided")?.utf8.count == 64)
            let canonical = try #require(error.text(of: "CanonicalRequest"))
            #expect(canonical.hasPrefix("GET\n/bucket/key\n\nhost:"))
            let signed = try #require(error.text(of: "StringToSign"))
            #expect(signed.hasPrefix("AWS4-HMAC-SHA256\n"))
            #expect(try #require(error.text(of: "StringToSignBytes")).hasPrefix("41 57 53 34 2d"))
            #expect(try #require(error.text(of: "CanonicalRequestBytes")).hasPrefix("47 45 54 0a 2f"))
            #expect(!answer.text.contains("owner-secret"))
        }
    }

    @Test func anUnknownAccessKeyIsRepeated() async throws {
        try await withObjects { server in
            let error = try document(try server.send("GET", "/bucket/key", as: "nobody"))
            #expect(error.text(of: "Code") == "InvalidAccessKeyId")
            #expect(error.text(of: "AWSAccessKeyId") == "nobody")
        }
    }

    @Test(
        arguments: [
            ("GET", "/bucket/key", 200), ("HEAD", "/bucket/key", 200), ("HEAD", "/bucket/missing", 404),
            ("GET", "/bucket/missing", 404), ("DELETE", "/bucket/missing", 204),
            ("OPTIONS", "/bucket/key", 400),
            ("GET", "/bucket/%zz", 400), ("GET", "/", 200), ("FOO", "/bucket", 405),
            ("HEAD", "/missing", 404),
        ] as [(String, String, Int)]
    )
    func everyAnswerHasItsIDs(method: String, target: String, status: Int) async throws {
        try await withObjects { server in
            // What cannot be decoded cannot be signed.
            let answer = try server.send(method, target, as: target.contains("%zz") ? nil : "owner")
            #expect(answer.status == status)
            #expect(answer.value(of: "x-amz-request-id")?.utf8.count == 16)
            #expect(answer.value(of: "x-amz-id-2")?.isEmpty == false)
            guard status >= 400, method != "HEAD" else { return }
            #expect(try document(answer).text(of: "RequestId") == answer.value(of: "x-amz-request-id"))
            #expect(try document(answer).text(of: "HostId") == answer.value(of: "x-amz-id-2"))
        }
    }

    @Test(
        arguments: [
            ("GET", "/bucket/missing", "owner", nil, 404), ("GET", "/bucket/key", nil, nil, 403),
            ("GET", "/bucket/key", "owner", "wrong-secret", 403), ("GET", "/bucket/key", "nobody", nil, 403),
            ("POST", "/bucket/key", "owner", nil, 405), ("GET", "/bucket?torrent", "owner", nil, 501),
        ] as [(String, String, String?, String?, Int)]
    )
    func scriptsMayReadErrorsToo(
        method: String,
        target: String,
        user: String?,
        secret: String?,
        status: Int
    ) async throws {
        let rules = """
            <CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedMethod>POST</AllowedMethod>\
            <AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>
            """
        try await withObjects { server in
            #expect(try server.send("PUT", "/bucket?cors", body: rules, as: "owner").status == 200)
            let origin = [(name: "Origin", value: "http://a")]
            let answer = try server.send(method, target, origin, as: user, secret: secret)
            #expect(answer.status == status)
            #expect(answer.value(of: "Access-Control-Allow-Origin") == "*")
        }
    }

    @Test func severalSignaturesAreRefusedForScriptsToRead() async throws {
        let rules =
            "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>"
        try await withObjects { server in
            #expect(try server.send("PUT", "/bucket?cors", body: rules, as: "owner").status == 200)
            let target = "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=x"
            let answer = try server.send("GET", target, [(name: "Origin", value: "http://a")], as: "owner")
            #expect(answer.status == 400)
            #expect(answer.value(of: "Access-Control-Allow-Origin") == "*")
        }
    }
}
