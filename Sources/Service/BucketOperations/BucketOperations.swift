package import S3Service

/// The operations on buckets, for the server's table.
package enum BucketOperations {
    package static let all: [any S3Operation.Type] = [
        ListBuckets.self, CreateBucket.self, HeadBucket.self, DeleteBucket.self, GetBucketLocation.self,
        PutBucketPolicy.self, GetBucketPolicy.self, DeleteBucketPolicy.self, GetBucketPolicyStatus.self,
        PutBucketVersioning.self, GetBucketVersioning.self,
        PutBucketTagging.self, GetBucketTagging.self, DeleteBucketTagging.self,
        PutObjectLockConfiguration.self, GetObjectLockConfiguration.self,
    ]
}
