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
private let lifecycle = """
    <LifecycleConfiguration><Rule><ID>old</ID><Filter/><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>\
    </Rule></LifecycleConfiguration>
    """
private let website =
    "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>"
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
]
