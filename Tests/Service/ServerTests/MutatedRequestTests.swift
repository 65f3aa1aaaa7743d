import Base
import Engine
import S3API
import S3Service
import Server
import ServiceTestSupport
import SigV4
import TestSupport
import Testing
import XML

/// A request that is understood as it stands, and what of it is mutated.
private struct FuzzedRequest: Sendable, CustomTestStringConvertible {
    let operation: String
    let method: String
    /// `UPLOAD` stands for an upload of `/bucket/parts` with one part, `ETAG` for that part's ETag.
    let target: String
    var fields: [(name: String, value: String)] = []
    var body: String?
    var isSigned = true

    var testDescription: String { "\(operation) \(fields.map(\.name))" }

    init(
        _ operation: String,
        _ method: String,
        _ target: String,
        _ fields: KeyValuePairs<String, String> = [:],
        _ body: String? = nil
    ) {
        (self.operation, self.method, self.target, self.body) = (operation, method, target, body)
        self.fields = fields.map { ($0.key, $0.value) }
    }

    func filled(_ placeholders: [String: String]) -> FuzzedRequest {
        func filled(_ text: String) -> String {
            placeholders.reduce(text) { text, pair in
                text.split(separator: pair.key, omittingEmptySubsequences: false).joined(
                    separator: pair.value
                )
            }
        }
        var copy = FuzzedRequest(operation, method, filled(target), [:], body.map(filled))
        copy.fields = fields
        copy.isSigned = isSigned
        return copy
    }
}

private let policy = """
    {"Version":"2012-10-17","Id":"p","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["*"]},\
    "Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::open/*","Condition":{"StringLike":\
    {"aws:UserAgent":["a*","${aws:username}"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}
    """

