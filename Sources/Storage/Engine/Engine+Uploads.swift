import Base
import Bytes
import Drives
import ErasureCode
import Locks
package import Topology
import XLMeta

extension Engine {
    /// Begins a multipart upload. Durable on return; its metadata becomes that of the object.
    package func makeUpload(
        bucket: String,
        key: String,
        metadata: ObjectMetadata,
        storageClass: StorageClass
    ) async throws(EngineError) -> Upload {
        let name = try name(of: key)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        let created = try self.bucket(bucket).created
        let now = time.now
        let upload = UploadName(bucket: bucket, name: name.path, id: randomness.uuid(), initiated: now)
        let set = set(for: name.path)
        let wantedParity = set.parity[storageClass]
        let geometry = try set.geometryForNewObject(parity: wantedParity)
        let distribution = PlacementAlgorithm.distribution(
            of: "\(bucket)/\(name.path)",
            driveCount: set.driveCount
        )
        var object = XLObject(
            versionID: .zero,
            dataDirectory: randomness.uuid(),
            erasure: XLErasure(
                dataShardCount: geometry.dataShards,
                parityShardCount: geometry.parityShards,
                blockSize: geometry.blockSize,
                shardNumber: 1,
                distribution: distribution
            ),
            parts: [],
            modificationTime: now
        )
        object.setMetadata(metadata)
        object.internalMetadata?.set(InternalMetadataKey.pendingUploadKey, text: "\(bucket)/\(key)")
        object.internalMetadata?.set(
            InternalMetadataKey.pendingUploadBucket,
            text: "\(created.nanoseconds)"
        )
        if wantedParity != geometry.parityShards {
            object.internalMetadata?.set(
                InternalMetadataKey.erasureUpgraded,
                text: "\(wantedParity)->\(geometry.parityShards)"
            )
        }
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: upload.path,
            required: geometry.writeQuorum,
            positions: Array(set.slots.indices),
            replaced: []
        )
        let stored = object
        try await apply(change, on: set) { position in
            .put(
                stored.onDrive(shardNumber: Int(distribution[position])),
                inlineData: [],
                stagedParts: false
            )
        }
        return Upload(PendingUpload(object: object, name: upload), bucket, key, deploymentID: deploymentID)
    }

    /// - Throws: ``EngineError/uploadNotFound``.
    package func upload(bucket: String, key: String, id: String) async throws(EngineError) -> Upload {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        return Upload(
            try await pendingUpload(bucket, name, id),
            bucket,
            key,
            deploymentID: deploymentID
        )
    }

    /// - Throws: ``EngineError/uploadNotFound`` for an id that cannot be one.
    func lockKey(ofUpload id: String, _ bucket: String, _ name: ObjectName) throws(EngineError) -> LockKey {
        guard let upload = UploadName(bucket: bucket, name: name.path, uploadID: id) else {
            throw .uploadNotFound
        }
        return upload.lockKey(deploymentID: deploymentID)
    }

    func pendingUpload(
        _ bucket: String,
        _ name: ObjectName,
        _ id: String
    ) async throws(EngineError) -> PendingUpload {
        // Asked here, where whoever waited for the upload's lease has it: the upload may have ended meanwhile.
        guard let upload = UploadName(bucket: bucket, name: name.path, uploadID: id),
            !endedUploads.contains(upload.path)
        else { throw .uploadNotFound }
        let set = set(for: name.path)
        let answers = await set.versionAnswers(upload.path)
        switch set.quorum.decide(answers, .newest) {
        case .found(let header, let holders):
            guard case .file(let file) = answers[holders[0]], let entry = file.entry(of: header),
                case .object(let object)? = try? entry.version()
            else {
                throw .damaged("the record of upload \(id) cannot be read")
            }
            let pending = PendingUpload(object: object, name: upload)
            guard pending.belongs(to: try self.bucket(bucket)) else { throw .uploadNotFound }
            return pending
        case .absent: throw .uploadNotFound
        case .undecided(let available, let required):
            throw .readQuorumLost(available: available, required: required)
        }
    }

    /// Ends an upload with nothing left of it. The same kind of change as the removal of an object, so that a crash
    /// leaves the upload whole or not at all.
    ///
    /// - Throws: ``EngineError/uploadNotFound``, also for the second of two calls;
    ///   ``EngineError/writeQuorumLost(available:required:)`` with the upload as it was.
    package func abort(bucket: String, key: String, uploadID: String) async throws(EngineError) {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        let uploadLease = await locks.acquire(try lockKey(ofUpload: uploadID, bucket, name), .exclusive)
        defer { uploadLease.release() }
        try await end(try await pendingUpload(bucket, name, uploadID), on: set(for: name.path))
    }

    /// Under the upload's lease.
    func end(_ pending: PendingUpload, on set: ErasureSet) async throws(EngineError) {
        let change = SetChange(
            transactionID: randomness.uuid(),
            path: pending.name.path,
            required: max(set.majority, try pending.geometry().writeQuorum),
            positions: Array(set.slots.indices),
            replaced: []
        )
        let versionID = pending.object.versionID
        // The parts go with the record's data directory.
        try await apply(change, on: set) { _ in .remove(versionID: versionID) }
    }
}

/// An upload as the drives have it.
struct PendingUpload: Sendable {
    let object: XLObject
    let name: UploadName

    /// Uploads outlive their bucket until they are too old; whoever makes another of its name has nothing to do with them.
    /// MinIO's do not say.
    func belongs(to bucket: Bucket) -> Bool {
        guard let created = object.internalMetadata?.text(InternalMetadataKey.pendingUploadBucket) else {
            return true
        }
        return created == "\(bucket.created.nanoseconds)"
    }

    /// - Throws: ``EngineError/damaged(_:)`` for numbers that are no code.
    func geometry() throws(EngineError) -> ErasureGeometry {
        do {
            return try ErasureGeometry(
                dataShards: object.erasure.dataShardCount,
                parityShards: object.erasure.parityShardCount,
                blockSize: object.erasure.blockSize
            )
        } catch { throw .damaged("\(error)") }
    }
}

extension Upload {
    init(_ pending: PendingUpload, _ bucket: String, _ key: String?, deploymentID: UUID) {
        let version = ObjectVersion(pending.object, bucket: bucket, key: key ?? "")
        self.init(
            id: pending.name.uploadID(deploymentID: deploymentID),
            bucket: bucket,
            key: key,
            initiated: UploadName.initiated(ofFolder: pending.name.folder) ?? version.modified,
            metadata: version.metadata,
            internalMetadata: version.internalMetadata
        )
    }
}
