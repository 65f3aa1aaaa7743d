import IAM
import S3API
import S3Service
import Server
import ServiceTestSupport
import SigV4
import Testing

/// The table the server runs with.
private let table = OperationTable(ServerProgram.operations)

private let md5 = "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="

@Suite struct OperationTableTests {
    /// A request for each way to each operation.
    private static let routes: [(String, String, [String], String)] = [
        ("GET", "/", [], "ListBuckets"),
        ("GET", "/?x-id=ListBuckets", [], "ListBuckets"),
        ("PUT", "/bucket", [], "CreateBucket"),
        ("PUT", "/bucket/", [], "CreateBucket"),
        ("HEAD", "/bucket", [], "HeadBucket"),
        ("DELETE", "/bucket", [], "DeleteBucket"),
        ("GET", "/bucket?location", [], "GetBucketLocation"),
        ("GET", "/bucket?location=", [], "GetBucketLocation"),
        ("PUT", "/bucket?policy", ["Content-Length: 2"], "PutBucketPolicy"),
        ("GET", "/bucket?policy", [], "GetBucketPolicy"),
        ("DELETE", "/bucket?policy", [], "DeleteBucketPolicy"),
        ("GET", "/bucket?policyStatus", [], "GetBucketPolicyStatus"),
        ("GET", "/bucket", [], "ListObjects"),
        ("GET", "/bucket?prefix=a&delimiter=/", [], "ListObjects"),
        ("GET", "/bucket?list-type=1", [], "ListObjects"),
        ("GET", "/bucket?list-type=2&prefix=a", [], "ListObjectsV2"),
        ("GET", "/bucket?uploads", [], "ListMultipartUploads"),
        (
            "POST", "/bucket?delete", ["Content-Length: 0", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="],
            "DeleteObjects"
        ),
        ("PUT", "/bucket/key", ["Content-Length: 0"], "PutObject"),
        ("PUT", "/bucket/key?x-id=PutObject", ["Content-Length: 0"], "PutObject"),
        ("PUT", "/bucket/key", ["x-amz-copy-source: source/b"], "CopyObject"),
        ("PUT", "/bucket/key?partNumber=1&uploadId=u", ["Content-Length: 0"], "UploadPart"),
        ("PUT", "/bucket/key?partNumber=1&uploadId=u", ["x-amz-copy-source: source/b"], "UploadPartCopy"),
        ("GET", "/bucket/key", [], "GetObject"),
        ("GET", "/bucket/key?versionId=null&partNumber=1", [], "GetObject"),
        ("HEAD", "/bucket/key", [], "HeadObject"),
        ("GET", "/bucket/key?tagging", [], "GetObjectTagging"),
        ("PUT", "/bucket/key?tagging", ["Content-Length: 2"], "PutObjectTagging"),
        ("DELETE", "/bucket/key?tagging", [], "DeleteObjectTagging"),
        ("PUT", "/bucket?tagging", ["Content-Length: 2"], "PutBucketTagging"),
        ("GET", "/bucket?tagging", [], "GetBucketTagging"),
        ("DELETE", "/bucket?tagging", [], "DeleteBucketTagging"),
        ("GET", "/bucket/key?attributes", ["x-amz-object-attributes: ETag"], "GetObjectAttributes"),
        ("PUT", "/bucket?object-lock", ["Content-Length: 2", md5], "PutObjectLockConfiguration"),
        ("GET", "/bucket?object-lock", [], "GetObjectLockConfiguration"),
        ("PUT", "/bucket/key?retention", ["Content-Length: 2", md5], "PutObjectRetention"),
        ("GET", "/bucket/key?retention", [], "GetObjectRetention"),
        ("PUT", "/bucket/key?legal-hold", ["Content-Length: 2", md5], "PutObjectLegalHold"),
        ("GET", "/bucket/key?legal-hold", [], "GetObjectLegalHold"),
        ("DELETE", "/bucket/key", [], "DeleteObject"),
        ("DELETE", "/bucket/key?uploadId=u", [], "AbortMultipartUpload"),
        ("GET", "/bucket/key?uploadId=u", [], "ListParts"),
        ("POST", "/bucket/key?uploads", [], "CreateMultipartUpload"),
        ("POST", "/bucket/key?uploadId=u", ["Content-Length: 0"], "CompleteMultipartUpload"),
        ("PUT", "/bucket?versioning", ["Content-Length: 2"], "PutBucketVersioning"),
        ("GET", "/bucket?versioning", [], "GetBucketVersioning"),
        ("GET", "/bucket?versions&prefix=a", [], "ListObjectVersions"),
        ("PUT", "/bucket?cors", ["Content-Length: 2"], "PutBucketCors"),
        ("GET", "/bucket?cors", [], "GetBucketCors"),
        ("DELETE", "/bucket?cors", [], "DeleteBucketCors"),
        ("PUT", "/bucket?accelerate", ["Content-Length: 2"], "PutBucketAccelerateConfiguration"),
        ("GET", "/bucket?accelerate", [], "GetBucketAccelerateConfiguration"),
        ("PUT", "/bucket?requestPayment", ["Content-Length: 2"], "PutBucketRequestPayment"),
        ("GET", "/bucket?requestPayment", [], "GetBucketRequestPayment"),
        ("GET", "/bucket?encryption", [], "GetBucketEncryption"),
        ("PUT", "/bucket?encryption", ["Content-Length: 2"], "PutBucketEncryption"),
        ("DELETE", "/bucket?encryption", [], "DeleteBucketEncryption"),
        ("GET", "/bucket?replication", [], "GetBucketReplication"),
        ("PUT", "/bucket?replication", ["Content-Length: 2"], "PutBucketReplication"),
        ("DELETE", "/bucket?replication", [], "DeleteBucketReplication"),
        ("GET", "/bucket?notification", [], "GetBucketNotificationConfiguration"),
        ("PUT", "/bucket?notification", ["Content-Length: 2"], "PutBucketNotificationConfiguration"),
        ("PUT", "/bucket?analytics&id=a", ["Content-Length: 2"], "PutBucketAnalyticsConfiguration"),
        ("GET", "/bucket?analytics&id=a", [], "GetBucketAnalyticsConfiguration"),
        ("DELETE", "/bucket?analytics&id=a", [], "DeleteBucketAnalyticsConfiguration"),
        ("GET", "/bucket?analytics", [], "ListBucketAnalyticsConfigurations"),
        (
            "PUT", "/bucket?intelligent-tiering&id=a", ["Content-Length: 2"],
            "PutBucketIntelligentTieringConfiguration"
        ),
        ("GET", "/bucket?intelligent-tiering&id=a", [], "GetBucketIntelligentTieringConfiguration"),
        ("DELETE", "/bucket?intelligent-tiering&id=a", [], "DeleteBucketIntelligentTieringConfiguration"),
        ("GET", "/bucket?intelligent-tiering", [], "ListBucketIntelligentTieringConfigurations"),
        ("PUT", "/bucket?inventory&id=a", ["Content-Length: 2"], "PutBucketInventoryConfiguration"),
        ("GET", "/bucket?inventory&id=a", [], "GetBucketInventoryConfiguration"),
        ("DELETE", "/bucket?inventory&id=a", [], "DeleteBucketInventoryConfiguration"),
        ("GET", "/bucket?inventory", [], "ListBucketInventoryConfigurations"),
        ("PUT", "/bucket?metrics&id=a", ["Content-Length: 2"], "PutBucketMetricsConfiguration"),
        ("GET", "/bucket?metrics&id=a", [], "GetBucketMetricsConfiguration"),
        ("DELETE", "/bucket?metrics&id=a", [], "DeleteBucketMetricsConfiguration"),
        ("GET", "/bucket?metrics", [], "ListBucketMetricsConfigurations"),
        ("PUT", "/bucket?acl", ["x-amz-acl: private"], "PutBucketAcl"),
        ("GET", "/bucket?acl", [], "GetBucketAcl"),
        ("PUT", "/bucket?ownershipControls", ["Content-Length: 0"], "PutBucketOwnershipControls"),
        ("GET", "/bucket?ownershipControls", [], "GetBucketOwnershipControls"),
        ("DELETE", "/bucket?ownershipControls", [], "DeleteBucketOwnershipControls"),
        ("PUT", "/bucket?publicAccessBlock", ["Content-Length: 0"], "PutPublicAccessBlock"),
        ("GET", "/bucket?publicAccessBlock", [], "GetPublicAccessBlock"),
        ("DELETE", "/bucket?publicAccessBlock", [], "DeletePublicAccessBlock"),
        ("PUT", "/bucket/key?acl", ["x-amz-acl: private"], "PutObjectAcl"),
        ("GET", "/bucket/key?acl&versionId=null", [], "GetObjectAcl"),
        ("PUT", "/bucket?lifecycle", ["Content-Length: 2"], "PutBucketLifecycleConfiguration"),
        ("GET", "/bucket?lifecycle", [], "GetBucketLifecycleConfiguration"),
        ("DELETE", "/bucket?lifecycle", [], "DeleteBucketLifecycle"),
        ("PUT", "/bucket?website", ["Content-Length: 2"], "PutBucketWebsite"),
        ("GET", "/bucket?website", [], "GetBucketWebsite"),
        ("DELETE", "/bucket?website", [], "DeleteBucketWebsite"),
        ("PUT", "/bucket?logging", ["Content-Length: 2"], "PutBucketLogging"),
        ("GET", "/bucket?logging", [], "GetBucketLogging"),
    ]

    @Test(arguments: routes)
    func everyOperationIsReached(method: String, target: String, fields: [String], name: String) throws {
        let request = try request(method, target, fields)
        let operation = try table.operation(for: request)
        #expect(operation.name == name)
        // What is routed to an operation is also read by it.
        _ = try operation.init(parsing: request)
    }

    @Test func noOperationIsForgottenAbove() {
        let names = Set(Self.routes.map(\.3)).union(["PostObject"])
        #expect(Set(table.operations.map { $0.name }) == names)
        #expect(Set(table.operations.map { $0.name }).count == table.operations.count)
    }

    /// Those that an operation answers at one of the levels.
    private static let built = Set(
        routes.flatMap { $0.1.split(whereSeparator: { "?&=".contains($0) }).map(String.init) }
    )

    @Test(arguments: Subresource.names.subtracting(built).sorted(), ["GET", "PUT", "DELETE", "POST"])
    func unbuiltSubresourcesAreNotImplemented(name: String, method: String) throws {
        for path in ["/bucket", "/bucket/key"] {
            let request = try request(method, "\(path)?\(name)", ["Content-Length: 0"])
            #expect { try table.operation(for: request) } throws: { error in
                (error as? S3Error)?.code == .notImplemented
            }
        }
    }

