package import S3Service

/// The operations on buckets, for the server's table.
package enum BucketOperations {
    package static let all: [any S3Operation.Type] = [
        ListBuckets.self, CreateBucket.self, HeadBucket.self, DeleteBucket.self, GetBucketLocation.self,
        PutBucketPolicy.self, GetBucketPolicy.self, DeleteBucketPolicy.self, GetBucketPolicyStatus.self,
        PutBucketVersioning.self, GetBucketVersioning.self,
        PutBucketCors.self, GetBucketCors.self, DeleteBucketCors.self,
        PutBucketAccelerateConfiguration.self,
        GetBucketAccelerateConfiguration.self,
        PutBucketRequestPayment.self,
        GetBucketRequestPayment.self,
        GetBucketEncryption.self,
        PutBucketEncryption.self,
        DeleteBucketEncryption.self,
        GetBucketReplication.self,
        PutBucketReplication.self,
        DeleteBucketReplication.self,
        GetBucketNotificationConfiguration.self,
        PutBucketNotificationConfiguration.self,
        PutBucketAnalyticsConfiguration.self,
        GetBucketAnalyticsConfiguration.self,
        DeleteBucketAnalyticsConfiguration.self,
        ListBucketAnalyticsConfigurations.self,
        PutBucketIntelligentTieringConfiguration.self,
        GetBucketIntelligentTieringConfiguration.self,
        DeleteBucketIntelligentTieringConfiguration.self,
        ListBucketIntelligentTieringConfigurations.self,
        PutBucketInventoryConfiguration.self,
        GetBucketInventoryConfiguration.self,
        DeleteBucketInventoryConfiguration.self,
        ListBucketInventoryConfigurations.self,
        PutBucketMetricsConfiguration.self,
        GetBucketMetricsConfiguration.self,
        DeleteBucketMetricsConfiguration.self,
        ListBucketMetricsConfigurations.self,
    ]
}
