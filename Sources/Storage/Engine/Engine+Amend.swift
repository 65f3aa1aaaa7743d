package import Base
import Drives
import Locks
import Topology
import XLMeta

extension Engine {
    /// Changes the metadata of a version: its data, its id and its time stay.
    ///
    /// The key is leased from the look at the version until the change is durable on a write quorum.
    ///
    /// - Parameters:
    ///   - id: `nil` for the newest version.
    ///   - change: gets the version's metadata, complete, and leaves it as it is to be. What it leaves alone stays byte by
    ///     byte as it is stored, also where that is no text.
    /// - Returns: the version as it is now; a delete marker as it was, for which `change` is not called.
    /// - Throws: ``EngineError/objectNotFound``, ``EngineError/versionNotFound``,
    ///   ``EngineError/refused(_:)`` with what `change` threw,
    ///   ``EngineError/writeQuorumLost(available:required:)`` with the former metadata in force.
    package func amend(
        bucket: String,
        key: String,
        id: UUID?,
        _ change: (inout ObjectMetadata, ObjectVersion) throws(CommitRefusal) -> Void
    ) async throws(EngineError) -> ObjectVersion {
        let name = try name(of: key)
        let path = ObjectPath(volume: bucket, name: name.path)
        let set = set(for: name.path)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        _ = try self.bucket(bucket)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .exclusive)
        defer { lease.release() }

        let found = try await find(path, key: key, id.map(VersionWanted.id) ?? .newest, everybody: true)
        guard !found.version.isDeleteMarker else { return found.version }
        let shown = ObjectMetadata(user: found.version.metadata, system: found.version.internalMetadata)
        var metadata = shown
        do throws(CommitRefusal) { try change(&metadata, found.version) } catch { throw .refused(error) }
        return try await amend(found, from: shown, to: metadata, on: set, path)
    }

    private func amend(
        _ found: FoundVersion,
        from shown: ObjectMetadata,
        to metadata: ObjectMetadata,
        on set: ErasureSet,
        _ path: ObjectPath
    ) async throws(EngineError) -> ObjectVersion {
        // The copies are in the order of agreement, so the first that decodes is the one that was shown.
        guard var object = found.copies.lazy.compactMap({ found.object(in: $0.file) }).first else {
            throw .unsupported("an object of a release before xl.meta")
        }
        object.changeMetadata(from: shown, to: metadata)
        let amended = object
        let distribution = object.erasure.distribution
        guard distribution.count == set.driveCount else {
            throw .unsupported("an object of another number of drives")
        }
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: path,
            required: max(set.majority, set.quorum.writeQuorum(of: found.header)),
            positions: Array(set.slots.indices),
            replaced: []
        )
        try await apply(change, on: set) { position in
            .amend(amended.onDrive(shardNumber: Int(distribution[position])))
        }
        return ObjectVersion(amended, bucket: path.volume, key: found.version.key)
    }
}

extension XLObject {
    /// Takes over what differs between the two. Values may have lost bytes when they became text, so that only the others
    /// may be written back.
    ///
    /// - Parameter shown: this object's metadata, as text.
    mutating func changeMetadata(from shown: ObjectMetadata, to wanted: ObjectMetadata) {
        Self.change(&userMetadata, from: MetadataMap(user: shown), to: MetadataMap(user: wanted))
        Self.change(&internalMetadata, from: MetadataMap(system: shown), to: MetadataMap(system: wanted))
    }

    private static func change(
        _ stored: inout MetadataMap?,
        from shown: MetadataMap,
        to wanted: MetadataMap
    ) {
        for entry in shown.entries where wanted[entry.key] == nil { stored?[entry.key] = nil }
        for entry in wanted.entries where shown[entry.key] != entry.value {
            var changed = stored ?? MetadataMap()
            // Other servers may have stored the key in several cases.
            if changed.count != shown.count { changed[entry.key] = nil }
            changed[entry.key] = entry.value
            stored = changed
        }
    }
}
