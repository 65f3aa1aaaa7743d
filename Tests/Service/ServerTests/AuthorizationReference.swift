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
private let completion =
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>"
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
        "ListObjectVersions",
        "GET",
        "/bucket?versions",
        needs: "s3:ListBucketVersions bucket"
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
        needs: "s3:DeleteObject bucket/*"
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
