package import Engine
internal import IAM
internal import Policy
internal import S3API
internal import XLMeta

/// Reads the tags of objects for the policies that ask for them.
package struct ExistingTags: Sendable {
    private static let keyPrefix = "s3:existingobjecttag/"
    private let engine: Engine
    private let policies: BucketPolicies

    package init(_ engine: Engine, _ policies: BucketPolicies) {
        (self.engine, self.policies) = (engine, policies)
    }

    /// Whether what decides a right depends on the object's tags, so that they have to be read before. As in S3, only
    /// actions that read an object, or read or change its tags, know them.
    func matter(to right: Right, for identity: Identity) -> Bool {
        guard case .s3(let action) = right.action, action.readsTaggedObject,
            let bucket = right.resource.bucket
        else { return false }
        if let signed = identity.signed {
            if signed.policies.contains(where: { $0.document.asksForKey(withPrefix: Self.keyPrefix) }) {
                return true
            }
            if signed.sessionPolicies.contains(where: { $0.asksForKey(withPrefix: Self.keyPrefix) }) {
                return true
            }
        }
        switch policies.access(toBucket: bucket)?.policy {
        case .document(let document): return document.asksForKey(withPrefix: Self.keyPrefix)
        case .none?, .unreadable, nil: return false
        }
    }

    /// - Returns: `nil` where there is no such object.
    /// - Throws: what reading the object would, but for its absence.
    func tags(of object: ObjectAddress, version: VersionID) async throws(S3Error) -> Tagging? {
        do throws(EngineError) {
            return try Self.tags(
                of: try await engine.version(bucket: object.bucket, key: object.key, id: version.id)
            )
        } catch {
            switch error {
            case .bucketNotFound, .objectNotFound, .versionNotFound: return nil
            case .bucketAlreadyExists, .bucketNotEmpty, .uploadNotFound, .partNotFound, .readQuorumLost,
                .writeQuorumLost, .damaged, .drivesFull, .tooManyVersions, .unstorableName, .refused,
                .overloaded, .unsupported:
                throw S3Error(from: error)
            }
        }
    }

    static func tags(of version: ObjectVersion) throws(EngineError) -> Tagging {
        guard let tags = Tagging(encoded: version.metadata(UserMetadataKey.tagging) ?? "") else {
            throw .damaged("the stored tags are malformed")
        }
        return tags
    }
}

extension S3Action {
    fileprivate var readsTaggedObject: Bool {
        switch self {
        case .getObject, .getObjectVersion, .getObjectTagging, .getObjectVersionTagging,
            .getObjectAttributes, .getObjectVersionAttributes, .putObjectTagging, .putObjectVersionTagging,
            .deleteObjectTagging, .deleteObjectVersionTagging:
            true
        case .getObjectAcl, .getObjectVersionAcl, .putObjectAcl, .putObjectVersionAcl: true
        case .abortMultipartUpload, .createBucket, .deleteBucket, .deleteBucketPolicy, .deleteBucketWebsite,
            .deleteObject,
            .deleteObjectVersion, .getBucketLocation, .getBucketPolicy, .getBucketPolicyStatus,
            .getBucketVersioning, .getBucketLogging, .putBucketLogging, .getBucketWebsite, .putBucketWebsite,
            .getLifecycleConfiguration, .listAllMyBuckets, .listBucket, .listBucketMultipartUploads,
            .listBucketVersions, .listMultipartUploadParts, .putBucketPolicy, .putBucketVersioning,
            .putLifecycleConfiguration,
            .putObject,
            .getBucketCORS, .putBucketCORS,
            .getAccelerateConfiguration, .getAnalyticsConfiguration, .getBucketNotification,
            .getBucketRequestPayment, .getEncryptionConfiguration, .getIntelligentTieringConfiguration,
            .getInventoryConfiguration, .getMetricsConfiguration, .getReplicationConfiguration,
            .putAccelerateConfiguration, .putAnalyticsConfiguration, .putBucketNotification,
            .putBucketRequestPayment, .putEncryptionConfiguration, .putIntelligentTieringConfiguration,
            .putInventoryConfiguration, .putMetricsConfiguration, .putReplicationConfiguration:
            false
        case .getBucketAcl, .getBucketOwnershipControls, .getBucketPublicAccessBlock, .putBucketAcl,
            .putBucketOwnershipControls, .putBucketPublicAccessBlock:
            false
        case .bypassGovernanceRetention, .getBucketObjectLockConfiguration, .getObjectLegalHold,
            .getObjectRetention, .putBucketObjectLockConfiguration, .putObjectLegalHold,
            .putObjectRetention:
            false
        case .getBucketTagging, .putBucketTagging: false
        }
    }
}