/// Bodies. Every operation of the reference that has one is here.
private let bodies: [FuzzedRequest] = [
    FuzzedRequest("PutBucketPolicy", "PUT", "/open?policy", [:], policy),
    FuzzedRequest(
        "PutBucketVersioning",
        "PUT",
        "/open?versioning",
        [:],
        "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketCors",
        "PUT",
        "/open?cors",
        [:],
        "<CORSConfiguration><CORSRule><ID>x</ID><AllowedMethod>GET</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketAccelerateConfiguration",
        "PUT",
        "/open?accelerate",
        [:],
        "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketRequestPayment",
        "PUT",
        "/open?requestPayment",
        [:],
        "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketEncryption",
        "PUT",
        "/open?encryption",
        [:],
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketReplication",
        "PUT",
        "/open?replication",
        [:],
        "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status></Rule></ReplicationConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketNotificationConfiguration",
        "PUT",
        "/open?notification",
        [:],
        "<NotificationConfiguration><QueueConfiguration><Id>1</Id><Queue>q</Queue></QueueConfiguration></NotificationConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketAnalyticsConfiguration",
        "PUT",
        "/open?analytics&id=a",
        [:],
        "<AnalyticsConfiguration><Id>a</Id><Filter><Prefix>p</Prefix></Filter><StorageClassAnalysis/></AnalyticsConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketIntelligentTieringConfiguration",
        "PUT",
        "/open?intelligent-tiering&id=a",
        [:],
        "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketInventoryConfiguration",
        "PUT",
        "/open?inventory&id=a",
        [:],
        "<InventoryConfiguration><Id>a</Id><IsEnabled>false</IsEnabled><Destination/><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketMetricsConfiguration",
        "PUT",
        "/open?metrics&id=a",
        [:],
        "<MetricsConfiguration><Id>a</Id><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter></MetricsConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketLifecycleConfiguration",
        "PUT",
        "/open?lifecycle",
        [:],
        "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>p</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketLogging",
        "PUT",
        "/open?logging",
        [:],
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>bucket</TargetBucket><TargetPrefix>a/</TargetPrefix><TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>"
    ),
    FuzzedRequest(
        "PutBucketWebsite",
        "PUT",
        "/open?website",
        [:],
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect><ReplaceKeyWith>b</ReplaceKeyWith><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketOwnershipControls",
        "PUT",
        "/open?ownershipControls",
        [:],
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule></OwnershipControls>"
    ),
    FuzzedRequest(
        "PutPublicAccessBlock",
        "PUT",
        "/open?publicAccessBlock",
        [:],
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls></PublicAccessBlockConfiguration>"
    ),
    FuzzedRequest(
        "PutBucketTagging",
        "PUT",
        "/open?tagging",
        [:],
        "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag><Tag><Key>c</Key><Value/></Tag></TagSet></Tagging>"
    ),
    FuzzedRequest(
        "PutObjectTagging",
        "PUT",
        "/bucket/key?tagging",
        [:],
        "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    ),
    FuzzedRequest(
        "PutObjectLockConfiguration",
        "PUT",
        "/bucket?object-lock",
        [:],
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
    ),
    FuzzedRequest(
        "PutObjectRetention",
        "PUT",
        "/bucket/key?retention",
        ["x-amz-bypass-governance-retention": "true"],
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2100-01-01T00:00:00Z</RetainUntilDate></Retention>"
    ),
    FuzzedRequest(
        "PutObjectLegalHold",
        "PUT",
        "/bucket/key?legal-hold",
        [:],
        "<LegalHold><Status>ON</Status></LegalHold>"
    ),
    FuzzedRequest("PutBucketAcl", "PUT", "/open?acl", [:], list),
    FuzzedRequest("PutObjectAcl", "PUT", "/open/key?acl", [:], list),
    FuzzedRequest(
        "CreateBucket",
        "PUT",
        "/made",
        [:],
        "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>"
    ),
    FuzzedRequest(
        "DeleteObjects",
        "POST",
        "/open?delete",
        [:],
        "<Delete><Quiet>false</Quiet><Object><Key>gone</Key><VersionId>null</VersionId></Object><Object><Key>a&amp;b</Key></Object></Delete>"
    ),
    FuzzedRequest(
        "CompleteMultipartUpload",
        "POST",
        "/bucket/parts?uploadId=UPLOAD",
        [:],
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>ETAG</ETag></Part></CompleteMultipartUpload>"
    ),
    FuzzedRequest("PutObject", "PUT", "/open/put", [:], "text"),
    FuzzedRequest("UploadPart", "PUT", "/bucket/parts?partNumber=2&uploadId=UPLOAD", [:], "text"),
]

private let list = """
    <AccessControlPolicy><Owner><ID>\(Owner.server.id)</ID></Owner><AccessControlList><Grant><Grantee \
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>\
    http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>\
    </AccessControlList></AccessControlPolicy>
    """

private let everybody = "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""

/// Headers: one or two of each request are mutated.
private let heads: [FuzzedRequest] = [
    FuzzedRequest(
        "PutObject",
        "PUT",
        "/bucket/put",
        [
            "x-amz-tagging": "a=b&c%20d=e", "x-amz-object-lock-mode": "GOVERNANCE",
            "x-amz-object-lock-retain-until-date": "2100-01-01T00:00:00Z",
            "x-amz-object-lock-legal-hold": "OFF",
            "x-amz-meta-colour": "blue", "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "cache-control": "no-cache",
            "content-encoding": "gzip", "expires": "Wed, 21 Oct 2015 07:28:00 GMT",
            "content-type": "text/plain",
            "x-amz-website-redirect-location": "/other",
        ],
        "text"
    ),
    FuzzedRequest(
        "PutObject",
        "PUT",
        "/open/put",
        [
            "x-amz-grant-read": everybody, "x-amz-grant-full-control": "id=\"\(Owner.server.id)\"",
            "x-amz-checksum-crc32c": "L1MZ4Q==", "x-amz-sdk-checksum-algorithm": "CRC32C",
            "content-md5": "HLJR7A1WjeapKbUgxK7Y0Q==", "if-none-match": "*",
            "x-amz-expected-bucket-owner": Owner.server.id,
            "x-amz-request-payer": "requester",
        ],
        "text"
    ),
    FuzzedRequest(
        "PutObject",
        "PUT",
        "/open/put",
        ["x-amz-acl": "public-read", "if-none-match": "*"],
        "text"
    ),
    FuzzedRequest(
        "CopyObject",
        "PUT",
        "/bucket/copy",
        [
            "x-amz-copy-source": "/open/key?versionId=null", "x-amz-metadata-directive": "REPLACE",
            "x-amz-tagging-directive": "REPLACE", "x-amz-tagging": "a=b",
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-copy-source-if-none-match": "\"b\"",
            "x-amz-copy-source-if-unmodified-since": "Wed, 21 Oct 2099 07:28:00 GMT", "x-amz-meta-a": "b",
        ]
    ),
    FuzzedRequest(
        "CreateMultipartUpload",
        "POST",
        "/bucket/parts?uploads",
        [
            "x-amz-tagging": "a=b", "x-amz-object-lock-mode": "GOVERNANCE",
            "x-amz-object-lock-retain-until-date": "2100-01-01T00:00:00Z",
            "x-amz-checksum-algorithm": "CRC32",
            "x-amz-checksum-type": "FULL_OBJECT", "x-amz-storage-class": "STANDARD", "x-amz-meta-x": "y",
        ],
        ""
    ),
    FuzzedRequest(
        "UploadPart",
        "PUT",
        "/bucket/parts?partNumber=2&uploadId=UPLOAD",
        [
            "x-amz-checksum-crc32": "O4unxw==", "content-md5": "HLJR7A1WjeapKbUgxK7Y0Q==",
            "x-amz-trailer": "x",
        ],
        "text"
    ),
    FuzzedRequest(
        "UploadPartCopy",
        "PUT",
        "/bucket/parts?partNumber=2&uploadId=UPLOAD",
        [
            "x-amz-copy-source": "bucket/key", "x-amz-copy-source-range": "bytes=0-1",
            "x-amz-copy-source-if-none-match": "\"0\"",
        ]
    ),
    FuzzedRequest(
        "CompleteMultipartUpload",
        "POST",
        "/bucket/parts?uploadId=UPLOAD",
        [
            "x-amz-mp-object-size": "4", "x-amz-checksum-type": "COMPOSITE", "if-none-match": "*",
            "x-amz-checksum-sha256": "qhAHCk5XGyBLvfbeIJePDwx3EFFt/ZsnIZdbb/zGk9w=-1",
        ],
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>ETAG</ETag></Part></CompleteMultipartUpload>"
    ),
    FuzzedRequest(
        "CreateBucket",
        "PUT",
        "/made",
        [
            "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read",
            "x-amz-bucket-object-lock-enabled": "true",
        ],
        ""
    ),
    FuzzedRequest(
        "PutBucketAcl",
        "PUT",
        "/open?acl",
        ["x-amz-grant-read": everybody, "x-amz-grant-write-acp": "id=\(Owner.server.id)"],
        ""
    ),
    FuzzedRequest("PutObjectAcl", "PUT", "/open/key?acl", ["x-amz-acl": "authenticated-read"], ""),
    FuzzedRequest(
        "GetObject",
        "GET",
        "/bucket/key",
        [
            "range": "bytes=1-2", "if-match": "*", "if-none-match": "W/\"b\"",
            "x-amz-checksum-mode": "ENABLED",
            "if-modified-since": "Wed, 21 Oct 2015 07:28:00 GMT",
            "if-unmodified-since": "2099-10-21T07:28:00Z",
        ]
    ),
    FuzzedRequest(
        "GetObjectAttributes",
        "GET",
        "/bucket/key?attributes",
        [
            "x-amz-object-attributes": "ETag,Checksum,ObjectParts", "x-amz-max-parts": "3",
            "x-amz-part-number-marker": "1",
        ]
    ),
    FuzzedRequest(
        "DeleteObject",
        "DELETE",
        "/bucket/gone",
        [
            "x-amz-bypass-governance-retention": "true", "if-match": "\"a\"", "x-amz-if-match-size": "4",
            "x-amz-if-match-last-modified-time": "Wed, 21 Oct 2015 07:28:00 GMT",
        ]
    ),
]

/// What stands behind the question mark.
private let queries: [FuzzedRequest] = [
    FuzzedRequest(
        "ListObjectsV2",
        "GET",
        "/bucket?list-type=2&prefix=k%20&delimiter=%2F&max-keys=2&encoding-type=url&start-after=a&fetch-owner=true&continuation-token=a2V5"
    ),
    FuzzedRequest(
        "ListObjects",
        "GET",
        "/bucket?prefix=k&delimiter=%2F&max-keys=2&marker=a&encoding-type=url"
    ),
    FuzzedRequest(
        "ListObjectVersions",
        "GET",
        "/bucket?versions&prefix=k&max-keys=2&key-marker=key&version-id-marker=null&delimiter=e"
    ),
    FuzzedRequest(
        "ListMultipartUploads",
        "GET",
        "/bucket?uploads&prefix=p&max-uploads=2&key-marker=parts&upload-id-marker=UPLOAD&delimiter=%2F"
    ),
    FuzzedRequest(
        "ListParts",
        "GET",
        "/bucket/parts?uploadId=UPLOAD&max-parts=1&part-number-marker=1&encoding-type=url"
    ),
    FuzzedRequest(
        "GetObject",
        "GET",
        "/open/key?versionId=null&partNumber=1&response-content-type=text%2Fx&response-expires=x"
    ),
    FuzzedRequest("DeleteObject", "DELETE", "/open/gone?versionId=null"),
    FuzzedRequest("UploadPart", "PUT", "/bucket/parts?partNumber=3&uploadId=UPLOAD", [:], "text"),
    FuzzedRequest("AbortMultipartUpload", "DELETE", "/bucket/parts?uploadId=UPLOAD"),
    FuzzedRequest("GetBucketMetricsConfiguration", "GET", "/open?metrics&id=a"),
    FuzzedRequest(
        "ListBuckets",
        "GET",
        "/?prefix=b&max-buckets=1&continuation-token=YnVja2V0&bucket-region=us-east-1"
    ),
]

/// Whatever is mutated, the answer is one of S3's, and with an error nothing has changed.
@Suite(.timeLimit(.minutes(5))) struct MutatedRequestTests {
    private static let roundCount = 6

    @Test func everyOperationWithABodyIsTried() {
        let wanted = Set(authorizationReference.filter { $0.body?.isEmpty == false }.map(\.operation))
        #expect(wanted.subtracting(bodies.map(\.operation)) == ["PostObject"])
    }

    @Test("bodies", arguments: bodies, 0..<2 as Range<UInt64>)
    fileprivate func mutatedBodies(row: FuzzedRequest, seed: UInt64) async throws {
        try await walk(row, seed) { request, generator in
            let body = Array((request.body ?? "").utf8)
            let bytes =
                Bool.random(using: &generator)
                ? mutated(body, using: &generator) : mutatedElements(body, using: &generator)
            return (request.target, request.fields, bytes)
        }
    }

    @Test("headers", arguments: heads, 0..<2 as Range<UInt64>)
    fileprivate func mutatedHeaders(row: FuzzedRequest, seed: UInt64) async throws {
        try await walk(row, seed) { request, generator in
            var fields = request.fields.filter { _ in Int.random(in: 0..<3, using: &generator) > 0 }
            if fields.isEmpty { fields = [request.fields[0]] }
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                let index = Int.random(in: fields.indices, using: &generator)
                // Another line would be another header.
                let bytes = mutated(Array(fields[index].value.utf8), using: &generator).filter {
                    $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n")
                }
                fields[index].value = String(decoding: bytes, as: UTF8.self)
            }
            return (request.target, fields, request.body.map { Array($0.utf8) })
        }
    }

    @Test("queries", arguments: queries, 0..<2 as Range<UInt64>)
    fileprivate func mutatedQueries(row: FuzzedRequest, seed: UInt64) async throws {
        try await walk(row, seed) { request, generator in
            let parts = request.target.split(separator: "?", maxSplits: 1)
            // What ends a target ends it here, too.
            let query = mutated(Array(parts[1].utf8), using: &generator).filter {
                $0 > 0x20 && $0 < 0x7f && $0 != 0x23
            }
            let target = "\(parts[0])?\(String(decoding: query, as: UTF8.self))"
            return (target, request.fields, request.body.map { Array($0.utf8) })
        }
    }

    @Test("forms", arguments: 0..<2 as Range<UInt64>) func mutatedForms(seed: UInt64) async throws {
        let form = TestForm(
            [
                ("key", "form/${filename}"), ("x-amz-meta-a", "b"), ("success_action_status", "201"),
                ("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"),
                ("x-amz-checksum-crc32", "O4unxw=="), ("Content-Type", "text/plain"),
            ],
            file: "text"
        )
        var row = FuzzedRequest(
            "PostObject",
            "POST",
            "/anybody",
            ["Content-Type": TestForm.contentType],
            form.body
        )
        row.isSigned = false
        try await walk(row, seed) { request, generator in
            (request.target, request.fields, mutated(Array((request.body ?? "").utf8), using: &generator))
        }
        let signed = try form.signed(accessKey: "owner", secret: "owner-secret")
        row.body = signed.body
        try await walk(row, seed &+ 100) { request, generator in
            (request.target, request.fields, mutated(Array((request.body ?? "").utf8), using: &generator))
        }
    }

    private typealias Mutant = (target: String, fields: [(name: String, value: String)], body: [UInt8]?)

    private func walk(
        _ row: FuzzedRequest,
        _ seed: UInt64,
        _ mutate: (FuzzedRequest, inout SeededGenerator) -> Mutant
    ) async throws {
        try await withServer { server in
            try await prepare(server)
            let user = row.isSigned ? "owner" : nil
            var generator = SeededGenerator(seed: seed)
            var placeholders = try upload(to: server)
            var before = try await StoredState(server.engine)
            for round in 0..<Self.roundCount {
                let request = row.filled(placeholders)
                // The first one is as it should be.
                let mutant =
                    round == 0
                    ? (request.target, request.fields, request.body.map { Array($0.utf8) })
                    : mutate(request, &generator)
                let what =
                    "\(row.method) \(mutant.0) \(mutant.1) \(String(decoding: mutant.2 ?? [], as: UTF8.self))"
                let answer = try send(row.method, mutant, to: server, as: user)
                let after = try await StoredState(server.engine)
                if round == 0, row.fields.isEmpty, row.body != nil {
                    #expect(answer.status < 400 || answer.status == 501, "\(what): \(answer.text)")
                }
                if answer.status >= 400 {
                    check(answer, what)
                    #expect(after == before, "\(what) is answered \(answer.status), and something changed")
                } else {
                    #expect(
                        after.changedDocumentCount(since: before) <= 1 || row.operation == "CreateBucket",
                        "\(what)"
                    )
                    try checkReadable(row, server, what)
                    if row.operation == "CreateBucket" { _ = try server.send("DELETE", "/made", as: "owner") }
                    placeholders = try upload(to: server)
                }
                before = answer.status >= 400 ? after : try await StoredState(server.engine)
            }
        }
    }

    /// What nobody can sign is sent without a signature.
    private func send(
        _ method: String,
        _ mutant: Mutant,
        to server: TestServer,
        as user: String?
    ) throws -> LoopbackClient.Answer {
        do {
            return try server.send(method, mutant.target, mutant.fields, bytes: mutant.body, as: user)
        } catch SigV4Error.malformedTarget {
            return try server.send(method, mutant.target, mutant.fields, bytes: mutant.body, as: nil)
        }
    }

    /// An error is a document that says which, and it is the sender's.
    private func check(_ answer: LoopbackClient.Answer, _ what: String) {
        #expect((400..<500).contains(answer.status) || answer.status == 501, "\(answer.status): \(what)")
        // A HEAD or a 304 would have none.
        guard let error = try? XMLElement(parsing: answer.body, sizeMax: 1 << 20) else {
            Issue.record("no document: \(answer.text) for \(what)")
            return
        }
        #expect(error.name == "Error" && answer.value(of: "Content-Type") == "application/xml", "\(what)")
        for name in ["Code", "Message", "RequestId", "HostId"] {
            #expect(error.text(of: name)?.isEmpty == false, "\(name) is missing: \(what)")
        }
        #expect(answer.value(of: "x-amz-request-id") == error.text(of: "RequestId"))
    }

    /// Whatever was taken is told again.
    private func checkReadable(_ row: FuzzedRequest, _ server: TestServer, _ what: String) throws {
        guard row.method == "PUT", row.target.contains("?") else { return }
        let answer = try server.send("GET", row.target, as: "owner")
        #expect(answer.status < 500 || answer.status == 501, "GET after \(what): \(answer.text)")
        #expect(try server.send("GET", "/open?versions", as: "owner").status == 200, "listing after \(what)")
    }

    private func prepare(_ server: TestServer) async throws {
        func put(_ target: String, _ body: String, _ fields: [(name: String, value: String)] = []) throws {
            let answer = try server.send("PUT", target, fields, body: body, as: "owner")
            try #require(answer.status == 200 || answer.status == 204, "\(answer.text)")
        }
        let writer = [(name: "x-amz-object-ownership", value: "ObjectWriter")]
        try put("/bucket", "", writer + [(name: "x-amz-bucket-object-lock-enabled", value: "true")])
        try put("/open", "", writer)
        try put("/anybody", "")
        let anybody = """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject*",\
            "Resource":"arn:aws:s3:::anybody/*"}]}
            """
        let policy = try server.send("PUT", "/anybody?policy", body: anybody, as: "owner")
        try #require(policy.status == 204 || policy.status == 200, "\(policy.text)")
        for bucket in ["bucket", "open"] { try put("/\(bucket)/key", "text") }
        try put(
            "/open?tagging",
            "<Tagging><TagSet><Tag><Key>kept</Key><Value>x</Value></Tag></TagSet></Tagging>"
        )
    }

    private func upload(to server: TestServer) throws -> [String: String] {
        let made = try server.send("POST", "/bucket/parts?uploads", body: "", as: "owner")
        let document = try XMLElement(parsing: made.body, sizeMax: 1 << 20)
        let id = try #require(document.text(of: "UploadId"))
        let part = try server.send(
            "PUT",
            "/bucket/parts?partNumber=1&uploadId=\(id)",
            body: "text",
            as: "owner"
        )
        return ["UPLOAD": id, "ETAG": try #require(part.value(of: "ETag"))]
    }
}

