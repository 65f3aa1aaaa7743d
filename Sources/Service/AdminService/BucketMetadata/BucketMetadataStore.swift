package import S3API

/// Buckets and what of their settings can be taken out and put back. May be asked by many tasks at once.
package protocol BucketMetadataStore: Sendable {
    /// One for each kind of settings that this server obeys; what has no row is refused by name.
    var rows: [BucketMetadataRow] { get }

    /// In order.
    func bucketNames() -> [String]

    /// - Throws: `BucketAlreadyOwnedByYou`, `InvalidBucketName`.
    func makeBucket(_ name: String) async throws(S3Error)
}

/// One kind of settings of a bucket, as the text that its S3 operations read and write.
package struct BucketMetadataRow: Sendable {
    /// In an archive, such as `policy.json`.
    package let fileName: String
    /// Of the text, in bytes.
    package let sizeMax: Int
    /// `nil` where the bucket has none.
    package let read: @Sendable (_ bucket: String) async throws(S3Error) -> [UInt8]?
    /// Checks a text and keeps it in place of the former. What it throws has changed nothing.
    package let write: @Sendable (_ text: [UInt8], _ bucket: String) async throws(S3Error) -> Void

    package init(
        fileName: String,
        sizeMax: Int,
        read: @escaping @Sendable (_ bucket: String) async throws(S3Error) -> [UInt8]?,
        write: @escaping @Sendable (_ text: [UInt8], _ bucket: String) async throws(S3Error) -> Void
    ) {
        (self.fileName, self.sizeMax, self.read, self.write) = (fileName, sizeMax, read, write)
    }
}

/// Without buckets.
package struct NoBucketMetadata: BucketMetadataStore {
    package init() {}
    package var rows: [BucketMetadataRow] { [] }
    package func bucketNames() -> [String] { [] }
    package func makeBucket(_ name: String) async throws(S3Error) { throw S3Error(.notImplemented) }
}
