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
    ///
    /// - Parameter documents: its settings from the start.
    package func makeBucket(
        _ name: String,
        with documents: [BucketDocument: [UInt8]] = [:]
    ) async throws(EngineError) {
        let lease = await locks.acquire(.bucket(name), .exclusive)
        defer { lease.release() }
        guard buckets[name] == nil else { throw .bucketAlreadyExists }
        let now = time.now
        var metadata = BucketMetadata(name: name, created: now)
        var supplement = BucketSupplement(created: now)
        for (document, value) in documents {
            switch document {
            case .shared(let setting): metadata.set(setting, to: value, at: now)
            case .own(let setting): supplement.set(setting, to: value, at: now)
            }
        }
        if !supplement.isEmpty { try await write(supplement, of: name) }
        try await write(metadata)
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
        buckets.insert(Bucket(metadata, supplement, named: name))
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
        do { try await removeSettings(of: name) } catch {
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
        do { try await removeSettings(of: name) } catch {
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

    func removeSettings(of bucket: String) async throws(EngineError) {
        try await removeInternal(Self.supplementName(of: bucket))
        try await removeInternal(Self.metadataName(of: bucket))
    }
}

extension Bucket {
    /// - Parameter name: of the folder, which counts whatever the metadata says.
    init(_ metadata: BucketMetadata, _ supplement: BucketSupplement, named name: String) {
        let created = metadata.created ?? .epoch
        var documents: [BucketDocument: BucketText] = [:]
        for setting in BucketMetadata.Setting.allCases {
            guard let bytes = metadata[setting] else { continue }
            documents[.shared(setting)] = BucketText(bytes, changed: metadata.changed(setting) ?? created)
        }
        for setting in BucketSupplement.Setting.allCases {
            guard let bytes = supplement[setting] else { continue }
            documents[.own(setting)] = BucketText(bytes, changed: supplement.changed(setting) ?? created)
        }
        self.init(
            name: name,
            created: created,
            settings: BucketSettings(metadata),
            documents: documents
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
        versioningHasExceptions =
            versioningXML.contains("<ExcludedPrefixes>") || versioningXML.contains("<ExcludeFolders>true")
    }
}
