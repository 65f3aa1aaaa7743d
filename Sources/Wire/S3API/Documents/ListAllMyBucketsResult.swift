package import Base
internal import XML

/// The answer to ListBuckets.
package struct ListAllMyBucketsResult: Sendable, Hashable {
    package struct Bucket: Sendable, Hashable {
        package var name: String
        package var creationDate: Timestamp

        package init(name: String, creationDate: Timestamp) {
            self.name = name
            self.creationDate = creationDate
        }
    }

    package var owner: Owner
    package var buckets: [Bucket]
    /// Echoed where the request asked for one.
    package var prefix: String?
    /// Where the next page starts, when this is not the last.
    package var continuationToken: String?

    package init(owner: Owner, buckets: [Bucket], prefix: String? = nil, continuationToken: String? = nil) {
        self.owner = owner
        self.buckets = buckets
        self.prefix = prefix
        self.continuationToken = continuationToken
    }

    package var xml: [UInt8] {
        document("ListAllMyBucketsResult") { writer in
            writer.element("Owner", owner)
            writer.element("Buckets") { writer in
                for bucket in buckets {
                    writer.element("Bucket") { writer in
                        writer.element("Name", bucket.name)
                        writer.element("CreationDate", bucket.creationDate)
                    }
                }
            }
            writer.element(ifPresent: "Prefix", prefix)
            writer.element(ifPresent: "ContinuationToken", continuationToken)
        }
    }
}
