package import S3API

/// The parameters by which S3 names another resource than the bucket's or object's own content.
///
/// A request with one that no operation answers asks for something this server does not have; answering it
/// as if the parameter were not there would list a bucket instead of its policy, or store a tag set as an object.
package enum Subresource {
    /// Case counts, as everywhere in a query.
    package static let names: Set<String> = [
        "abac", "accelerate", "acl", "analytics", "annotation", "append", "attributes", "cors", "delete",
        "encryption", "events", "intelligent-tiering", "inventory", "legal-hold", "lambdaArn", "lifecycle",
        "location", "logging", "metadataConfiguration", "metadataInventoryTable", "metadataJournalTable",
        "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "policy",
        "policyStatus", "publicAccessBlock", "renameObject", "replication", "replication-check",
        "replication-metrics", "replication-reset", "replication-reset-status", "requestPayment", "restore",
        "retention", "select", "select-type", "session", "tagging", "torrent", "uploads", "versioning",
        "versions", "website",
    ]

    /// Those the request names, each once.
    package static func named(in query: QueryString) -> Set<String> {
        Set(query.items.lazy.map(\.name).filter { names.contains($0) })
    }
}