/// All that a change could change.
private struct StoredState: Equatable {
    private var documents: [String: [UInt8]] = [:]
    private var versions: [String] = []
    private var uploads: [String] = []

    init(_ engine: Engine) async throws {
        for bucket in engine.allBuckets() {
            documents[bucket.name] = []
            for (document, text) in bucket.documents { documents["\(bucket.name) \(document)"] = text.bytes }
            var request = ListRequest()
            request.scope = .versions(after: nil)
            for entry in try await engine.list(bucket: bucket.name, request).entries {
                guard case .object(let version, _) = entry else { continue }
                let metadata = version.metadata.map { "\($0.name)=\($0.value)" }
                let system = version.internalMetadata.map { "\($0.name)=\($0.value)" }
                versions.append(
                    "\(bucket.name)/\(version.key) \(version.id) \(version.size) \(version.isDeleteMarker) \(metadata) \(system)"
                )
            }
            let page = try await engine.uploads(
                bucket: bucket.name,
                prefix: "",
                delimiter: nil,
                afterKey: nil,
                afterID: nil,
                limit: 1000
            )
            for upload in page.uploads {
                let key = upload.key ?? ""
                let parts = try await engine.parts(
                    bucket: bucket.name,
                    key: key,
                    uploadID: upload.id,
                    after: 0,
                    limit: 1000
                ).parts
                uploads.append(
                    "\(bucket.name)/\(key) \(upload.id) \(parts.map { "\($0.number) \($0.etag)" })"
                )
            }
        }
    }

    func changedDocumentCount(since other: StoredState) -> Int {
        Set(documents.keys).union(other.documents.keys).count { documents[$0] != other.documents[$0] }
    }
}
