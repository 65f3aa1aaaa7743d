internal import HTTP
package import IAM
internal import JSON
internal import Policy

/// `GET accountinfo`: who asks, what its policies are together, and which buckets it can read or write. Everybody
/// with a signature may ask.
package struct AccountInfo: AdminOperation {
    package static let route = AdminRoute(.get, "accountinfo")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.getUser, isGrantedByDefault: true)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let usage = await context.services.facts.usage()
        var buckets: [JSONValue] = []
        for bucket in context.services.facts.buckets() {
            let (canRead, canWrite) = await access(to: bucket.name, in: context)
            guard canRead || canWrite else { continue }
            buckets.append(json(bucket, usage?.buckets[bucket.name], canRead: canRead, canWrite: canWrite))
        }
        return AdminResponse(json: [
            "AccountName": .string(context.caller.userName),
            "Server": await context.services.facts.overview().backendJSON,
            "Policy": .embedded(effectivePolicy(of: context.caller)),
            "Buckets": .array(buckets),
        ])
    }

    private func access(to bucket: String, in context: AdminContext) async -> (Bool, Bool) {
        var canRead = await context.isAllowed(Rights(Right(.listBucket, on: .bucket(bucket))))
        if !canRead {
            canRead = await context.isAllowed(Rights(Right(.getBucketLocation, on: .bucket(bucket))))
        }
        let newObject = Right(.putObject, on: .object(bucket: bucket, key: ""))
        return (canRead, await context.isAllowed(Rights(newObject)))
    }

    private func effectivePolicy(of caller: SignedIdentity) -> [UInt8] {
        guard !caller.isAccountOwner else { return CannedPolicy.consoleAdmin.document.canonicalText }
        return PolicyDocument.merged(caller.policies.map(\.document), as: .identity).canonicalText
    }

    private func json(
        _ bucket: BucketFacts,
        _ usage: StorageUsage.Bucket?,
        canRead: Bool,
        canWrite: Bool
    ) -> JSONValue {
        [
            "name": .string(bucket.name), "size": .integer(usage?.size ?? 0),
            "objects": .integer(usage?.objectCount ?? 0),
            "versions": .integer(usage?.versionCount ?? 0),
            "deleteMarkers": .integer(usage?.deleteMarkerCount ?? 0),
            "objectHistogram": .null, "objectsVersionsHistogram": .null,
            "details": [
                "versioning": .boolean(bucket.isVersioned),
                "versioningSuspended": .boolean(bucket.isVersioningSuspended),
                "locking": .boolean(bucket.hasObjectLock), "replication": .boolean(false), "tags": .null,
                "quota": .null,
            ],
            "prefixUsage": .null, "created": .time(bucket.created),
            "access": ["read": .boolean(canRead), "write": .boolean(canWrite)],
        ]
    }
}
