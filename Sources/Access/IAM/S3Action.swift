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
    case getBucketCORS = "s3:GetBucketCORS"
    case getBucketAcl = "s3:GetBucketAcl"
    case getBucketLocation = "s3:GetBucketLocation"
    case getBucketOwnershipControls = "s3:GetBucketOwnershipControls"
    case getBucketLogging = "s3:GetBucketLogging"
    case getBucketPolicy = "s3:GetBucketPolicy"
    case getBucketPolicyStatus = "s3:GetBucketPolicyStatus"
    case getBucketPublicAccessBlock = "s3:GetBucketPublicAccessBlock"
    case getBucketVersioning = "s3:GetBucketVersioning"
    case getBucketWebsite = "s3:GetBucketWebsite"
    case getLifecycleConfiguration = "s3:GetLifecycleConfiguration"
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
    /// Also taking them away.
    case putBucketCORS = "s3:PutBucketCORS"
    case putBucketAcl = "s3:PutBucketAcl"
    /// Also their removal.
    case putBucketOwnershipControls = "s3:PutBucketOwnershipControls"
    case putBucketLogging = "s3:PutBucketLogging"
    case putBucketPolicy = "s3:PutBucketPolicy"
    /// Also its removal.
    case putBucketPublicAccessBlock = "s3:PutBucketPublicAccessBlock"
    case putBucketVersioning = "s3:PutBucketVersioning"
    case putBucketWebsite = "s3:PutBucketWebsite"
    /// Also taking it away.
    case putLifecycleConfiguration = "s3:PutLifecycleConfiguration"
    /// Also every step of a multipart upload but its end without a result.
    case putObject = "s3:PutObject"

    // Settings that are kept, or that others left on the drives; those to put them are also to take them away.
    case getAccelerateConfiguration = "s3:GetAccelerateConfiguration"
    case getAnalyticsConfiguration = "s3:GetAnalyticsConfiguration"
    case getBucketNotification = "s3:GetBucketNotification"
    case getBucketRequestPayment = "s3:GetBucketRequestPayment"
    case getEncryptionConfiguration = "s3:GetEncryptionConfiguration"
    case getIntelligentTieringConfiguration = "s3:GetIntelligentTieringConfiguration"
    case getInventoryConfiguration = "s3:GetInventoryConfiguration"
    case getMetricsConfiguration = "s3:GetMetricsConfiguration"
    case getReplicationConfiguration = "s3:GetReplicationConfiguration"
    case putAccelerateConfiguration = "s3:PutAccelerateConfiguration"
    case putAnalyticsConfiguration = "s3:PutAnalyticsConfiguration"
    case putBucketNotification = "s3:PutBucketNotification"
    case putBucketRequestPayment = "s3:PutBucketRequestPayment"
    case putEncryptionConfiguration = "s3:PutEncryptionConfiguration"
    case putIntelligentTieringConfiguration = "s3:PutIntelligentTieringConfiguration"
    case putInventoryConfiguration = "s3:PutInventoryConfiguration"
    case putMetricsConfiguration = "s3:PutMetricsConfiguration"
    case putReplicationConfiguration = "s3:PutReplicationConfiguration"
    /// Also where a write brings a list along.
    case putObjectAcl = "s3:PutObjectAcl"
    case putObjectVersionAcl = "s3:PutObjectVersionAcl"
}
