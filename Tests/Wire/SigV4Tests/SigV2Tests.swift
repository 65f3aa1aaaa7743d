import Base
import SigV4
import Testing

/// The examples of "Signing and authenticating REST requests" in the S3 developer guide.
@Suite struct SigV2Tests {
    private let now = Timestamp(iso8601Basic: "20070327T193642Z") ?? Timestamp(seconds: 0)

    private func verify(_ request: SignerRequest, bucket: String?, now: Timestamp) throws(SigV4Error) {
        let claim = try SigV2(of: request, kind: try SignatureKind(of: request), now: now)
        #expect(claim.accessKey == exampleAccessKey)
        try claim.verify(secret: exampleSecret, for: request, virtualHostBucket: bucket)
    }

    private func request(
        _ method: String,
        _ target: String,
        date: String,
        signature: String,
        _ fields: [(name: String, value: String)] = []
    ) -> SignerRequest {
        let all =
            [("Host", "h"), ("Date", date), ("Authorization", "AWS \(exampleAccessKey):\(signature)")]
            + fields
        return SignerRequest(method: method, target: target, fields: all)
    }

    @Test func anObjectGet() throws {
        let get = request(
            "GET",
            "/photos/puppy.jpg",
            date: "Tue, 27 Mar 2007 19:36:42 +0000",
            signature: "bWq2s1WEIj+Ydj0vQ697zp+IXMU="
        )
        try verify(get, bucket: "johnsmith", now: now)
        #expect(throws: SigV4Error.signatureMismatch) { try verify(get, bucket: "other", now: now) }
    }

    @Test func anObjectPut() throws {
        let put = request(
            "PUT",
            "/photos/puppy.jpg",
            date: "Tue, 27 Mar 2007 21:15:45 +0000",
            signature: "MyyxeRY7whkBe+bq8fHCL/2kKUg=",
            [("Content-Type", "image/jpeg"), ("Content-Length", "94328")]
        )
        try verify(put, bucket: "johnsmith", now: Timestamp(iso8601Basic: "20070327T211545Z") ?? now)
    }

    @Test func aListing() throws {
        let list = request(
            "GET",
            "/?prefix=photos&max-keys=50&marker=puppy",
            date: "Tue, 27 Mar 2007 19:42:41 +0000",
            signature: "htDYFYduRNen8P9ZfE/s9SuKy0U="
        )
        try verify(list, bucket: "johnsmith", now: now)
    }

    @Test(arguments: [
        (
            "?prefix=photos&max-keys=50&marker=puppy", "Tue, 27 Mar 2007 19:42:41 +0000",
            "htDYFYduRNen8P9ZfE/s9SuKy0U="
        ),
        ("?acl", "Tue, 27 Mar 2007 19:44:46 +0000", "c2WLPFtWHVgbEmeEG93a4cG37dM="),
    ])
    func aBucketInThePathMayBeSignedAsIfItsSlashWereSent(query: String, date: String, signature: String)
        throws
    {
        try verify(
            request("GET", "/johnsmith/\(query)", date: date, signature: signature),
            bucket: nil,
            now: now
        )
        try verify(
            request("GET", "/johnsmith\(query)", date: date, signature: signature),
            bucket: nil,
            now: now
        )
        for path in ["/johnsmit", "/johnsmith/x", "//johnsmith", "/"] {
            let other = request("GET", "\(path)\(query)", date: date, signature: signature)
            #expect(throws: SigV4Error.signatureMismatch) { try verify(other, bucket: nil, now: now) }
        }
    }

    @Test func aSubresource() throws {
        let acl = request(
            "GET",
            "/?acl",
            date: "Tue, 27 Mar 2007 19:44:46 +0000",
            signature: "c2WLPFtWHVgbEmeEG93a4cG37dM="
        )
        try verify(acl, bucket: "johnsmith", now: now)
    }

