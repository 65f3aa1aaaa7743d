import Base
import Drives
import ErasureCode
import Locks
import Topology
import XLMeta

extension Engine {
    /// Turns a pending upload into a version of its object.
    ///
    /// - Parameters:
    ///   - parts: ascending numbers with the ETags the caller has seen; compared again under the upload's lease.
    ///   - metadata: all of the version's metadata; replaces what the upload was begun with.
    /// - Throws: ``EngineError/partNotFound(number:)`` for a part that is not there or has another ETag, with the
    ///   upload as it was.
    package func complete(
        bucket: String,
        key: String,
        uploadID: String,
        parts: [(number: Int, etag: String)],
        as version: VersionChoice,
        metadata: ObjectMetadata,
        guards: [any CommitGuard] = []
    ) async throws(EngineError) -> ObjectVersion {
        precondition(!parts.isEmpty)
        let name = try name(of: key)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        let choice = try self.bucket(bucket).settings.resolve(version)
        let uploadLease = await locks.acquire(try lockKey(ofUpload: uploadID, bucket, name), .exclusive)
        defer { uploadLease.release() }
        let set = set(for: name.path)
        let pending = try await pendingUpload(bucket, name, uploadID)
        let stored = try await agreedParts(of: pending, set, parts[0].number...parts[parts.count - 1].number)
        let chosen = try choose(parts, from: stored.parts)

        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .exclusive)
        defer { lease.release() }
        let path = ObjectPath(volume: bucket, name: name.path)
        let current = try await current(set, path, key: key, newestOnly: choice == .new)
        var proposal: ObjectMetadata? = metadata
        try review(&proposal, over: current.newest, guards)
        guard let accepted = proposal else { preconditionFailure("a guard turned a write into a delete") }

        let object = completed(pending, chosen, choice, accepted, current)
        try current.checkRoom(for: object.versionID, countMax: options.versionCountMax)
        let required = try pending.geometry().writeQuorum
        let positions = stored.positions
        guard positions.count >= required else {
            throw .writeQuorumLost(available: positions.count, required: required)
        }
        var change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: required,
            positions: positions,
            replaced: current.pinKeys(of: object.versionID, path: path),
            endedUpload: pending.name.path
        )
        change.holdings = stored.holdings(of: chosen)
        let upload = pending.name.path
        let records = stored.records(of: chosen)
        try await apply(change, on: set) { position in
            .complete(
                object.onDrive(shardNumber: Int(object.erasure.distribution[position])),
                upload: upload,
                records: records
            )
        }
        for position in stored.positions(lackingAnyOf: chosen) {
            reportDamage(path, set.slots[position], "lacks parts of the upload, or has other ones")
        }
        leaveOut(set.slots.indices.filter { !positions.contains($0) }, of: upload, path, set)
        let result = ObjectVersion(object, bucket: bucket, key: key)
        for observer in observers { observer.created(result) }
        return result
    }

    /// What drives that took no part in a completion hold of its upload serves nobody.
    private func leaveOut(_ positions: [Int], of upload: ObjectPath, _ path: ObjectPath, _ set: ErasureSet) {
        for position in positions {
            reportDamage(path, set.slots[position], "did not say which parts of the upload it has")
        }
        set.inBackground(at: positions) { drive throws(DriveError) in try await drive.removeUpload(upload) }
    }

    private func choose(
        _ parts: [(number: Int, etag: String)],
        from stored: [PartMetadata]
    ) throws(EngineError) -> [PartMetadata] {
        let byNumber = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        var chosen: [PartMetadata] = []
        for part in parts {
            precondition(part.number > chosen.last?.number ?? 0, "part numbers must ascend")
            guard let found = byNumber[part.number], found.etag == part.etag else {
                throw .partNotFound(number: part.number)
            }
            chosen.append(found)
        }
        return chosen
    }

    private func completed(
        _ pending: PendingUpload,
        _ parts: [PartMetadata],
        _ version: VersionChoice,
        _ metadata: ObjectMetadata,
        _ current: CurrentVersions
    ) -> XLObject {
        var object = XLObject(
            versionID: version == .null ? .zero : randomness.uuid(),
            dataDirectory: pending.object.dataDirectory,
            erasure: pending.object.erasure,
            parts: parts.map { part in
                XLPart(number: part.number, size: part.size, actualSize: part.actualSize)
            },
            modificationTime: current.timeForNext(now: time.now)
        )
        object.setMetadata(metadata)
        let actualSize = parts.reduce(0) { $0 + $1.actualSize }
        object.internalMetadata?.set(InternalMetadataKey.actualSize, text: "\(actualSize)")
        if let upgraded = pending.object.internalMetadata?[InternalMetadataKey.erasureUpgraded] {
            object.internalMetadata?[InternalMetadataKey.erasureUpgraded] = upgraded
        }
        return object
    }
}
