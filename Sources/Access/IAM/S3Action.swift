/// The actions that S3 operations ask for, by the names of the AWS service authorisation reference,
/// which policies are written with.
package enum S3Action: String, Sendable, CaseIterable {
    case abortMultipartUpload = "s3:AbortMultipartUpload"
    case createBucket = "s3:CreateBucket"
    case deleteBucket = "s3:DeleteBucket"
    case deleteBucketPolicy = "s3:DeleteBucketPolicy"
    case deleteBucketWebsite = "s3:DeleteBucketWebsite"
    case deleteObject = "s3:DeleteObject"
    case deleteObjectVersion = "s3:DeleteObjectVersion"
    case getBucketLocation = "s3:GetBucketLocation"
    case getBucketLogging = "s3:GetBucketLogging"
    case getBucketPolicy = "s3:GetBucketPolicy"
    case getBucketPolicyStatus = "s3:GetBucketPolicyStatus"
    case getBucketVersioning = "s3:GetBucketVersioning"
    case getBucketWebsite = "s3:GetBucketWebsite"
    case getLifecycleConfiguration = "s3:GetLifecycleConfiguration"
    case getObject = "s3:GetObject"
    case getObjectTagging = "s3:GetObjectTagging"
    case getObjectVersion = "s3:GetObjectVersion"
    case getObjectVersionTagging = "s3:GetObjectVersionTagging"
    case listAllMyBuckets = "s3:ListAllMyBuckets"
    /// Listing keys, and asking whether the bucket is there.
    case listBucket = "s3:ListBucket"
    case listBucketMultipartUploads = "s3:ListBucketMultipartUploads"
    /// Listing keys with all their versions.
    case listBucketVersions = "s3:ListBucketVersions"
    case listMultipartUploadParts = "s3:ListMultipartUploadParts"
    case putBucketLogging = "s3:PutBucketLogging"
    case putBucketPolicy = "s3:PutBucketPolicy"
    case putBucketVersioning = "s3:PutBucketVersioning"
    case putBucketWebsite = "s3:PutBucketWebsite"
    /// Also taking it away.
    case putLifecycleConfiguration = "s3:PutLifecycleConfiguration"
    /// Also every step of a multipart upload but its end without a result.
    case putObject = "s3:PutObject"
}