    @Test func anUploadWithMetadata() throws {
        let put = request(
            "PUT",
            "/db-backup.dat.gz",
            date: "Tue, 27 Mar 2007 21:06:08 +0000",
            signature: "ilyl83RwaSoYIEdixDQcA4OnAnc=",
            [
                ("User-Agent", "curl/7.15.5"), ("x-amz-acl", "public-read"),
                ("content-type", "application/x-download"), ("Content-MD5", "4gJE4saaMU4BqNR0kLY+lw=="),
                ("X-Amz-Meta-ReviewedBy", "joe@johnsmith.net"),
                ("X-Amz-Meta-ReviewedBy", "jane@johnsmith.net"),
                ("X-Amz-Meta-FileChecksum", "0x02661779"), ("X-Amz-Meta-ChecksumAlgorithm", "crc32"),
                ("Content-Disposition", "attachment; filename=database.dat"), ("Content-Encoding", "gzip"),
                ("Content-Length", "5913339"),
            ]
        )
        try verify(
            put,
            bucket: "static.johnsmith.net",
            now: Timestamp(iso8601Basic: "20070327T210608Z") ?? now
        )
    }

    @Test func keysAreSignedAsTheyAreSent() throws {
        let get = request(
            "GET",
            "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re",
            date: "Wed, 28 Mar 2007 01:49:49 +0000",
            signature: "DNEZGsoieTZ92F3bUfSPQcbGmlM="
        )
        try verify(get, bucket: nil, now: Timestamp(iso8601Basic: "20070328T014949Z") ?? now)
    }

    @Test func aPresignedURL() throws {
        let url = SignerRequest(
            method: "GET",
            target:
                "/photos/puppy.jpg?AWSAccessKeyId=\(exampleAccessKey)&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
            fields: [("Host", "johnsmith.s3.amazonaws.com")]
        )
        let end = Timestamp(seconds: 1_175_139_620)
        try verify(url, bucket: "johnsmith", now: end)
        let late = end + .seconds(1)
        #expect(throws: SigV4Error.expired(at: end, serverTime: late)) {
            try verify(url, bucket: "johnsmith", now: late)
        }
        var changed = url
        changed.queryBytes += ArraySlice("&acl".utf8)
        #expect(throws: SigV4Error.signatureMismatch) { try verify(changed, bucket: "johnsmith", now: end) }
    }

    @Test func clocksMustAgree() throws {
        let get = request("GET", "/", date: "Tue, 27 Mar 2007 19:36:42 GMT", signature: "x")
        let late = now + .seconds(901)
        #expect(throws: SigV4Error.requestTimeTooSkewed(requestTime: now, serverTime: late)) {
            try verify(get, bucket: nil, now: late)
        }
        #expect(throws: SigV4Error.missingDate) {
            try verify(request("GET", "/", date: "x", signature: "x"), bucket: nil, now: now)
        }
        let first = request("GET", "/", date: "Thu, 01 Jan 1970 00:00:00 GMT", signature: "x")
        #expect(throws: SigV4Error.requestTimeTooSkewed(requestTime: .epoch, serverTime: now)) {
            try verify(first, bucket: nil, now: now)
        }
        #expect(throws: SigV4Error.missingDate) {
            let early = request("GET", "/", date: "Wed, 31 Dec 1969 23:59:59 GMT", signature: "x")
            try verify(early, bucket: nil, now: now)
        }
        let end = Timestamp(seconds: 9_223_372_035)
        #expect(throws: SigV4Error.requestTimeTooSkewed(requestTime: end, serverTime: now)) {
            let far = request("GET", "/", date: "Tue, 07 Jul 9999 21:53:04 GMT", signature: "x")
            try verify(far, bucket: nil, now: now)
        }
    }

    @Test(arguments: ["AWS x", "AWS :x", "AWS a:b c", "AWS "]) func malformedHeadersAreRefused(value: String)
    {
        let get = SignerRequest(method: "GET", target: "/", fields: [("Authorization", value)])
        let error = #expect(throws: SigV4Error.self) { try SigV2(of: get, kind: .version2Header, now: now) }
        guard case .malformedAuthorization = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        "AWSAccessKeyId=a", "AWSAccessKeyId=a&Expires=x&Signature=b",
        "AWSAccessKeyId=a&Expires=-1&Signature=b",
        "AWSAccessKeyId=&Expires=1&Signature=b", "AWSAccessKeyId=a&Expires=99999999999&Signature=b",
        "AWSAccessKeyId=a&Expires=1&Expires=2&Signature=b",
    ])
    func malformedQueriesAreRefused(query: String) {
        let get = SignerRequest(method: "GET", target: "/?\(query)", fields: [])
        let error = #expect(throws: SigV4Error.self) { try SigV2(of: get, kind: .version2Query, now: now) }
        guard case .malformedQueryParameters = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
