package import Base
import Drives
import Locks
import Topology
import XLMeta

/// What a delete is to do.
package enum Deletion: Sendable, Hashable {
    /// What the bucket's versioning asks for when the change is made, for a delete that names no version.
    case byBucket
    /// Puts a delete marker on top: ``VersionChoice/new`` keeps every version, ``VersionChoice/null`` puts the marker in
    /// place of the null version, as buckets do whose versioning is suspended.
    case marker(VersionChoice)
    /// Removes one version, or one delete marker, for good, and succeeds where it is not; ``UUID/zero`` is the null
    /// version.
    case version(UUID)
}

/// What a delete did.
package struct DeleteOutcome: Sendable {
    /// The delete marker that was put, if one was; ``UUID/zero`` for a null one.
    package let markerID: UUID?
    /// The version or marker that is gone for good, if there was one.
    package let deletedVersion: ObjectVersion?
}

extension Engine {
    /// Deletes an object, or one version of it.
    ///
    /// Guards are asked with the newest version; where a version is named, with that one. Whether it may go, because nobody
    /// has locked it, is for a guard to say.
    package func delete(
        bucket: String,
        key: String,
        _ deletion: Deletion,
        guards: [any CommitGuard] = []
    ) async throws(EngineError) -> DeleteOutcome {
        let name = try name(of: key)
        let path = ObjectPath(volume: bucket, name: name.path)
        let set = set(for: name.path)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        let deletion = try self.bucket(bucket).settings.resolve(deletion)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .exclusive)
        defer { lease.release() }

        let isAdded = deletion == .marker(.new)
        let current = try await current(set, path, key: key, newestOnly: isAdded)
        return try await perform(deletion, current, guards, set, path, key: key)
    }

    /// Under the leases.
    func perform(
        _ deletion: Deletion,
        _ current: CurrentVersions,
        _ guards: [any CommitGuard],
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) -> DeleteOutcome {
        var proposal: ObjectMetadata?
        switch deletion {
        case .version(let id):
            let version = try self.version(.id(id), in: current, set, path, key: key)
            try review(&proposal, over: version, guards)
            return try await remove(id, version, current, set, path, key: key)
        case .byBucket: preconditionFailure("resolved above")
        case .marker(let choice):
            try review(&proposal, over: current.newest, guards)
            return try await putDeleteMarker(choice, current, set, path, key: key)
        }
    }

    /// - Parameter version: as the drives agree on it; what is left of one on a few drives goes too.
    private func remove(
        _ id: UUID,
        _ version: ObjectVersion?,
        _ current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) -> DeleteOutcome {
        guard let header = current.header(of: id) else {
            return DeleteOutcome(markerID: nil, deletedVersion: nil)
        }
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: max(set.majority, set.quorum.writeQuorum(of: header)),
            positions: Array(set.slots.indices),
            replaced: current.pinKeys(of: id, path: path)
        )
        try await apply(change, on: set) { _ in .remove(versionID: id) }
        for observer in observers { observer.deleted(bucket: path.volume, key: key, versionID: id) }
        return DeleteOutcome(markerID: nil, deletedVersion: version)
    }

    func removeNullVersion(
        _ current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) {
        let version = current.newest.flatMap { $0.id == .zero ? $0 : nil }
        _ = try await remove(.zero, version, current, set, path, key: key)
    }

    private func putDeleteMarker(
        _ choice: VersionChoice,
        _ current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) async throws(EngineError) -> DeleteOutcome {
        let id = choice == .null ? UUID.zero : randomness.uuid()
        try current.checkRoom(for: id, countMax: options.versionCountMax)
        let marker = XLDeleteMarker(versionID: id, modificationTime: current.timeForNext(now: time.now))
        let replaced =
            choice == .null ? try version(.id(id), in: current, set, path, key: key) : nil
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: max(set.majority, set.standardWriteQuorum),
            positions: Array(set.slots.indices),
            replaced: current.pinKeys(of: id, path: path)
        )
        try await apply(change, on: set) { _ in .putDeleteMarker(marker) }
        for observer in observers { observer.deleted(bucket: path.volume, key: key, versionID: id) }
        return DeleteOutcome(markerID: id, deletedVersion: replaced)
    }
}

extension CurrentVersions {
    /// That of any drive: what is left of a version on a few drives has to go too.
    fileprivate func header(of id: UUID) -> XLVersionHeader? {
        for case .file(let file) in answers {
            if let entry = file.entry(id) { return entry.header }
        }
        return nil
    }
}

extension VersionQuorum {
    /// Drives that had to take a version for it to be acknowledged.
    func writeQuorum(of header: XLVersionHeader) -> Int {
        let dataShards = holdersRequired(for: header)
        return driveCount - dataShards == dataShards ? dataShards + 1 : dataShards
    }
}
