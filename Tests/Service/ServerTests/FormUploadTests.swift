import Base
import Engine
import S3API
import Server
import TestSupport
import Testing

private let openPolicy =
    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/open/*"}]}"#

private func form(_ key: String, _ more: [(String, String)] = [], file: String = "the file") -> TestForm {
    TestForm([("key", key)] + more, file: file)
}

private func code(_ answer: LoopbackClient.Answer) -> String {
    guard let range = answer.text.split(separator: "<Code>").dropFirst().first else { return "" }
    return String(range.prefix { $0 != "<" })
}

/// Uploads by forms over HTTP.
@Suite(.timeLimit(.minutes(2))) struct FormUploadTests {
    private func withBucket(_ body: (TestServer) async throws -> Void) async throws {
        try await withServer { server in
            try await server.engine.makeBucket("bucket")
            try await body(server)
        }
    }

    private func content(_ key: String, on server: TestServer) throws -> String {
        try server.send("GET", "/bucket/\(key)", as: "owner").text
    }

    @Test func aSignedFormIsStoredWithItsFields() async throws {
        try await withBucket { (server: TestServer) async throws in
            let fields = [
                ("Content-Type", "text/html"), ("x-amz-meta-Note", "of ${filename}"),
                ("Cache-Control", "no-store"),
                ("x-amz-checksum-crc32", "AAAAAA=="),
            ]
            let answer = try server.post(form("a/${filename}", fields, file: ""), to: "/bucket", as: "owner")
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            #expect(answer.value(of: "ETag") == "\"d41d8cd98f00b204e9800998ecf8427e\"")
            #expect(answer.value(of: "Location")?.hasSuffix("/bucket/a/cat.jpg") == true)
            let head = try server.send("HEAD", "/bucket/a/cat.jpg", as: "owner")
            #expect(head.status == 200)
            #expect(head.value(of: "Content-Length") == "0")
            #expect(head.value(of: "Content-Type") == "text/html")
            #expect(head.value(of: "Cache-Control") == "no-store")
            #expect(head.value(of: "x-amz-meta-note") == "of cat.jpg")
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 3_000_001])
    func filesOfAnySizeComeBackAsTheyWere(size: Int) async throws {
        try await withBucket { (server: TestServer) async throws in
            let bytes = (0..<size).map { (index: Int) -> UInt8 in
                index.isMultiple(of: 7) ? 13 : UInt8(97 + index % 26)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let almost = "\r\n--\(TestForm.boundary)x\r\n--\(TestForm.boundary.dropLast())"
            let file = text + (size == 0 ? "" : almost)
            #expect(try server.post(form("k", file: file), to: "/bucket/", as: "owner").status == 204)
            #expect(try content("k", on: server) == file)
        }
    }

    @Test(arguments: [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)])
    func theSenderChoosesTheStatus(wish: String, status: Int) async throws {
        try await withBucket { (server: TestServer) async throws in
            let answer = try server.post(
                form("a b&c", [("success_action_status", wish)]),
                to: "/bucket",
                as: "owner"
            )
            #expect(answer.status == status)
            guard status == 201 else { return #expect(answer.body.isEmpty) }
            #expect(answer.text.contains("<Bucket>bucket</Bucket><Key>a b&amp;c</Key><ETag>\""))
            #expect(answer.text.contains("/bucket/a%20b%26c</Location>"))
        }
    }

    @Test(arguments: [
        ("https://example.com/done", "https://example.com/done?bucket=bucket&key=k%2F1&etag=%22"),
        ("HTTP://example.com/done?x=1#end", "HTTP://example.com/done?x=1&bucket=bucket&key=k%2F1&etag=%22"),
    ])
    func theSenderChoosesWhereToGo(target: String, location: String) async throws {
        try await withBucket { (server: TestServer) async throws in
            for name in ["success_action_redirect", "redirect"] {
                let answer = try server.post(form("k/1", [(name, target)]), to: "/bucket", as: "owner")
                #expect(answer.status == 303)
                #expect(answer.value(of: "Location")?.hasPrefix(location) == true)
                #expect(answer.value(of: "Location")?.hasSuffix("#end") == target.hasSuffix("#end"))
            }
        }
    }

    @Test(arguments: ["javascript:alert(1)", "/done", "https://", "https://example.com/ x"])
    func whatIsNoAddressIsNotGoneTo(target: String) async throws {
        try await withBucket { (server: TestServer) async throws in
            let answer = try server.post(
                form("k", [("success_action_redirect", target)]),
                to: "/bucket",
                as: "owner"
            )
            #expect(answer.status == 204)
        }
    }

    @Test func signaturesAreCheckedAndFailuresCounted() async throws {
        try await withServer {
            $0.signInFailuresMax = 2
        } _: { (server: TestServer) async throws in
            try await server.engine.makeBucket("bucket")
            func answer(_ user: String, _ secret: String? = nil) throws -> String {
                code(try server.post(form("k"), to: "/bucket", as: user, secret: secret))
            }
            #expect(try answer("nobody") == "InvalidAccessKeyId")
            #expect(try answer("owner", "wrong") == "SignatureDoesNotMatch")
            #expect(try answer("owner") == "")
            #expect(try answer("owner", "wrong") == "SignatureDoesNotMatch")
            #expect(try answer("owner") == "SlowDown")
            #expect(try server.send("GET", "/bucket", as: "owner").status == 503)
        }
    }

    @Test func withoutASignatureTheBucketsPolicyDecides() async throws {
        try await withBucket { (server: TestServer) async throws in
            #expect(code(try server.post(form("open/k"), to: "/bucket", as: nil)) == "AccessDenied")
            #expect(try server.send("PUT", "/bucket?policy", body: openPolicy, as: "owner").status == 204)
            #expect(try server.post(form("open/${filename}"), to: "/bucket", as: nil).status == 204)
            #expect(try content("open/cat.jpg", on: server) == "the file")
            #expect(code(try server.post(form("other"), to: "/bucket", as: nil)) == "AccessDenied")
            #expect(code(try server.post(form("k"), to: "/missing", as: nil)) == "AccessDenied")
        }
    }

    @Test func aUserMayOnlyWhatPoliciesGrant() async throws {
        try await withBucket { (server: TestServer) async throws in
            try server.users.set(
                "writer",
                policies: [
                    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/mine/*","Condition":{"StringEquals":{"s3:authType":"POST","s3:signatureversion":"AWS4-HMAC-SHA256"}}}]}"#
                ]
            )
            #expect(try server.post(form("mine/k"), to: "/bucket", as: "writer").status == 204)
            #expect(code(try server.post(form("yours/k"), to: "/bucket", as: "writer")) == "AccessDenied")
            #expect(code(try server.send("PUT", "/bucket/mine/k", body: "x", as: "writer")) == "AccessDenied")
        }
    }

    @Test func thePolicyOfTheFormBindsTheSender() async throws {
        try await withBucket { (server: TestServer) async throws in
            func answer(_ conditions: String, _ expiration: String = "2100-01-01T00:00:00Z") throws -> String
            {
                let covering =
                    #"["starts-with","$x-amz-algorithm",""],["starts-with","$x-amz-credential",""],["starts-with","$x-amz-date",""]"#
                let signed = try form("k", file: "12345").signed(
                    accessKey: "owner",
                    secret: "owner-secret",
                    conditions: "\(covering),\(conditions)",
                    expiration: expiration
                )
                return code(try server.post(signed, to: "/bucket", as: nil))
            }
            let good = #"{"bucket":"bucket"},["starts-with","$key","k"]"#
            #expect(try answer("\(good),[\"content-length-range\",5,5]") == "")
            #expect(try answer("\(good),[\"content-length-range\",0,4]") == "EntityTooLarge")
            #expect(try answer("\(good),[\"content-length-range\",6,9]") == "EntityTooSmall")
            #expect(try answer("\(good),[\"content-length-range\",60000,90000]") == "EntityTooSmall")
            #expect(try answer(#"{"bucket":"other"},["starts-with","$key","k"]"#) == "AccessDenied")
            #expect(try answer(#"{"bucket":"bucket"}"#) == "AccessDenied")
            #expect(try answer("\(good),{\"acl\":\"private\"}") == "AccessDenied")
            #expect(try answer(good, "2020-01-01T00:00:00Z") == "AccessDenied")
            #expect(try answer("{}") == "InvalidPolicyDocument")
        }
    }

    @Test(
        arguments: [
            ([("x-amz-meta-a", String(repeating: "x", count: 3000))], "MetadataTooLarge"),
            ([("x-amz-checksum-sha256", "nonsense")], "InvalidRequest"),
            ([("x-amz-checksum-crc32", "AAAAAA==")], "BadDigest"),
            ([("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")], "BadDigest"),
            ([("x-amz-storage-class", "GLACIER")], "InvalidStorageClass"),
            ([("x-amz-server-side-encryption", "AES256")], "NotImplemented"),
            ([("tagging", "<Tagging>")], "MalformedXML"),
            ([("a", String(repeating: "x", count: UploadForm.sizeMax))], "MaxPostPreDataLengthExceeded"),
            ([("KEY", "again")], "InvalidArgument"),
        ] as [([(String, String)], String)]
    )
    func fieldsAreReadAsTheHeadersOfAPut(fields: [(String, String)], expected: String) async throws {
        try await withBucket { (server: TestServer) async throws in
            #expect(code(try server.post(form("k", fields), to: "/bucket", as: "owner")) == expected)
            #expect(try server.send("HEAD", "/bucket/k", as: "owner").status == 404)
        }
    }

    @Test func headersOfTheRequestAreNotFieldsOfTheForm() async throws {
        try await withBucket { (server: TestServer) async throws in
            let headers = [
                (name: "x-amz-meta-a", value: "smuggled"), (name: "x-amz-storage-class", value: "GLACIER"),
            ]
            #expect(try server.post(form("k"), to: "/bucket", headers, as: "owner").status == 204)
            let head = try server.send("HEAD", "/bucket/k", as: "owner")
            #expect(head.value(of: "x-amz-meta-a") == nil)
            #expect(head.value(of: "Content-Type") == "binary/octet-stream")
        }
    }

    @Test func aFormWithAHeaderSignatureIsRefused() async throws {
        try await withBucket { (server: TestServer) async throws in
            let type = [(name: "Content-Type", value: TestForm.contentType)]
            let answer = try server.send("POST", "/bucket", type, body: form("k").body, as: "owner")
            #expect(code(answer) == "InvalidArgument")
        }
    }

    @Test func aFormThatIsCutShortStoresNothing() async throws {
        try await withBucket { (server: TestServer) async throws in
            let whole = try form("k", file: "12345").signed(accessKey: "owner", secret: "owner-secret").body
            let type = [(name: "Content-Type", value: TestForm.contentType)]
            for count in stride(from: 0, to: whole.utf8.count - 3, by: 97) {
                let body = String(decoding: whole.utf8.prefix(count), as: UTF8.self)
                let answer = try server.send("POST", "/bucket", type, body: body, as: nil)
                #expect((400..<404).contains(answer.status), "after \(count) bytes: \(answer.text)")
            }
            #expect(try server.send("HEAD", "/bucket/k", as: "owner").status == 404)
            let answer = try server.send("POST", "/bucket", type, body: whole, as: nil)
            #expect(answer.status == 204)
        }
    }
}
