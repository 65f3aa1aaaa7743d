/// Keys of a user's metadata (`MetaUsr`) that the server itself reads or writes.
package enum UserMetadataKey {
    package static let contentType = "content-type"
    package static let etag = "etag"
    package static let cacheControl = "cache-control"
    package static let contentLanguage = "content-language"
    package static let contentEncoding = "content-encoding"
    package static let contentDisposition = "content-disposition"
    package static let expires = "expires"
    /// Absent when the class is STANDARD.
    package static let storageClass = "x-amz-storage-class"
    /// URL-encoded `k=v&…`.
    package static let tagging = "X-Amz-Tagging"
    package static let userPrefix = "X-Amz-Meta-"
    package static let objectLockMode = "x-amz-object-lock-mode"
    package static let objectLockRetainUntil = "x-amz-object-lock-retain-until-date"
    package static let objectLockLegalHold = "x-amz-object-lock-legal-hold"
    package static let replicationStatus = "X-Amz-Replication-Status"
    package static let websiteRedirectLocation = "x-amz-website-redirect-location"
    package static let restore = "x-amz-restore"
    package static let restoreExpiryDays = "X-Amz-Restore-Expiry-Days"
    package static let restoreRequestDate = "X-Amz-Restore-Request-Date"
    /// Only in a pending multipart upload.
    package static let multipartChecksum = "x-minio-multipart-checksum"
    /// Only in a pending multipart upload.
    package static let multipartChecksumType = "x-minio-multipart-checksum-type"
}
