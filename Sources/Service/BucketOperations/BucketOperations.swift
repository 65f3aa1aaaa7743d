package import S3Service

/// The operations on buckets, for the server's table.
package enum BucketOperations {
    package static let all: [any S3Operation.Type] = [
        ListBuckets.self, CreateBucket.self, HeadBucket.self, DeleteBucket.self, GetBucketLocation.self,
        PutBucketPolicy.self, GetBucketPolicy.self, DeleteBucketPolicy.self, GetBucketPolicyStatus.self,
        PutBucketVersioning.self, GetBucketVersioning.self,
        PutBucketLifecycleConfiguration.self, GetBucketLifecycleConfiguration.self,
        DeleteBucketLifecycle.self,
        PutBucketWebsite.self, GetBucketWebsite.self, DeleteBucketWebsite.self,
        PutBucketLogging.self, GetBucketLogging.self,
    ]
}
