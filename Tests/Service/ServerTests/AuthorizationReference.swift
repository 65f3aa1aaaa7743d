/// What the AWS service authorisation reference says requests need ("Actions, resources, and condition keys for Amazon
/// S3", with the permissions listed in each operation's own page), written down by hand beside the requests that stand
/// for each operation. What operations derive is compared with it, and requests are walked through over HTTP.
struct ReferenceEntry: Sendable, CustomStringConvertible {
    let operation: String
    let method: String
    let target: String
    var fields: [String] = []
    var body: String?
    /// `action resource`, where a resource is what stands behind `arn:aws:s3:::`.
    let rights: [String]

    init(
        _ operation: String,
        _ method: String,
        _ target: String,
        _ fields: [String] = [],
        body: String? = nil,
        needs rights: String...
    ) {
        (self.operation, self.method, self.target) = (operation, method, target)
        (self.fields, self.body, self.rights) = (fields, body, rights)
    }

    var description: String { "\(operation): \(method) \(target) \(fields)" }
}

private let version = "11111111-2222-4333-8444-555555555555"
private let source = "x-amz-copy-source: /source/original"
private let sourceVersion = "x-amz-copy-source: source/original?versionId=null"
private let deletion = "<Delete><Object><Key>gone</Key></Object></Delete>"
private let versionDeletion = "<Delete><Object><Key>gone</Key><VersionId>null</VersionId></Object></Delete>"
private let contentDeletion = "<Delete><Object><Key>gone</Key><ETag>x</ETag></Object></Delete>"
private let completion =
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>"
private let lifecycle = """
    <LifecycleConfiguration><Rule><ID>old</ID><Filter/><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>\
    </Rule></LifecycleConfiguration>
    """
private let website =
    "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>"
private let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
private let lock =
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
private let retention =
    "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2100-01-01T00:00:00Z</RetainUntilDate></Retention>"
