package import Base

/// The work that lets objects expire by their buckets' lifecycles.
package struct ExpiryFacts: Sendable, Equatable {
    /// Over all buckets.
    package struct Pass: Sendable, Equatable {
        package var started: Timestamp
        /// `nil` while it is under way.
        package var ended: Timestamp?
        /// The one that is gone through.
        package var bucket: String?
        /// Those with rules that were gone through.
        package var bucketCount = 0
        package var versionCount = 0
        /// Newest versions that expired.
        package var expiredCount = 0
        /// Versions and delete markers that were removed for good.
        package var removedCount = 0
        package var abortedUploadCount = 0
        /// Deletions that locks did not allow.
        package var refusedCount = 0
        package var failureCount = 0
        package var firstFailure: String?

        package init(started: Timestamp) { self.started = started }

        var actionCount: Int { expiredCount + removedCount + abortedUploadCount }
    }

    package var isEnabled: Bool
    package var speed: String
    /// Between the end of a pass and the next.
    package var interval: Duration
    /// The one that is under way.
    package var current: Pass?
    /// The last that came to its end since the server was started.
    package var last: Pass?

    package init(isEnabled: Bool, speed: String, interval: Duration, current: Pass?, last: Pass?) {
        (self.isEnabled, self.speed, self.interval) = (isEnabled, speed, interval)
        (self.current, self.last) = (current, last)
    }
}
