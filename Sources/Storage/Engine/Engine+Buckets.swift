import Base
import Drives
import Locks
import XLMeta

extension Engine {
    /// In order of their names.
    package func allBuckets() -> [Bucket] { buckets.all }

    /// - Throws: ``EngineError/bucketNotFound``.
    package func bucket(_ name: String) throws(EngineError) -> Bucket {
        guard let bucket = buckets[name] else { throw .bucketNotFound }
        return bucket
    }

    /// Makes a bucket: its metadata first, then its folder on every drive of every set, which makes it exist.
    ///
    /// - Throws: ``EngineError/bucketAlreadyExists``, ``EngineError/writeQuorumLost(available:required:)`` with
    ///   nothing left visible.
    package func makeBucket(_ name: String) async throws(EngineError) {
        let lease = await locks.acquire(.bucket(name), .exclusive)
        defer { lease.release() }
        guard buckets[name] == nil else { throw .bucketAlreadyExists }
        let metadata = BucketMetadata(name: name, created: time.now)
        try await writeInternal(Self.metadataName(of: name), metadata.encoded())
        do throws(EngineError) {
            for set in allSets {
                try await changeVolume(on: set) { drive throws(DriveError) in
                    do throws(DriveError) { try await drive.makeVolume(name) } catch {
                        // Left by a creation that missed its quorum, on a drive that was away when it was undone.
                        guard error == .alreadyExists else { throw error }
                    }
                }
            }
        } catch {
            await removeFolders(name)
            throw error
        }
        buckets.insert(Bucket(metadata, named: name))
    }

    /// Removes a bucket in which there is nothing, old versions included.
    ///
    /// - Throws: ``EngineError/bucketNotFound``, ``EngineError/bucketNotEmpty``,
    ///   ``EngineError/writeQuorumLost(available:required:)`` with the bucket still there.
    package func removeBucket(_ name: String) async throws(EngineError) {
        let lease = await locks.acquire(.bucket(name), .exclusive)
        defer { lease.release() }
        _ = try bucket(name)
        await settle()
        do throws(EngineError) {
            for set in allSets {
                try await changeVolume(on: set) { drive throws(DriveError) in
                    do throws(DriveError) { try await drive.removeVolume(name) } catch {
                        guard error == .volumeNotFound else { throw error }
                    }
                }
            }
        } catch {
            await restoreFolders(name)
            throw error
        }
        buckets.remove(name)
        do { try await removeInternal(Self.metadataName(of: name)) } catch {
            // Metadata without a bucket is invisible; the next start removes it.
            reportDamage(
                ObjectPath(volume: ObjectPath.systemVolume, name: Self.metadataName(of: name)),
                allSets[0].slots[0],
                "\(error)"
            )
        }
    }

    private func changeVolume(
        on set: ErasureSet,
        _ change: @escaping @Sendable (any Drive) async throws(DriveError) -> Void
    ) async throws(EngineError) {
        let majority = set.majority
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { results in
            results.successCount() >= majority ? .enough : .askOn
        } _: { _, drive throws(DriveError) in
            try await change(drive)
        }
        let isNotEmpty = results.contains { result in
            if case .failure(.notEmpty) = result { true } else { false }
        }
        guard !isNotEmpty else { throw .bucketNotEmpty }
        guard results.successCount() >= majority else {
            throw .writeQuorumLost(available: results.successCount(), required: majority)
        }
    }

    /// Undoes a creation as far as it got. Drives that cannot be reached keep an empty folder, which fewer than
    /// half of them have: it is no bucket.
    private func removeFolders(_ name: String) async {
        for set in allSets {
            _ = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { _ in
                .askOn
            } _: { _, drive throws(DriveError) in
                try await drive.removeVolume(name)
            }
        }
        do { try await removeInternal(Self.metadataName(of: name)) } catch {
            // As above: invisible, and removed at the next start.
            return
        }
    }

    /// Undoes a removal: a drive that answers gets its folder back.
    private func restoreFolders(_ name: String) async {
        for set in allSets {
            _ = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { _ in
                .askOn
            } _: { _, drive throws(DriveError) in
                try await drive.makeVolume(name)
            }
        }
    }

    static func metadataName(of bucket: String) -> String { "buckets/\(bucket)/.metadata.bin" }
}

extension Bucket {
    /// - Parameter name: of the folder, which counts whatever the metadata says.
    init(_ metadata: BucketMetadata, named name: String) {
        let created = metadata.created ?? .epoch
        self.init(
            name: name,
            created: created,
            settings: BucketSettings(metadata),
            policy: metadata[.policy].map {
                BucketPolicyText($0, changed: metadata.changed(.policy) ?? created)
            }
        )
    }
}

extension BucketSettings {
    static let none = BucketSettings(
        versioning: .off,
        hasObjectLock: false,
        hasDefaultEncryption: false,
        hasQuota: false,
        hasReplication: false
    )

    static var unknown: BucketSettings {
        var settings = none
        settings.areUnknown = true
        return settings
    }

    init(_ metadata: BucketMetadata) {
        let hasObjectLock = metadata[.objectLock] != nil || metadata.isLockEnabled
        let versioningXML = String(decoding: metadata[.versioning] ?? [], as: UTF8.self)
        // Written by servers, not by clients: the element is there as it stands or not at all.
        let versioning: Versioning =
            if hasObjectLock || versioningXML.contains("<Status>Enabled</Status>") {
                .enabled
            } else if versioningXML.contains("<Status>Suspended</Status>") {
                .suspended
            } else {
                .off
            }
        self.init(
            versioning: versioning,
            hasObjectLock: hasObjectLock,
            hasDefaultEncryption: metadata[.encryption] != nil,
            hasQuota: metadata[.quota] != nil,
            hasReplication: metadata[.replication] != nil
        )
    }
}
