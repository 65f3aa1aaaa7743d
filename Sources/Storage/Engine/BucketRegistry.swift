import Base

/// The buckets of this deployment, read at start and kept in step by our own changes: one process owns the
/// drives.
final class BucketRegistry: Sendable {
    private let buckets = Locked<[String: Bucket]>([:])

    subscript(name: String) -> Bucket? { buckets.withLock { $0[name] } }

    /// In order of their names.
    var all: [Bucket] {
        buckets.withLock { Array($0.values) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func insert(_ bucket: Bucket) { buckets.withLock { $0[bucket.name] = bucket } }
    func remove(_ name: String) { buckets.withLock { $0[name] = nil } }
}