    @Test(arguments: [
        ("POST", "/bucket", S3Error.Code.methodNotAllowed),
        ("POST", "/", .methodNotAllowed),
        ("PATCH", "/bucket/key", .methodNotAllowed),
        ("OPTIONS", "/bucket", .methodNotAllowed),
        ("PUT", "/bucket?location", .methodNotAllowed),
        ("PUT", "/bucket?uploads", .methodNotAllowed),
        ("POST", "/bucket?cors", .methodNotAllowed),
        ("GET", "/bucket/key?cors", .notImplemented),
        ("GET", "/bucket/key?uploads", .methodNotAllowed),
        ("GET", "/bucket/key?location", .notImplemented),
        ("POST", "/bucket/key?tagging", .methodNotAllowed),
        ("DELETE", "/bucket?object-lock", .methodNotAllowed),
        ("DELETE", "/bucket/key?retention", .methodNotAllowed),
        ("GET", "/bucket?retention", .notImplemented),
        ("GET", "/bucket?location&uploads", .invalidArgument),
        ("GET", "/bucket?acl&policy", .invalidArgument),
        ("POST", "/bucket?policy", .methodNotAllowed),
        ("PUT", "/bucket?policyStatus", .methodNotAllowed),
        ("GET", "/bucket/key?policy", .notImplemented),
    ])
    func whatHasNoOperationIsRefused(method: String, target: String, code: S3Error.Code) throws {
        let request = try request(method, target)
        #expect { try table.operation(for: request) } throws: { ($0 as? S3Error)?.code == code }
    }

