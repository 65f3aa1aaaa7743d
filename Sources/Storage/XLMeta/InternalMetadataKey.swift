/// Keys of an object's internal metadata (`MetaSys`), in the case current servers write them.
///
/// Everything with the prefix ``prefix``, in any case, is internal; everything else is the user's.
package enum InternalMetadataKey {
    package static let prefix = "x-minio-internal-"

    /// The client's size in decimal, of a compressed or multipart object.
    package static let actualSize = "X-Minio-Internal-actual-size"
    /// Compression scheme; absent when the object is stored as it came.
    package static let compression = "X-Minio-Internal-compression"
    /// Present, and empty, when every part is encrypted on its own.
    package static let encryptedMultipart = "X-Minio-Internal-Encrypted-Multipart"
    package static let encryptionIV = "X-Minio-Internal-Server-Side-Encryption-Iv"
    package static let encryptionSealAlgorithm = "X-Minio-Internal-Server-Side-Encryption-Seal-Algorithm"
    package static let encryptionCustomerSealedKey = "X-Minio-Internal-Server-Side-Encryption-Sealed-Key"
    package static let encryptionS3SealedKey = "X-Minio-Internal-Server-Side-Encryption-S3-Sealed-Key"
    package static let encryptionKMSSealedKey = "X-Minio-Internal-Server-Side-Encryption-Kms-Sealed-Key"
    package static let encryptionKMSKeyID = "X-Minio-Internal-Server-Side-Encryption-S3-Kms-Key-Id"
    package static let encryptionKMSDataKey = "X-Minio-Internal-Server-Side-Encryption-S3-Kms-Sealed-Key"
    package static let encryptionContext = "X-Minio-Internal-Server-Side-Encryption-Context"

    /// `true` when the shard lies in `xl.meta` itself.
    package static let inlineData = "x-minio-internal-inline-data"
    /// `<old parity>-><new parity>` when drives were missing at the write.
    package static let erasureUpgraded = "x-minio-internal-erasure-upgraded"
    /// Client checksums: see ``StoredChecksum``.
    package static let checksum = "x-minio-internal-crc"
    package static let transitionStatus = "x-minio-internal-transition-status"
    package static let transitionTier = "x-minio-internal-transition-tier"
    package static let transitionedObject = "x-minio-internal-transitioned-object"
    package static let transitionedVersionID = "x-minio-internal-transitioned-versionID"
    /// Present, and empty, in the hidden marker that frees a transitioned object.
    package static let freeVersion = "x-minio-internal-free-version"
    package static let replicationStatus = "x-minio-internal-replication-status"
    package static let replicationTimestamp = "x-minio-internal-replication-timestamp"
    package static let replicaStatus = "x-minio-internal-replica-status"
    package static let replicaTimestamp = "x-minio-internal-replica-timestamp"
    /// Followed by an ARN.
    package static let replicationResetPrefix = "x-minio-internal-replication-reset-"
    package static let purgeStatus = "x-minio-internal-purgestatus"
    package static let taggingTimestamp = "x-minio-internal-tagging-timestamp"
    package static let retentionTimestamp = "x-minio-internal-objectlock-retention-timestamp"
    package static let legalHoldTimestamp = "x-minio-internal-objectlock-legalhold-timestamp"
    package static let archiveType = "x-minio-internal-archive-type"
    package static let archiveInfo = "x-minio-internal-archive-info"
    /// Martlet's own: the key of a pending multipart upload, removed when it completes.
    package static let pendingUploadKey = "x-minio-internal-martlet-key"
    /// Martlet's own: when the bucket of a pending multipart upload was created, in nanoseconds; removed with the key.
    package static let pendingUploadBucket = "x-minio-internal-martlet-bucket-created"
    /// What no object has, in small letters.
    package static let ofPendingUploads = [pendingUploadKey, pendingUploadBucket]
    /// Martlet's own, of a completed object: the id of the upload that it was. Whoever completes that upload once more,
    /// because no answer came, is answered as the first time. MinIO keeps it and shows it to nobody.
    package static let completedUpload = "x-minio-internal-martlet-upload"
    /// Martlet's own: owner and access control list of an object, as XML; absent where that is the bucket owner with
    /// full control and nobody else.
    package static let accessControl = "x-minio-internal-martlet-acl"

    /// Whether `key` belongs into `MetaSys`.
    package static func isInternal(_ key: String) -> Bool {
        key.utf8.count >= prefix.utf8.count
            && String(decoding: key.utf8.prefix(prefix.utf8.count), as: UTF8.self)
                .isEqualIgnoringCase(to: prefix)
    }
}