private let retained = [
    "x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: 2100-01-01T00:00:00Z",
]
private let bypass = "x-amz-bypass-governance-retention: true"
private let policy = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",\
    "Resource":"arn:aws:s3:::open/*"}]}
    """

private let acl = "x-amz-acl: bucket-owner-full-control"
private let ownership =
    "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
private let block =
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>"

/// The buckets `bucket` with the object `key`, `source` with `original`, and `open` are there; `new`, `gone` and uploads
/// are not.
let authorizationReference: [ReferenceEntry] = [
    ReferenceEntry("ListBuckets", "GET", "/", needs: "s3:ListAllMyBuckets *"),
    ReferenceEntry("CreateBucket", "PUT", "/new", body: "", needs: "s3:CreateBucket new"),
    ReferenceEntry("HeadBucket", "HEAD", "/bucket", needs: "s3:ListBucket bucket"),
    ReferenceEntry("DeleteBucket", "DELETE", "/gone", needs: "s3:DeleteBucket gone"),
    ReferenceEntry("GetBucketLocation", "GET", "/bucket?location", needs: "s3:GetBucketLocation bucket"),
    ReferenceEntry("PutBucketPolicy", "PUT", "/open?policy", body: policy, needs: "s3:PutBucketPolicy open"),
    ReferenceEntry("GetBucketPolicy", "GET", "/bucket?policy", needs: "s3:GetBucketPolicy bucket"),
    ReferenceEntry("DeleteBucketPolicy", "DELETE", "/bucket?policy", needs: "s3:DeleteBucketPolicy bucket"),
    ReferenceEntry(
        "GetBucketPolicyStatus",
        "GET",
        "/bucket?policyStatus",
        needs: "s3:GetBucketPolicyStatus bucket"
    ),
    ReferenceEntry(
        "PutBucketVersioning",
        "PUT",
        "/open?versioning",
        body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        needs: "s3:PutBucketVersioning open"
    ),
    ReferenceEntry(
        "GetBucketVersioning",
        "GET",
        "/bucket?versioning",
        needs: "s3:GetBucketVersioning bucket"
    ),
    ReferenceEntry(
        "PutBucketCors",
        "PUT",
        "/open?cors",
        body:
            "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>",
        needs: "s3:PutBucketCORS open"
    ),
    ReferenceEntry("GetBucketCors", "GET", "/bucket?cors", needs: "s3:GetBucketCORS bucket"),
    ReferenceEntry("DeleteBucketCors", "DELETE", "/bucket?cors", needs: "s3:PutBucketCORS bucket"),
    ReferenceEntry(
        "PutBucketAccelerateConfiguration",
        "PUT",
        "/open?accelerate",
        body: "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>",
        needs: "s3:PutAccelerateConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketAccelerateConfiguration",
        "GET",
        "/bucket?accelerate",
        needs: "s3:GetAccelerateConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketRequestPayment",
        "PUT",
        "/open?requestPayment",
        body: "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
        needs: "s3:PutBucketRequestPayment open"
    ),
    ReferenceEntry(
        "GetBucketRequestPayment",
        "GET",
        "/bucket?requestPayment",
        needs: "s3:GetBucketRequestPayment bucket"
    ),
    ReferenceEntry(
        "GetBucketEncryption",
        "GET",
        "/bucket?encryption",
        needs: "s3:GetEncryptionConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketEncryption",
        "PUT",
        "/open?encryption",
        body: "<x/>",
        needs: "s3:PutEncryptionConfiguration open"
    ),
    ReferenceEntry(
        "DeleteBucketEncryption",
        "DELETE",
        "/bucket?encryption",
        needs: "s3:PutEncryptionConfiguration bucket"
    ),
    ReferenceEntry(
        "GetBucketReplication",
        "GET",
        "/bucket?replication",
        needs: "s3:GetReplicationConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketReplication",
        "PUT",
        "/open?replication",
        body: "<x/>",
        needs: "s3:PutReplicationConfiguration open"
    ),
    ReferenceEntry(
        "DeleteBucketReplication",
        "DELETE",
        "/bucket?replication",
        needs: "s3:PutReplicationConfiguration bucket"
    ),
    ReferenceEntry(
        "GetBucketNotificationConfiguration",
        "GET",
        "/bucket?notification",
        needs: "s3:GetBucketNotification bucket"
    ),
    ReferenceEntry(
        "PutBucketNotificationConfiguration",
        "PUT",
        "/open?notification",
        body: "<NotificationConfiguration/>",
        needs: "s3:PutBucketNotification open"
    ),
    ReferenceEntry(
        "PutBucketAnalyticsConfiguration",
        "PUT",
        "/open?analytics&id=a",
        body: "<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis/></AnalyticsConfiguration>",
        needs: "s3:PutAnalyticsConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketAnalyticsConfiguration",
        "GET",
        "/bucket?analytics&id=a",
        needs: "s3:GetAnalyticsConfiguration bucket"
    ),
    ReferenceEntry(
        "DeleteBucketAnalyticsConfiguration",
        "DELETE",
        "/bucket?analytics&id=a",
        needs: "s3:PutAnalyticsConfiguration bucket"
    ),
    ReferenceEntry(
        "ListBucketAnalyticsConfigurations",
        "GET",
        "/bucket?analytics",
        needs: "s3:GetAnalyticsConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketIntelligentTieringConfiguration",
        "PUT",
        "/open?intelligent-tiering&id=a",
        body:
            "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>",
        needs: "s3:PutIntelligentTieringConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketIntelligentTieringConfiguration",
        "GET",
        "/bucket?intelligent-tiering&id=a",
        needs: "s3:GetIntelligentTieringConfiguration bucket"
    ),
    ReferenceEntry(
        "DeleteBucketIntelligentTieringConfiguration",
        "DELETE",
        "/bucket?intelligent-tiering&id=a",
        needs: "s3:PutIntelligentTieringConfiguration bucket"
    ),
    ReferenceEntry(
        "ListBucketIntelligentTieringConfigurations",
        "GET",
        "/bucket?intelligent-tiering",
        needs: "s3:GetIntelligentTieringConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketInventoryConfiguration",
        "PUT",
        "/open?inventory&id=a",
        body:
            "<InventoryConfiguration><Id>a</Id><IsEnabled>false</IsEnabled><Destination/><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>",
        needs: "s3:PutInventoryConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketInventoryConfiguration",
        "GET",
        "/bucket?inventory&id=a",
        needs: "s3:GetInventoryConfiguration bucket"
    ),
    ReferenceEntry(
        "DeleteBucketInventoryConfiguration",
        "DELETE",
        "/bucket?inventory&id=a",
        needs: "s3:PutInventoryConfiguration bucket"
    ),
    ReferenceEntry(
        "ListBucketInventoryConfigurations",
        "GET",
        "/bucket?inventory",
        needs: "s3:GetInventoryConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketMetricsConfiguration",
        "PUT",
        "/open?metrics&id=a",
        body: "<MetricsConfiguration><Id>a</Id></MetricsConfiguration>",
        needs: "s3:PutMetricsConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketMetricsConfiguration",
        "GET",
        "/bucket?metrics&id=a",
        needs: "s3:GetMetricsConfiguration bucket"
    ),
    ReferenceEntry(
        "DeleteBucketMetricsConfiguration",
        "DELETE",
        "/bucket?metrics&id=a",
        needs: "s3:PutMetricsConfiguration bucket"
    ),
    ReferenceEntry(
        "ListBucketMetricsConfigurations",
        "GET",
        "/bucket?metrics",
        needs: "s3:GetMetricsConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketLifecycleConfiguration",
        "PUT",
        "/open?lifecycle",
        body: lifecycle,
        needs: "s3:PutLifecycleConfiguration open"
    ),
    ReferenceEntry(
        "GetBucketLifecycleConfiguration",
        "GET",
        "/bucket?lifecycle",
        needs: "s3:GetLifecycleConfiguration bucket"
    ),
    ReferenceEntry(
        "DeleteBucketLifecycle",
        "DELETE",
        "/bucket?lifecycle",
        needs: "s3:PutLifecycleConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketLogging",
        "PUT",
        "/open?logging",
        body: "<BucketLoggingStatus/>",
        needs: "s3:PutBucketLogging open"
    ),
    ReferenceEntry("GetBucketLogging", "GET", "/bucket?logging", needs: "s3:GetBucketLogging bucket"),
    ReferenceEntry(
        "PutBucketWebsite",
        "PUT",
        "/open?website",
        body: website,
        needs: "s3:PutBucketWebsite open"
    ),
    ReferenceEntry("GetBucketWebsite", "GET", "/bucket?website", needs: "s3:GetBucketWebsite bucket"),
    ReferenceEntry(
        "DeleteBucketWebsite",
        "DELETE",
        "/bucket?website",
        needs: "s3:DeleteBucketWebsite bucket"
    ),
    ReferenceEntry(
        "ListObjectVersions",
        "GET",
        "/bucket?versions",
        needs: "s3:ListBucketVersions bucket"
    ),
    ReferenceEntry(
        "CreateBucket",
        "PUT",
        "/owned",
        ["x-amz-acl: public-read", "x-amz-object-ownership: ObjectWriter"],
        body: "",
        needs: "s3:CreateBucket owned",
        "s3:PutBucketAcl owned",
        "s3:PutBucketOwnershipControls owned"
    ),
    ReferenceEntry("PutBucketAcl", "PUT", "/open?acl", [acl], body: "", needs: "s3:PutBucketAcl open"),
    ReferenceEntry("GetBucketAcl", "GET", "/bucket?acl", needs: "s3:GetBucketAcl bucket"),
    ReferenceEntry(
        "PutBucketOwnershipControls",
        "PUT",
        "/open?ownershipControls",
        body: ownership,
        needs: "s3:PutBucketOwnershipControls open"
    ),
    ReferenceEntry(
        "GetBucketOwnershipControls",
        "GET",
        "/open?ownershipControls",
        needs: "s3:GetBucketOwnershipControls open"
    ),
    ReferenceEntry(
        "DeleteBucketOwnershipControls",
        "DELETE",
        "/open?ownershipControls",
        needs: "s3:PutBucketOwnershipControls open"
    ),
    ReferenceEntry(
        "PutPublicAccessBlock",
        "PUT",
        "/open?publicAccessBlock",
        body: block,
        needs: "s3:PutBucketPublicAccessBlock open"
    ),
    ReferenceEntry(
        "GetPublicAccessBlock",
        "GET",
        "/open?publicAccessBlock",
        needs: "s3:GetBucketPublicAccessBlock open"
    ),
    ReferenceEntry(
        "DeletePublicAccessBlock",
        "DELETE",
        "/open?publicAccessBlock",
        needs: "s3:PutBucketPublicAccessBlock open"
    ),
    ReferenceEntry("ListObjects", "GET", "/bucket?prefix=a", needs: "s3:ListBucket bucket"),
    ReferenceEntry("ListObjectsV2", "GET", "/bucket?list-type=2", needs: "s3:ListBucket bucket"),
    ReferenceEntry(
        "ListMultipartUploads",
        "GET",
        "/bucket?uploads",
        needs: "s3:ListBucketMultipartUploads bucket"
    ),
    ReferenceEntry("PutObject", "PUT", "/bucket/put", body: "text", needs: "s3:PutObject bucket/put"),
    ReferenceEntry(
        "PostObject",
        "POST",
        "/bucket",
        ["Content-Type: \(TestForm.contentType)"],
        body: TestForm([("key", "put")], file: "text").body,
        needs: "s3:PutObject bucket/put"
    ),
    ReferenceEntry(
        "PutObject",
        "PUT",
        "/bucket/put",
        [acl],
        body: "text",
        needs: "s3:PutObject bucket/put",
        "s3:PutObjectAcl bucket/put"
    ),
    ReferenceEntry(
        "PutObject",
        "PUT",
        "/bucket/put",
        ["x-amz-acl: private"],
        body: "text",
        needs: "s3:PutObject bucket/put"
    ),
    ReferenceEntry("GetObject", "GET", "/bucket/key", needs: "s3:GetObject bucket/key"),
    ReferenceEntry(
        "GetObject",
        "GET",
        "/bucket/key?versionId=null",
        needs: "s3:GetObjectVersion bucket/key"
    ),
    ReferenceEntry("HeadObject", "HEAD", "/bucket/key", needs: "s3:GetObject bucket/key"),
    ReferenceEntry(
        "HeadObject",
        "HEAD",
        "/bucket/key?versionId=null",
        needs: "s3:GetObjectVersion bucket/key"
    ),
    ReferenceEntry("GetObjectTagging", "GET", "/bucket/key?tagging", needs: "s3:GetObjectTagging bucket/key"),
    ReferenceEntry(
        "GetObjectTagging",
        "GET",
        "/bucket/key?tagging&versionId=null",
        needs: "s3:GetObjectVersionTagging bucket/key"
    ),
    ReferenceEntry("GetObjectAcl", "GET", "/bucket/key?acl", needs: "s3:GetObjectAcl bucket/key"),
    ReferenceEntry(
        "GetObjectAcl",
        "GET",
        "/bucket/key?acl&versionId=null",
        needs: "s3:GetObjectVersionAcl bucket/key"
    ),
    ReferenceEntry(
        "PutObjectAcl",
        "PUT",
        "/bucket/key?acl",
        [acl],
        body: "",
        needs: "s3:PutObjectAcl bucket/key"
    ),
    ReferenceEntry(
        "PutObjectAcl",
        "PUT",
        "/bucket/key?acl&versionId=null",
        [acl],
        body: "",
        needs: "s3:PutObjectVersionAcl bucket/key"
    ),
    ReferenceEntry("DeleteObject", "DELETE", "/bucket/gone", needs: "s3:DeleteObject bucket/gone"),
    ReferenceEntry(
        "DeleteObject",
        "DELETE",
        "/bucket/gone?versionId=\(version)",
        needs: "s3:DeleteObjectVersion bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObjects",
        "POST",
        "/bucket?delete",
        body: deletion,
        needs: "s3:DeleteObject bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObjects",
        "POST",
        "/bucket?delete",
        [bypass],
        body: deletion,
        needs: "s3:DeleteObject bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObjects",
        "POST",
        "/bucket?delete",
        body: versionDeletion,
        needs: "s3:DeleteObjectVersion bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObjects",
        "POST",
        "/bucket?delete",
        [bypass],
        body: versionDeletion,
        needs: "s3:DeleteObjectVersion bucket/gone",
        "s3:BypassGovernanceRetention bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObjects",
        "POST",
        "/bucket?delete",
        body: contentDeletion,
        needs: "s3:DeleteObject bucket/gone",
        "s3:GetObject bucket/gone"
    ),
    ReferenceEntry(
        "CopyObject",
        "PUT",
        "/bucket/copy",
        [source],
        needs: "s3:PutObject bucket/copy",
        "s3:GetObject source/original"
    ),
    ReferenceEntry(
        "CopyObject",
        "PUT",
        "/bucket/copy",
        [sourceVersion],
        needs: "s3:PutObject bucket/copy",
        "s3:GetObjectVersion source/original"
    ),
    ReferenceEntry(
        "CopyObject",
        "PUT",
        "/bucket/copy",
        [source, acl],
        needs: "s3:PutObject bucket/copy",
        "s3:GetObject source/original",
        "s3:PutObjectAcl bucket/copy"
    ),
    ReferenceEntry(
        "CreateMultipartUpload",
        "POST",
        "/bucket/part?uploads",
        [acl],
        needs: "s3:PutObject bucket/part",
        "s3:PutObjectAcl bucket/part"
    ),
    ReferenceEntry(
        "CreateMultipartUpload",
        "POST",
        "/bucket/part?uploads",
        needs: "s3:PutObject bucket/part"
    ),
    ReferenceEntry(
        "UploadPart",
        "PUT",
        "/bucket/part?partNumber=1&uploadId=u",
        body: "text",
        needs: "s3:PutObject bucket/part"
    ),
    ReferenceEntry(
        "UploadPartCopy",
        "PUT",
        "/bucket/part?partNumber=1&uploadId=u",
        [source],
        needs: "s3:PutObject bucket/part",
        "s3:GetObject source/original"
    ),
    ReferenceEntry(
        "UploadPartCopy",
        "PUT",
        "/bucket/part?partNumber=1&uploadId=u",
        [sourceVersion],
        needs: "s3:PutObject bucket/part",
        "s3:GetObjectVersion source/original"
    ),
    ReferenceEntry(
        "CompleteMultipartUpload",
        "POST",
        "/bucket/part?uploadId=u",
        body: completion,
        needs: "s3:PutObject bucket/part"
    ),
    ReferenceEntry(
        "AbortMultipartUpload",
        "DELETE",
        "/bucket/part?uploadId=u",
        needs: "s3:AbortMultipartUpload bucket/part"
    ),
    ReferenceEntry(
        "ListParts",
        "GET",
        "/bucket/part?uploadId=u",
        needs: "s3:ListMultipartUploadParts bucket/part"
    ),
    ReferenceEntry(
        "CreateBucket",
        "PUT",
        "/locked",
        ["x-amz-bucket-object-lock-enabled: true"],
        body: "",
        needs: "s3:CreateBucket locked",
        "s3:PutBucketObjectLockConfiguration locked",
        "s3:PutBucketVersioning locked"
    ),
    ReferenceEntry(
        "PutObjectLockConfiguration",
        "PUT",
        "/bucket?object-lock",
        body: lock,
        needs: "s3:PutBucketObjectLockConfiguration bucket"
    ),
    ReferenceEntry(
        "GetObjectLockConfiguration",
        "GET",
        "/bucket?object-lock",
        needs: "s3:GetBucketObjectLockConfiguration bucket"
    ),
    ReferenceEntry(
        "PutBucketTagging",
        "PUT",
        "/open?tagging",
        body: tags,
        needs: "s3:PutBucketTagging open"
    ),
    ReferenceEntry("GetBucketTagging", "GET", "/open?tagging", needs: "s3:GetBucketTagging open"),
    ReferenceEntry("DeleteBucketTagging", "DELETE", "/open?tagging", needs: "s3:PutBucketTagging open"),
    ReferenceEntry(
        "PutObjectTagging",
        "PUT",
        "/bucket/key?tagging",
        body: tags,
        needs: "s3:PutObjectTagging bucket/key"
    ),
    ReferenceEntry(
        "PutObjectTagging",
        "PUT",
        "/bucket/key?tagging&versionId=null",
        body: tags,
        needs: "s3:PutObjectVersionTagging bucket/key"
    ),
    ReferenceEntry(
        "DeleteObjectTagging",
        "DELETE",
        "/bucket/key?tagging",
        needs: "s3:DeleteObjectTagging bucket/key"
    ),
    ReferenceEntry(
        "DeleteObjectTagging",
        "DELETE",
        "/bucket/key?tagging&versionId=null",
        needs: "s3:DeleteObjectVersionTagging bucket/key"
    ),
    ReferenceEntry(
        "PutObjectRetention",
        "PUT",
        "/bucket/key?retention",
        body: retention,
        needs: "s3:PutObjectRetention bucket/key"
    ),
    ReferenceEntry(
        "PutObjectRetention",
        "PUT",
        "/bucket/key?retention&versionId=null",
        [bypass],
        body: retention,
        needs: "s3:PutObjectRetention bucket/key",
        "s3:BypassGovernanceRetention bucket/key"
    ),
    ReferenceEntry(
        "GetObjectRetention",
        "GET",
        "/bucket/key?retention",
        needs: "s3:GetObjectRetention bucket/key"
    ),
    ReferenceEntry(
        "PutObjectLegalHold",
        "PUT",
        "/bucket/key?legal-hold",
        body: "<LegalHold><Status>OFF</Status></LegalHold>",
        needs: "s3:PutObjectLegalHold bucket/key"
    ),
    ReferenceEntry(
        "GetObjectLegalHold",
        "GET",
        "/bucket/key?legal-hold",
        needs: "s3:GetObjectLegalHold bucket/key"
    ),
    ReferenceEntry(
        "GetObjectAttributes",
        "GET",
        "/bucket/key?attributes",
        ["x-amz-object-attributes: ETag"],
        needs: "s3:GetObject bucket/key",
        "s3:GetObjectAttributes bucket/key"
    ),
    ReferenceEntry(
        "GetObjectAttributes",
        "GET",
        "/bucket/key?attributes&versionId=null",
        ["x-amz-object-attributes: ETag"],
        needs: "s3:GetObjectVersion bucket/key",
        "s3:GetObjectVersionAttributes bucket/key"
    ),
    ReferenceEntry(
        "DeleteObject",
        "DELETE",
        "/bucket/gone?versionId=\(version)",
        [bypass],
        needs: "s3:DeleteObjectVersion bucket/gone",
        "s3:BypassGovernanceRetention bucket/gone"
    ),
    ReferenceEntry("DeleteObject", "DELETE", "/bucket/gone", [bypass], needs: "s3:DeleteObject bucket/gone"),
    ReferenceEntry(
        "DeleteObject",
        "DELETE",
        "/bucket/gone",
        ["If-Match: *"],
        needs: "s3:DeleteObject bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObject",
        "DELETE",
        "/bucket/gone",
        ["If-Match: x"],
        needs: "s3:DeleteObject bucket/gone",
        "s3:GetObject bucket/gone"
    ),
    ReferenceEntry(
        "DeleteObject",
        "DELETE",
        "/bucket/gone?versionId=\(version)",
        ["If-Match: x"],
        needs: "s3:DeleteObjectVersion bucket/gone",
        "s3:GetObjectVersion bucket/gone"
    ),
    ReferenceEntry(
        "PutObject",
        "PUT",
        "/bucket/put",
        retained + ["x-amz-object-lock-legal-hold: ON", "x-amz-tagging: a=b"],
        body: "text",
        needs: "s3:PutObject bucket/put",
        "s3:PutObjectTagging bucket/put",
        "s3:PutObjectRetention bucket/put",
        "s3:PutObjectLegalHold bucket/put"
    ),
    ReferenceEntry(
        "CreateMultipartUpload",
        "POST",
        "/bucket/part?uploads",
        retained + ["x-amz-object-lock-legal-hold: ON", "x-amz-tagging: a=b"],
        needs: "s3:PutObject bucket/part",
        "s3:PutObjectTagging bucket/part",
        "s3:PutObjectRetention bucket/part",
        "s3:PutObjectLegalHold bucket/part"
    ),
    ReferenceEntry(
        "CopyObject",
        "PUT",
        "/bucket/copy",
        retained + [
            source, "x-amz-object-lock-legal-hold: ON", "x-amz-tagging: a=b",
            "x-amz-tagging-directive: REPLACE",
        ],
        needs: "s3:PutObject bucket/copy",
        "s3:GetObject source/original",
        "s3:PutObjectTagging bucket/copy",
        "s3:PutObjectRetention bucket/copy",
        "s3:PutObjectLegalHold bucket/copy"
    ),
]
