/// The actions that S3 operations ask for, by the names of the AWS service authorisation reference,
/// which policies are written with.
package enum S3Action: String, Sendable, CaseIterable {
    case abortMultipartUpload = "s3:AbortMultipartUpload"
    /// Deleting, or unlocking, what a governance retention keeps.
    case bypassGovernanceRetention = "s3:BypassGovernanceRetention"
    case createBucket = "s3:CreateBucket"
    case deleteBucket = "s3:DeleteBucket"
    case deleteBucketPolicy = "s3:DeleteBucketPolicy"
    case deleteObject = "s3:DeleteObject"
    case deleteObjectTagging = "s3:DeleteObjectTagging"
    case deleteObjectVersion = "s3:DeleteObjectVersion"
    case deleteObjectVersionTagging = "s3:DeleteObjectVersionTagging"
    case getBucketLocation = "s3:GetBucketLocation"
    case getBucketObjectLockConfiguration = "s3:GetBucketObjectLockConfiguration"
    case getBucketPolicy = "s3:GetBucketPolicy"
    case getBucketPolicyStatus = "s3:GetBucketPolicyStatus"
    case getBucketTagging = "s3:GetBucketTagging"
    case getBucketVersioning = "s3:GetBucketVersioning"
    case getObject = "s3:GetObject"
    case getObjectAttributes = "s3:GetObjectAttributes"
    case getObjectLegalHold = "s3:GetObjectLegalHold"
    case getObjectRetention = "s3:GetObjectRetention"
    case getObjectTagging = "s3:GetObjectTagging"
    case getObjectVersion = "s3:GetObjectVersion"
    case getObjectVersionAttributes = "s3:GetObjectVersionAttributes"
    case getObjectVersionTagging = "s3:GetObjectVersionTagging"
    case listAllMyBuckets = "s3:ListAllMyBuckets"
    /// Listing keys, and asking whether the bucket is there.
    case listBucket = "s3:ListBucket"
    case listBucketMultipartUploads = "s3:ListBucketMultipartUploads"
    /// Listing keys with all their versions.
    case listBucketVersions = "s3:ListBucketVersions"
    case listMultipartUploadParts = "s3:ListMultipartUploadParts"
    case putBucketObjectLockConfiguration = "s3:PutBucketObjectLockConfiguration"
    case putBucketPolicy = "s3:PutBucketPolicy"
    /// Also taking them away.
    case putBucketTagging = "s3:PutBucketTagging"
    case putBucketVersioning = "s3:PutBucketVersioning"
    /// Also every step of a multipart upload but its end without a result.
    case putObject = "s3:PutObject"
    case putObjectLegalHold = "s3:PutObjectLegalHold"
    case putObjectRetention = "s3:PutObjectRetention"
    case putObjectTagging = "s3:PutObjectTagging"
    case putObjectVersionTagging = "s3:PutObjectVersionTagging"
}
