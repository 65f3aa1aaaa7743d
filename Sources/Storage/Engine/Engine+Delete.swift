package import Base
import Drives
import Locks
import Topology
import XLMeta

/// What a delete did.
package struct DeleteOutcome: Sendable {
    /// The delete marker that was put, if one was.
    package let markerID: UUID?
    /// The version that is gone, if there was one.
    package let deletedVersion: ObjectVersion?
}

extension Engine {
    /// Deletes an object.
    ///
    /// - Parameter version: ``VersionChoice/null`` removes the null version, and succeeds without one;
    ///   ``VersionChoice/new`` keeps all versions and puts a delete marker on top.
    package func delete(
        bucket: String,
        key: String,
        as version: VersionChoice,
        guards: [any CommitGuard] = []
    ) async throws(EngineError) -> DeleteOutcome {
        let name = try name(of: key)
        let path = ObjectPath(volume: bucket, name: name.path)
        let set = set(for: name.path)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        _ = try self.bucket(bucket)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .exclusive)
        defer { lease.release() }

        let current = try await current(set, path, key: key)
        var proposal: ObjectMetadata?
        try review(&proposal, over: current.newest, guards)
        switch version {
        case .null: return try await removeNullVersion(current, set, path, key: key)
        case .new: return try await putDeleteMarker(current, set, path, key: key)
        }
    }

    func removeNullVersion(
        _ current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) -> DeleteOutcome {
        guard let header = current.nullVersionHeader else {
            return DeleteOutcome(markerID: nil, deletedVersion: nil)
        }
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: max(set.majority, set.quorum.writeQuorum(of: header)),
            positions: Array(set.slots.indices),
            replaced: current.pinKeys(of: .zero, path: path)
        )
        try await apply(change, on: set) { _ in .remove(versionID: .zero) }
        for observer in observers { observer.deleted(bucket: path.volume, key: key, versionID: .zero) }
        let deleted = current.newest.flatMap { $0.id == .zero ? $0 : nil }
        return DeleteOutcome(markerID: nil, deletedVersion: deleted)
    }

    private func putDeleteMarker(
        _ current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) -> DeleteOutcome {
        let marker = XLDeleteMarker(
            versionID: randomness.uuid(),
            modificationTime: current.timeForNext(now: time.now)
        )
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: max(set.majority, set.standardWriteQuorum),
            positions: Array(set.slots.indices),
            replaced: []
        )
        try await apply(change, on: set) { _ in .putDeleteMarker(marker) }
        for observer in observers {
            observer.deleted(bucket: path.volume, key: key, versionID: marker.versionID)
        }
        return DeleteOutcome(markerID: marker.versionID, deletedVersion: nil)
    }
}

extension CurrentVersions {
    /// That of any drive: what is left of a version on a few drives has to go too.
    fileprivate var nullVersionHeader: XLVersionHeader? {
        for case .file(let file) in answers {
            if let entry = file.entry(.zero) { return entry.header }
        }
        return nil
    }
}

extension VersionQuorum {
    /// Drives that had to take a version for it to be acknowledged.
    fileprivate func writeQuorum(of header: XLVersionHeader) -> Int {
        let dataShards = holdersRequired(for: header)
        return driveCount - dataShards == dataShards ? dataShards + 1 : dataShards
    }
}
