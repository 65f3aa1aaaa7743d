import Base
import IAM
import Policy
import S3API
import S3Service
import ServiceTestSupport
import SigV4
import Testing

@Suite struct RequestConditionsTests {
    private func values(
        _ key: String,
        _ method: String = "GET",
        _ target: String,
        _ fields: [String] = [],
        kind: SignatureKind = .authorizationHeader,
        isTLS: Bool = false
    ) throws -> [String]? {
        RequestConditions(
            try request(method, target, fields, kind: kind),
            sourceAddress: "192.0.2.1",
            isTLS: isTLS,
            now: Timestamp(seconds: 1_750_000_000),
            region: "eu-1"
        ).values(of: key)
    }

    @Test(
        arguments: [
            ("s3:prefix", "GET", "/bucket?prefix=a%20b", [], ["a b"]),
            ("s3:prefix", "GET", "/bucket?prefix", [], [""]),
            ("s3:prefix", "GET", "/bucket", [], nil),
            // Where nothing is listed the parameter means nothing, and anybody could add it.
            ("s3:prefix", "DELETE", "/bucket?prefix=a", [], nil),
            ("s3:prefix", "HEAD", "/bucket?prefix=a", [], nil),
            ("s3:prefix", "GET", "/bucket/key?prefix=a", [], nil),
            ("s3:prefix", "GET", "/bucket?prefix=a&prefix=b", [], ["a"]),
            ("s3:delimiter", "GET", "/bucket?delimiter=/", [], ["/"]),
            ("s3:max-keys", "GET", "/bucket?max-keys=10", [], ["10"]),
            ("s3:versionid", "GET", "/bucket/key?versionId=null", [], ["null"]),
            ("s3:versionid", "GET", "/bucket/key", [], nil),
            ("s3:x-amz-acl", "PUT", "/bucket/key", ["x-amz-acl: public-read"], ["public-read"]),
            // As operations do, the first counts.
            ("s3:x-amz-acl", "PUT", "/bucket/key", ["x-amz-acl: a", "x-amz-acl: b"], ["a"]),
            (
                "s3:x-amz-copy-source", "PUT", "/b/k", ["x-amz-copy-source: /src/%61?versionId=null"],
                ["src/a"]
            ),
            ("s3:x-amz-copy-source", "PUT", "/b/k", ["x-amz-copy-source: src%2Fa"], ["src/a"]),
            (
                "s3:x-amz-copy-source", "PUT", "/b/k?partNumber=1&uploadId=u", ["x-amz-copy-source: src/a"],
                ["src/a"]
            ),
            // Where nothing is copied.
            ("s3:x-amz-copy-source", "GET", "/b/k", ["x-amz-copy-source: src/a"], nil),
            ("s3:x-amz-copy-source", "PUT", "/b/k?tagging", ["x-amz-copy-source: src/a"], nil),
            ("s3:x-amz-copy-source", "PUT", "/b", ["x-amz-copy-source: src/a"], nil),
            (
                "s3:requestobjecttag/team", "POST", "/b/k?uploads",
                ["x-amz-tagging: Team=a", "x-amz-copy-source: s/k"], ["a"]
            ),
            (
                "s3:x-amz-metadata-directive", "PUT", "/b/k", ["x-amz-metadata-directive: REPLACE"],
                ["REPLACE"]
            ),
            ("s3:x-amz-storage-class", "PUT", "/b/k", ["x-amz-storage-class: STANDARD"], ["STANDARD"]),
            ("s3:x-amz-server-side-encryption", "PUT", "/b/k", [], nil),
            (
                "s3:x-amz-server-side-encryption", "PUT", "/b/k", ["x-amz-server-side-encryption: AES256"],
                ["AES256"]
            ),
            (
                "s3:x-amz-content-sha256", "PUT", "/b/k", ["x-amz-content-sha256: UNSIGNED-PAYLOAD"],
                ["UNSIGNED-PAYLOAD"]
            ),
            ("s3:object-lock-mode", "PUT", "/b/k", ["x-amz-object-lock-mode: COMPLIANCE"], ["COMPLIANCE"]),
            (
                "s3:object-lock-remaining-retention-days", "PUT", "/b/k",
                ["x-amz-object-lock-retain-until-date: 2025-06-25T15:06:40Z"], ["10"]
            ),
            ("s3:requestobjecttag/team", "PUT", "/b/k", ["x-amz-tagging: Team=a%20b&x=y"], ["a b"]),
            ("s3:requestobjecttag/other", "PUT", "/b/k", ["x-amz-tagging: Team=a"], nil),
            ("s3:requestobjecttagkeys", "PUT", "/b/k", ["x-amz-tagging: Team=a&x=y"], ["Team", "x"]),
            ("s3:requestobjecttagkeys", "PUT", "/b/k", [], nil),
            // A copy that keeps its source's tags, and a request that has them in its body.
            (
                "s3:requestobjecttag/team", "PUT", "/b/k",
                ["x-amz-tagging: Team=a", "x-amz-copy-source: s/k"], nil
            ),
            (
                "s3:requestobjecttag/team", "PUT", "/b/k",
                ["x-amz-tagging: Team=a", "x-amz-copy-source: s/k", "x-amz-tagging-directive: replace"], ["a"]
            ),
            ("s3:requestobjecttag/team", "PUT", "/b/k?tagging", ["x-amz-tagging: Team=a"], nil),
            ("s3:existingobjecttag/team", "GET", "/b/k", [], nil),
            ("s3:locationconstraint", "PUT", "/bucket", [], ["eu-1"]),
            ("s3:locationconstraint", "GET", "/bucket", [], nil),
            ("s3:if-none-match", "PUT", "/b/k", ["If-None-Match: *"], ["*"]),
            ("s3:unknown", "GET", "/", ["unknown: x"], nil),
            ("aws:sourceip", "GET", "/", ["X-Forwarded-For: 10.0.0.1"], ["192.0.2.1"]),
            ("aws:referer", "GET", "/", ["Referer: http://example.com/"], ["http://example.com/"]),
            ("aws:useragent", "GET", "/", ["User-Agent: aws-cli/2"], ["aws-cli/2"]),
            ("aws:useragent", "GET", "/", [], nil),
            ("aws:currenttime", "GET", "/", [], ["2025-06-15T15:06:40.000Z"]),
            ("aws:epochtime", "GET", "/", [], ["1750000000"]),
            ("aws:requestedregion", "GET", "/", [], ["eu-1"]),
            ("aws:username", "GET", "/", ["username: root"], nil),
        ] as [(String, String, String, [String], [String]?)]
    )
    func aKeyHasTheValueThatIsDocumented(
        key: String,
        method: String,
        target: String,
        fields: [String],
        expected: [String]?
    ) throws {
        #expect(try values(key, method, target, fields) == expected)
    }

