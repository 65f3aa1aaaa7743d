/// What one pass over the buckets' lifecycles came to.
package struct LifecycleReport: Sendable, Hashable {
    /// Buckets with rules that were gone through to their end.
    package var bucketCount = 0
    package var versionCount = 0
    /// Newest versions that expired.
    package var expiredCount = 0
    /// Versions and delete markers that were removed for good.
    package var removedCount = 0
    package var abortedUploadCount = 0
    /// Deletions that a lock or another guard did not allow.
    package var refusedCount = 0
    /// Keys, uploads or buckets at which the drives failed; the next pass meets them again.
    package var failureCount = 0
    /// Of the first of those.
    package var firstFailure: String?

    package init() {}

    /// Whether there is anything to tell an operator.
    package var isNotable: Bool {
        expiredCount + removedCount + abortedUploadCount + refusedCount + failureCount > 0
    }

    mutating func fail(_ reason: String) {
        failureCount += 1
        firstFailure = firstFailure ?? reason
    }
}