    @Test func aFormIsAnUploadToABucketAndNothingElse() throws {
        let type = "Content-Type: Multipart/Form-Data ; boundary=x"
        #expect(try table.operation(for: try request("POST", "/bucket", [type])).name == "PostObject")
        for (method, target) in [("POST", "/bucket/key"), ("POST", "/")] {
            let request = try request(method, target, [type])
            #expect { try table.operation(for: request) } throws: {
                ($0 as? S3Error)?.code == .methodNotAllowed
            }
        }
        let other = try request("POST", "/bucket", ["Content-Type: multipart/mixed; boundary=x"])
        #expect { try table.operation(for: other) } throws: { ($0 as? S3Error)?.code == .methodNotAllowed }
        // Without its fields nobody knows what it is about.
        let unread = try request("POST", "/bucket", [type])
        #expect { try table.operation(for: unread).init(parsing: unread) } throws: {
            ($0 as? S3Error)?.code == .malformedPOSTRequest
        }
    }
}

@Suite struct RightsTests {
    private static let object = S3Resource.object(bucket: "bucket", key: "key")
    private static let source = S3Resource.object(bucket: "source", key: "a b")

    @Test(
        arguments: [
            ("GET", "/", [], [Right(.listAllMyBuckets, on: .everything)]),
            ("PUT", "/bucket", [], [Right(.createBucket, on: .bucket("bucket"))]),
            ("HEAD", "/bucket", [], [Right(.listBucket, on: .bucket("bucket"))]),
            ("DELETE", "/bucket", [], [Right(.deleteBucket, on: .bucket("bucket"))]),
            ("GET", "/bucket?location", [], [Right(.getBucketLocation, on: .bucket("bucket"))]),
            ("GET", "/bucket", [], [Right(.listBucket, on: .bucket("bucket"))]),
            ("GET", "/bucket?list-type=2", [], [Right(.listBucket, on: .bucket("bucket"))]),
            ("GET", "/bucket?uploads", [], [Right(.listBucketMultipartUploads, on: .bucket("bucket"))]),
            (
                "POST", "/bucket?delete", ["Content-Length: 0", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="],
                [Right(.deleteObject, on: .objectsNamedLater(bucket: "bucket"))]
            ),
            ("PUT", "/bucket/key", ["Content-Length: 0"], [Right(.putObject, on: object)]),
            ("GET", "/bucket/key", [], [Right(.getObject, on: object)]),
            ("GET", "/bucket/key?versionId=null", [], [Right(.getObjectVersion, on: object)]),
            ("HEAD", "/bucket/key", [], [Right(.getObject, on: object)]),
            ("HEAD", "/bucket/key?versionId=null", [], [Right(.getObjectVersion, on: object)]),
            ("GET", "/bucket/key?tagging", [], [Right(.getObjectTagging, on: object)]),
            ("GET", "/bucket/key?tagging&versionId=null", [], [Right(.getObjectVersionTagging, on: object)]),
            ("DELETE", "/bucket/key", [], [Right(.deleteObject, on: object)]),
            ("DELETE", "/bucket/key?versionId=null", [], [Right(.deleteObjectVersion, on: object)]),
            (
                "PUT", "/bucket/key", ["x-amz-copy-source: /source/a%20b"],
                [Right(.putObject, on: object), Right(.getObject, on: source)]
            ),
            (
                "PUT", "/bucket/key", ["x-amz-copy-source: source/a%20b?versionId=null"],
                [Right(.putObject, on: object), Right(.getObjectVersion, on: source)]
            ),
            ("POST", "/bucket/key?uploads", [], [Right(.putObject, on: object)]),
            (
                "PUT", "/bucket/key?partNumber=1&uploadId=u", ["Content-Length: 0"],
                [Right(.putObject, on: object)]
            ),
            (
                "PUT", "/bucket/key?partNumber=1&uploadId=u", ["x-amz-copy-source: source/a%20b"],
                [Right(.putObject, on: object), Right(.getObject, on: source)]
            ),
            (
                "PUT", "/bucket/key?partNumber=1&uploadId=u",
                ["x-amz-copy-source: source/a%20b?versionId=null"],
                [Right(.putObject, on: object), Right(.getObjectVersion, on: source)]
            ),
            ("POST", "/bucket/key?uploadId=u", ["Content-Length: 0"], [Right(.putObject, on: object)]),
            ("DELETE", "/bucket/key?uploadId=u", [], [Right(.abortMultipartUpload, on: object)]),
            ("GET", "/bucket/key?uploadId=u", [], [Right(.listMultipartUploadParts, on: object)]),
        ] as [(String, String, [String], [Right])]
    )
    func everyRequestNamesItsRights(method: String, target: String, fields: [String], rights: [Right]) throws
    {
        let request = try request(method, target, fields)
        let operation = try table.operation(for: request).init(parsing: request)
        #expect(operation.rights.all == rights)
    }

    @Test(
        arguments: [
            ("PUT", "/bucket/key", [], S3Error.Code.missingContentLength),
            ("PUT", "/bucket/key", ["Content-Length: 5368709121"], .entityTooLarge),
            ("PUT", "/bucket/key?partNumber=1", ["Content-Length: 0"], .invalidArgument),
            ("PUT", "/bucket/key?uploadId=u", ["Content-Length: 0"], .invalidArgument),
            (
                "PUT", "/bucket/key", ["Content-Length: 0", "x-amz-storage-class: GLACIER"],
                .invalidStorageClass
            ),
            (
                "PUT", "/bucket/key", ["Content-Length: 0", "x-amz-server-side-encryption: AES256"],
                .notImplemented
            ),
            ("PUT", "/bucket/key", ["x-amz-copy-source: nonsense"], .invalidArgument),
            (
                "PUT", "/bucket/key", ["x-amz-copy-source: source/b", "x-amz-metadata-directive: X"],
                .invalidArgument
            ),
            ("PUT", "/bucket/key?partNumber=0&uploadId=u", ["Content-Length: 0"], .invalidArgument),
            ("PUT", "/bucket/key?partNumber=10001&uploadId=u", ["Content-Length: 0"], .invalidArgument),
            ("PUT", "/bucket/key?partNumber=1&uploadId=", ["Content-Length: 0"], .noSuchUpload),
            ("GET", "/bucket/key?versionId=", [], .invalidArgument),
            ("GET", "/bucket/key?partNumber=1", ["Range: bytes=0-1"], .invalidRequest),
            ("GET", "/bucket/key?partNumber=0", [], .invalidArgument),
            ("GET", "/bucket?max-keys=-1", [], .invalidArgument),
            ("GET", "/bucket?max-keys=many", [], .invalidArgument),
            ("GET", "/bucket?encoding-type=x", [], .invalidArgument),
            ("GET", "/bucket?list-type=2&continuation-token=%25", [], .invalidArgument),
            ("POST", "/bucket?delete", ["Content-Length: 0"], .invalidRequest),
            ("POST", "/bucket/key?uploads", ["x-amz-checksum-algorithm: CRC99"], .invalidRequest),
            ("POST", "/bucket/key?uploads", ["x-amz-checksum-type: COMPOSITE"], .invalidRequest),
            (
                "POST", "/bucket/key?uploads",
                ["x-amz-checksum-algorithm: SHA256", "x-amz-checksum-type: FULL_OBJECT"], .invalidRequest
            ),
            (
                "POST", "/bucket/key?uploads",
                ["x-amz-checksum-algorithm: CRC64NVME", "x-amz-checksum-type: COMPOSITE"], .invalidRequest
            ),
            ("PUT", "/Bucket", [], .invalidBucketName),
            ("PUT", "/bucket/key", ["Content-Length: 0", "x-amz-tagging: a=1&a=2"], .invalidArgument),
            ("POST", "/bucket/key?uploads", ["x-amz-tagging: a=!"], .invalidTag),
            (
                "PUT", "/bucket/key", ["x-amz-copy-source: source/b", "x-amz-tagging-directive: X"],
                .invalidArgument
            ),
            (
                "PUT", "/bucket/key", ["Content-Length: 0", "x-amz-object-lock-mode: GOVERNANCE"],
                .invalidArgument
            ),
            (
                "PUT", "/bucket/key", ["Content-Length: 0", "x-amz-object-lock-legal-hold: X"],
                .invalidArgument
            ),
            ("GET", "/bucket/key?attributes", [], .invalidArgument),
            (
                "GET", "/bucket/key?attributes", ["x-amz-object-attributes: ETag", "x-amz-max-parts: -1"],
                .invalidArgument
            ),
            ("PUT", "/bucket", ["x-amz-acl: public-ready"], .invalidArgument),
            ("PUT", "/bucket", ["x-amz-object-ownership: Nobody"], .invalidArgument),
            ("DELETE", "/bucket", ["x-minio-force-delete: true"], .notImplemented),
        ] as [(String, String, [String], S3Error.Code)]
    )
    func whatCannotBeMeantIsRefusedWhileParsing(
        method: String,
        target: String,
        fields: [String],
        code: S3Error.Code
    ) throws {
        let request = try request(method, target, fields)
        let operation = try table.operation(for: request)
        #expect { try operation.init(parsing: request) } throws: { ($0 as? S3Error)?.code == code }
    }

    @Test func overridesNeedASignature() throws {
        let target = "/bucket/key?response-content-type=text/html"
        let signed = try request("GET", target)
        _ = try table.operation(for: signed).init(parsing: signed)
        let anonymous = try request("GET", target, kind: .anonymous)
        let operation = try table.operation(for: anonymous)
        #expect { try operation.init(parsing: anonymous) } throws: {
            ($0 as? S3Error)?.code == .invalidRequest
        }
    }
}
