package import Base

/// One rule of a bucket's lifecycle: which objects it is about, and what becomes of them when.
package struct LifecycleRule: Sendable, Hashable {
    /// All of it has to hold.
    package struct Filter: Sendable, Hashable {
        /// What keys start with; `nil` where it is not said.
        package var prefix: String?
        /// Which the object has, beside others.
        package var tags: [Tagging.Tag] = []
        /// In bytes, which the object exceeds.
        package var sizeGreaterThan: Int64?
        /// In bytes, which the object stays below.
        package var sizeLessThan: Int64?

        package init(
            prefix: String? = nil,
            tags: [Tagging.Tag] = [],
            sizeGreaterThan: Int64? = nil,
            sizeLessThan: Int64? = nil
        ) {
            (self.prefix, self.tags) = (prefix, tags)
            (self.sizeGreaterThan, self.sizeLessThan) = (sizeGreaterThan, sizeLessThan)
        }
    }

    /// When the newest version expires.
    package enum Expiration: Sendable, Hashable {
        /// Days after the object was written, at least 1.
        case days(Int)
        /// A midnight in UTC.
        case date(Timestamp)
        /// Objects do not: whether a delete marker goes that hides nothing any more.
        case expiredDeleteMarker(Bool)
    }

    /// When a version is removed that is not the newest: once all that is said holds.
    package struct NoncurrentExpiration: Sendable, Hashable {
        /// Days after another version took its place, at least 1.
        package var days: Int?
        /// How many versions that are not the newest stay, at least 1.
        package var newerCount: Int?

        package init(days: Int? = nil, newerCount: Int? = nil) {
            (self.days, self.newerCount) = (days, newerCount)
        }
    }

    /// Unique in its configuration, 1...255 characters.
    package var id: String
    package var isEnabled: Bool
    package var filter: Filter
    /// Whether ``Filter/prefix`` stands in the rule itself, as it did before there were filters.
    package var hasPlainPrefix: Bool
    package var expiration: Expiration?
    package var noncurrentExpiration: NoncurrentExpiration?
    /// Days after its start at which an upload is aborted that nobody completed; at least 1.
    package var abortUploadsDays: Int?

    package init(
        id: String,
        isEnabled: Bool = true,
        filter: Filter = Filter(),
        hasPlainPrefix: Bool = false,
        expiration: Expiration? = nil,
        noncurrentExpiration: NoncurrentExpiration? = nil,
        abortUploadsDays: Int? = nil
    ) {
        (self.id, self.isEnabled, self.filter) = (id, isEnabled, filter)
        (self.hasPlainPrefix, self.expiration) = (hasPlainPrefix, expiration)
        (self.noncurrentExpiration, self.abortUploadsDays) = (noncurrentExpiration, abortUploadsDays)
    }
}
