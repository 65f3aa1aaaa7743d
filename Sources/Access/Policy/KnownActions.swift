/// The actions that policies are written with: S3's as the AWS service authorisation reference names them,
/// and those MinIO added for its own requests, administration, tokens and keys.
///
/// The order is no format: an index is good for one run of the program.
enum KnownActions {
    /// What an action is done to.
    enum Target: Sendable {
        case bucket
        case object
        /// No bucket or object.
        case service
    }

    struct Entry: Sendable {
        let name: String
        let target: Target
    }

    static let entries: [Entry] =
        entries(of: "s3", bucketActions, on: .bucket)
        + entries(of: "s3", objectActions, on: .object)
        + entries(of: "s3", serviceActions, on: .service)
        + entries(of: "admin", adminActions, on: .service)
        + entries(of: "sts", tokenActions, on: .service)
        + entries(of: "kms", keyActions, on: .service)

    /// By name in small letters.
    static let indices: [String: Int] = {
        precondition(entries.count <= ActionSet.Bits.scalarCount * 64)
        var indices: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            let previous = indices.updateValue(index, forKey: entry.name.lowercased())
            precondition(previous == nil, "\(entry.name) is listed twice")
        }
        return indices
    }()

    static let bucketBits = bits { $0.target == .bucket }
    static let objectBits = bits { $0.target == .object }
    static let s3Bits = bits { $0.name.utf8.starts(with: "s3:".utf8) }

    private static func bits(where isMember: (Entry) -> Bool) -> ActionSet.Bits {
        var bits = ActionSet.Bits()
        for (index, entry) in entries.enumerated() where isMember(entry) { ActionSet.set(index, in: &bits) }
        return bits
    }

    private static func entries(of service: String, _ names: String, on target: Target) -> [Entry] {
        names.split { $0 == " " || $0 == "\n" }.map { Entry(name: "\(service):\($0)", target: target) }
    }

    private static let bucketActions = """
        CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketCors
        DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite ForceDeleteBucket
        GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS
        GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
        GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
        GetBucketPublicAccessBlock GetBucketQOS GetBucketRequestPayment GetBucketTagging GetBucketVersioning
        GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
        GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
        GetReplicationConfiguration HeadBucket ListBucket ListBucketMultipartUploads ListBucketVersions
        ListenBucketNotification PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac
        PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration
        PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketQOS
        PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite
        PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
        PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration
        UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration
        """

    private static let objectActions = """
        AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
        DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold
        GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
        GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging
        GetObjectVersionTorrent InitiateReplication ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner
        PutObject PutObjectAcl PutObjectFanOut PutObjectLegalHold PutObjectRetention PutObjectTagging
        PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags
        ResetBucketReplicationState RestoreObject UpdateObjectEncryption
        """

    private static let serviceActions = """
        CreateAccessPoint CreateJob DeleteAccessPoint DeleteAccessPointPolicy DeleteJobTagging DescribeJob
        GetAccessPoint GetAccessPointPolicy GetAccessPointPolicyStatus GetAccountPublicAccessBlock
        GetJobTagging ListAccessPoints ListAllMyBuckets ListJobs ListTagsForResource ListenNotification
        PutAccessPointPolicy PutAccountPublicAccessBlock PutJobTagging TagResource UntagResource
        UpdateJobPriority UpdateJobStatus
        """

    private static let adminActions = """
        AddUserToGroup AttachUserOrGroupPolicy BandwidthMonitor CancelBatchJob ChangeMyPassword ClusterInfo
        ConfigUpdate ConsoleLog CreatePolicy CreateServiceAccount CreateUser DataUsageInfo Decommission
        DeletePolicy DeleteUser DescribeBatchJob DisableGroup DisableUser DriveInfo DriveList EnableGroup
        EnableUser ExportBucketMetadata ExportIAM ForceUnlock GenerateBatchJob GetBucketQuota GetBucketTarget
        GetGroup GetPolicy GetUser Heal ImportBucketMetadata ImportIAM InspectData KMSCreateKey KMSKeyStatus
        LicenseInfo ListBatchJobs ListGroups ListServiceAccounts ListTemporaryAccounts ListTier
        ListUserPolicies ListUsers NodeInfo NodeList OBDInfo PoolInfo PoolList Profiling Prometheus Rebalance
        RemoveServiceAccount RemoveUserFromGroup ReplicationDiff ServerInfo ServerTrace ServerUpdate
        ServiceCordon ServiceFreeze ServiceRestart ServiceStop SetBucketQuota SetBucketTarget SetInfo SetTier
        SiteReplicationAdd SiteReplicationDisable SiteReplicationInfo SiteReplicationOperation
        SiteReplicationRemove SiteReplicationResync StartBatchJob StorageInfo TopLocksInfo
        UpdatePolicyAssociation UpdateServiceAccount
        """

    private static let tokenActions = """
        AssumeRole AssumeRoleLDAPIdentity AssumeRoleWithCertificate AssumeRoleWithClientCertificate
        AssumeRoleWithClientGrants AssumeRoleWithCustomToken AssumeRoleWithLDAPIdentity
        AssumeRoleWithWebIdentity
        """

    private static let keyActions = """
        API AssignPolicy AuditLog CreateKey DeleteIdentity DeleteKey DeletePolicy DescribeIdentity
        DescribePolicy DescribeSelfIdentity Enable ErrorLog GetPolicy ImportKey KeyRotate KeyStatus
        ListIdentities ListKeys ListPolicies Metrics SetPolicy Status Version
        """
}
