package import XLMeta

/// The settings a bucket can have, each a document of its own.
package enum BucketDocument: Sendable, Hashable {
    /// In `.metadata.bin`, as MinIO has it.
    case shared(BucketMetadata.Setting)
    /// In the object beside it, for which MinIO has no field.
    case own(BucketSupplement.Setting)

    package static let policy = BucketDocument.shared(.policy)
}
