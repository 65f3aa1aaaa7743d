/// What an archive of buckets' settings can hold of each bucket, by MinIO's file names:
///
///     BUCKET/policy.json
///     BUCKET/versioning.xml
///     …
enum BucketFile: String, CaseIterable {
    case policy = "policy.json"
    case notification = "notification.xml"
    case lifecycle = "lifecycle.xml"
    case encryption = "bucket-encryption.xml"
    case tagging = "tagging.xml"
    case quota = "quota.json"
    case objectLock = "object-lock.xml"
    case versioning = "versioning.xml"
    case cors = "cors.xml"
    case replication = "replication.xml"
    case targets = "bucket-targets.json"

    /// Where the report of an import tells what became of it; `nil` for what it has no place for.
    var reportKey: String? {
        switch self {
        case .policy: "policy"
        case .notification: "notification"
        case .lifecycle: "lifecycle"
        case .encryption: "sse"
        case .tagging: "tagging"
        case .quota: "quota"
        case .objectLock: "olock"
        case .versioning: "versioning"
        case .cors: "cors"
        case .replication, .targets: nil
        }
    }

    /// Of every bucket in a report, whether an archive had it or not; clients show a column for each.
    static let reportKeys = allCases.compactMap(\.reportKey) + ["qos"]
}
