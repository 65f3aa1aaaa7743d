internal import HTTP
package import IAM
internal import JSON

/// `GET datausageinfo`: how much is stored by buckets, as last counted; with `capacity=true` beside what the drives
/// hold. Without a count the time is Go's zero time and the numbers are 0, as MinIO answers before its first scan.
package struct DataUsageInfo: AdminOperation {
    package static let route = AdminRoute(.get, "datausageinfo")

    private let hasCapacity: Bool

    package init(parsing call: AdminCall) throws(AdminError) { hasCapacity = call.isTrue("capacity") }

    package var rights: Rights { Rights(Right(.dataUsageInfo)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let usage = await context.services.facts.usage()
        let total = usage?.total ?? StorageUsage.Bucket()
        var buckets = JSONObject()
        var sizes = JSONObject()
        for (name, bucket) in (usage?.buckets ?? [:]).sorted(by: { $0.key < $1.key }) {
            buckets[name] = bucket.json
            sizes[name] = .integer(bucket.size)
        }
        var object = JSONObject()
        object.set("lastUpdate", usage.map { .time($0.countedAt) } ?? .string(goZeroTime))
        object.set("objectsCount", .integer(total.objectCount))
        object.set("objectsTotalSize", .integer(total.size))
        object.set("versionsCount", .integer(total.versionCount))
        object.set("deleteMarkersCount", .integer(total.deleteMarkerCount))
        for key in Self.replicationKeys { object.set(key, 0) }
        object.set("bucketsCount", .integer(context.services.facts.buckets().count))
        object.set("bucketsUsageInfo", .object(buckets))
        object.set("bucketsSizes", .object(sizes))
        if hasCapacity {
            let drives = await context.services.facts.overview().drives
            object.set("capacity", .integer(drives.reduce(0) { $0 + $1.totalSize }))
            object.set("freeCapacity", .integer(drives.reduce(0) { $0 + $1.availableSize }))
            object.set("usedCapacity", .integer(drives.reduce(0) { $0 + $1.usedSize }))
        }
        return AdminResponse(json: .object(object))
    }

    /// Nothing is replicated.
    private static let replicationKeys = [
        "objectsPendingReplicationTotalSize", "objectsFailedReplicationTotalSize",
        "objectsReplicatedTotalSize",
        "objectsReplicaTotalSize", "objectsPendingReplicationCount", "objectsFailedReplicationCount",
    ]
}

extension StorageUsage.Bucket {
    fileprivate var json: JSONValue {
        [
            "size": .integer(size), "objectsCount": .integer(objectCount),
            "versionsCount": .integer(versionCount),
            "deleteMarkersCount": .integer(deleteMarkerCount), "objectsSizesHistogram": .null,
            "objectsVersionsHistogram": .null,
        ]
    }
}
