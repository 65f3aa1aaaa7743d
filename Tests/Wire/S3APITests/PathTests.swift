import S3API
import Testing

private func path(_ raw: String, host: String? = nil, domains: [String] = []) throws(S3Error) -> S3Path {
    try S3Path(path: ArraySlice(raw.utf8), host: host, domains: domains)
}

@Suite struct S3PathTests {
    @Test(
        arguments: [
            ("/", nil, nil), ("/b", "b", nil), ("/b/", "b", nil), ("/b/k", "b", "k"), ("/b//k", "b", "/k"),
            ("/b/k/", "b", "k/"),
            ("/b/a/../c", "b", "a/../c"), ("/b/a%20b%2Fc+d", "b", "a b/c+d"), ("/b/%25", "b", "%"),
            ("/b/%2525", "b", "%25"),
            ("//k", "", "k"), ("/b%2Fk", "b/k", nil), ("/b/%00", "b", "\u{0}"), ("/b/%E1%88%B4", "b", "ሴ"),
            ("/b/ሴ", "b", "ሴ"),
        ] as [(String, String?, String?)]
    )
    func pathStyle(raw: String, bucket: String?, key: String?) throws {
        let found = try path(raw, host: "localhost:9000")
        #expect(found.bucket == bucket)
        #expect(found.key == key)
        #expect(!found.isVirtualHost)
    }

    @Test(
        arguments: [
            ("b.s3.example.com", "b"), ("B.S3.example.com:9000", "b"), ("a.b.s3.example.com", "a.b"),
            ("x.example.com", "x"),
            ("s3.example.com", nil), ("s3.example.com:9000", nil), ("example.com", nil),
            (".s3.example.com", nil),
            ("s3.example.com.evil", nil), ("bs3.example.com.", nil), ("localhost", nil),
            ("127.0.0.1:9000", nil),
            ("[::1]:9000", nil), ("[::1]", nil), ("evil-example.com", nil), ("", nil),
        ] as [(String, String?)]
    )
    func virtualHosts(host: String, bucket: String?) throws {
        let found = try path("/p/k", host: host, domains: ["example.com", "S3.Example.com"])
        #expect(found.bucket == bucket ?? "p")
        #expect(found.key == (bucket == nil ? "k" : "p/k"))
        #expect(found.isVirtualHost == (bucket != nil))
    }

    @Test func aVirtualHostsRootIsTheBucket() throws {
        let found = try path("/", host: "b.example.com", domains: ["example.com"])
        #expect(found.bucket == "b")
        #expect(found.key == nil)
    }

    @Test(arguments: ["", "b/k", "*", "/b/%", "/b/%2", "/b/%zz", "/%zz/k", "/b/%FF", "/b/%C3%28"])
    func whatDoesNotDecodeIsRefused(raw: String) {
        let error = #expect(throws: S3Error.self) { try path(raw) }
        #expect(error?.code == .invalidURI)
    }

    @Test func keysAreAsLongAs1024Bytes() throws {
        let longest = String(repeating: "é", count: 512)
        #expect(try path("/b/\(longest)").key == longest)
        let error = #expect(throws: S3Error.self) { try path("/b/\(longest)a") }
        #expect(error?.code == .keyTooLong)
    }
}

@Suite struct BucketNameTests {
    @Test(arguments: [
        "abc", "a-b", "a.b", "a1b", "123", "a--b", String(repeating: "a", count: 63), "1.2.3", "1.2.3.4.5",
        "1.2.3.a",
    ])
    func goodNames(name: String) {
        #expect(BucketName.isCreatable(name))
        #expect(BucketName.isLookupable(name))
    }

    @Test(arguments: ["Abc", "a_b", "a:b", "xn--a", "sthree-a", "a-s3alias", "abc--ol-s3"])
    func oldNamesAreStillFound(name: String) {
        #expect(!BucketName.isCreatable(name))
        #expect(BucketName.isLookupable(name))
    }