    @Test func aConnectionIsSecureOrNot() throws {
        #expect(try values("aws:securetransport", "GET", "/", isTLS: true) == ["true"])
        #expect(try values("aws:securetransport", "GET", "/", ["X-Forwarded-Proto: https"]) == ["false"])
    }

    @Test(
        arguments: [
            (.anonymous, nil, nil), (.authorizationHeader, "REST-HEADER", "AWS4-HMAC-SHA256"),
            (.queryParameters, "REST-QUERY-STRING", "AWS4-HMAC-SHA256"),
            (.version2Header, "REST-HEADER", "AWS"),
            (.version2Query, "REST-QUERY-STRING", "AWS"),
        ] as [(SignatureKind, String?, String?)]
    )
    func theSignatureTellsItsKind(kind: SignatureKind, type: String?, version: String?) throws {
        #expect(try values("s3:authtype", "GET", "/", kind: kind)?.first == type)
        #expect(try values("s3:signatureversion", "GET", "/", kind: kind)?.first == version)
    }

    @Test func onlyAPresignedURLHasAnAge() throws {
        let target = "/bucket/key?X-Amz-Date=20250615T150600Z"
        #expect(try values("s3:signatureage", "GET", target, kind: .queryParameters) == ["40000"])
        #expect(try values("s3:signatureage", "GET", target) == nil)
        #expect(try values("s3:signatureage", "GET", "/bucket/key", kind: .queryParameters) == nil)
    }

    @Test func existingTagsAreThoseThatWereRead() throws {
        var conditions = RequestConditions(
            try request("GET", "/b/k", ["x-amz-tagging: team=forged"]),
            sourceAddress: "",
            isTLS: false,
            now: .epoch,
            region: ""
        )
        conditions.existingTags = Tagging(encoded: "Team=red&x=y")
        #expect(conditions.values(of: "s3:existingobjecttag/team") == ["red"])
        #expect(conditions.values(of: "s3:existingobjecttag/y") == nil)
    }
}
