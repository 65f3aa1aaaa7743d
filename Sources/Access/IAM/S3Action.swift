/// The actions that S3 operations ask for, by the names of the AWS service authorisation reference,
/// which policies are written with.
package enum S3Action: String, Sendable, CaseIterable {
    case abortMultipartUpload = "s3:AbortMultipartUpload"
    case createBucket = "s3:CreateBucket"
    case deleteBucket = "s3:DeleteBucket"
    case deleteBucketPolicy = "s3:DeleteBucketPolicy"
    case deleteObject = "s3:DeleteObject"
    case deleteObjectVersion = "s3:DeleteObjectVersion"
    case getBucketAcl = "s3:GetBucketAcl"
    case getBucketLocation = "s3:GetBucketLocation"
    case getBucketOwnershipControls = "s3:GetBucketOwnershipControls"
    case getBucketPolicy = "s3:GetBucketPolicy"
    case getBucketPolicyStatus = "s3:GetBucketPolicyStatus"
    case getBucketPublicAccessBlock = "s3:GetBucketPublicAccessBlock"
    case getBucketVersioning = "s3:GetBucketVersioning"
    case getObject = "s3:GetObject"
    case getObjectAcl = "s3:GetObjectAcl"
    case getObjectTagging = "s3:GetObjectTagging"
    case getObjectVersion = "s3:GetObjectVersion"
    case getObjectVersionAcl = "s3:GetObjectVersionAcl"
    case getObjectVersionTagging = "s3:GetObjectVersionTagging"
    case listAllMyBuckets = "s3:ListAllMyBuckets"
    /// Listing keys, and asking whether the bucket is there.
    case listBucket = "s3:ListBucket"
    case listBucketMultipartUploads = "s3:ListBucketMultipartUploads"
    /// Listing keys with all their versions.
    case listBucketVersions = "s3:ListBucketVersions"
    case listMultipartUploadParts = "s3:ListMultipartUploadParts"
    case putBucketAcl = "s3:PutBucketAcl"
    /// Also their removal.
    case putBucketOwnershipControls = "s3:PutBucketOwnershipControls"
    case putBucketPolicy = "s3:PutBucketPolicy"
    /// Also its removal.
    case putBucketPublicAccessBlock = "s3:PutBucketPublicAccessBlock"
    case putBucketVersioning = "s3:PutBucketVersioning"
    /// Also every step of a multipart upload but its end without a result.
    case putObject = "s3:PutObject"
    /// Also where a write brings a list along.
    case putObjectAcl = "s3:PutObjectAcl"
    case putObjectVersionAcl = "s3:PutObjectVersionAcl"
}