    @Test(arguments: [
        "", "a", "ab", String(repeating: "a", count: 64), "-ab", "ab-", ".ab", "ab.", "a..b", "a.-b", "a-.b",
        "1.2.3.4",
        "a b", "a/b", "é23", "minio", "a\u{0}b", "..", "...", "a\u{301}bc", "_ab",
    ])
    func badNames(name: String) {
        #expect(!BucketName.isCreatable(name))
        #expect(!BucketName.isLookupable(name))
    }
}

@Suite struct CopySourceTests {
    @Test(
        arguments: [
            ("b/k", "b", "k", nil), ("/b/k", "b", "k", nil), ("b/a%20b/c", "b", "a b/c", nil),
            ("b/a+b", "b", "a+b", nil),
            ("b/k?versionId=v", "b", "k", "v"), ("/b/k%3FversionId=v", "b", "k?versionId=v", nil),
            ("b/k?versionId=a%2Bb", "b", "k", "a+b"), ("b%2Fk", "b", "k", nil), ("%2Fb%2Fk", "b", "k", nil),
            ("b//k", "b", "/k", nil), ("b/k?x", "b", "k?x", nil), ("b/%2525", "b", "%25", nil),
            ("b/k?versionId=null", "b", "k", "null"),
        ] as [(String, String, String, String?)]
    )
    func sources(text: String, bucket: String, key: String, version: String?) throws {
        let source = try CopySource(text)
        #expect(source.bucket == bucket)
        #expect(source.key == key)
        #expect(source.versionID == version)
    }

    @Test(arguments: [
        "", "/", "b", "/b", "b/", "/b/", "//k", "b/%", "b/%zz", "b/%FF", "b/k?versionId=", "b/k?versionId=%",
        "%zz/k",
    ])
    func whatNamesNoObjectIsRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try CopySource(text) }
        #expect(error?.code == .invalidArgument)
    }
}

@Suite struct QueryStringTests {
    private func query(_ raw: String) throws(S3Error) -> QueryString { try QueryString(ArraySlice(raw.utf8)) }

    @Test func itemsKeepTheirOrderAndTheirPluses() throws {
        let found = try query("b=1&a&c=&&a=x%20y+z%3D=1&%61b=")
        #expect(found.items.map(\.name) == ["b", "a", "c", "a", "ab"])
        #expect(found.items.map(\.value) == ["1", "", "", "x y+z==1", ""])
        #expect(found["a"] == "")
        #expect(found["A"] == nil)
        #expect(found.contains("c"))
        #expect(try query("").items.isEmpty)
    }

    @Test(arguments: ["%", "a=%2", "a=%zz", "%g0", "a=%FF"]) func whatDoesNotDecodeIsRefused(raw: String) {
        let error = #expect(throws: S3Error.self) { try query(raw) }
        #expect(error?.code == .invalidURI)
    }

    @Test(arguments: [
        ("", 1000), ("max-keys", 1000), ("max-keys=", 1000), ("max-keys=0", 0), ("max-keys=1001", 1000),
        ("max-keys=2147483647", 1000),
    ])
    func countsAreCutDown(raw: String, count: Int) throws {
        #expect(try query(raw).count(of: "max-keys") == count)
    }

    @Test(arguments: ["max-keys=-1", "max-keys=x", "max-keys=2147483648", "max-keys=%20"])
    func otherCountsAreRefused(raw: String) throws {
        let found = try query(raw)
        let error = #expect(throws: S3Error.self) { try found.count(of: "max-keys") }
        #expect(error?.code == .invalidArgument)
    }

    @Test func theOnlyEncodingIsURL() throws {
        #expect(try query("encoding-type=url").encodesKeys())
        #expect(try !query("").encodesKeys())
        let other = try query("encoding-type=base64")
        #expect(throws: S3Error.self) { try other.encodesKeys() }
    }
}
