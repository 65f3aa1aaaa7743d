import Base
import Drives
import Locks
import XLMeta

/// What the start found to settle.
package struct RecoveryReport: Sendable, Equatable {
    package var completedCount = 0
    package var revertedCount = 0
    /// Transactions that wait for drives that are away.
    package var openCount = 0
    package var bucketCount = 0
}

extension Engine {
    /// Settles what a crash left, then reads the buckets. Before the first request; again when drives have come
    /// back.
    ///
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` when too few drives answer to know the buckets.
    package func recover() async throws(EngineError) -> RecoveryReport {
        var report = RecoveryReport()
        for set in allSets {
            let counts = await Recovery(engine: self, set: set).run()
            report.completedCount += counts.completed
            report.revertedCount += counts.reverted
            report.openCount += counts.open
        }
        try await recoverBuckets()
        report.bucketCount = buckets.all.count
        return report
    }

    /// Puts a drive that was opened again in its place. Requests may run; they meet the drive only when what it had open
    /// is settled: before, it shows changes that were never acknowledged, and lacks some that were.
    ///
    /// - Returns: whether the drive is in its place; if it did not say what it has open, the place is empty.
    func bringBack(_ drive: any Drive, to slot: DriveSlot) async -> Bool {
        slot.attachToSettle(drive)
        for set in allSets where set.slots.contains(where: { $0 === slot }) {
            let counts = await Recovery(engine: self, set: set).run()
            guard !counts.silent.contains(slot.position) else {
                slot.detach()
                return false
            }
        }
        slot.attach(drive)
        await rereadUnknownBuckets()
        return true
    }

    /// Reads the settings of buckets again that could not be read before: what keeps them from being known may have
    /// passed.
    func rereadUnknownBuckets() async {
        for bucket in buckets.all where bucket.settings.areUnknown {
            let lease = await locks.acquire(.bucket(bucket.name), .exclusive)
            defer { lease.release() }
            guard buckets[bucket.name]?.settings.areUnknown == true else { continue }
            do throws(EngineError) {
                let stored = try await storedSettings(of: bucket.name, created: bucket.created)
                buckets.insert(Bucket(stored.metadata, stored.supplement, named: bucket.name))
            } catch {
                // It was reported when it was read first, and stays as it is.
                continue
            }
        }
    }

    /// A bucket exists when more than half of the drives of every set may have its folder. Unless that hangs on drives
    /// that did not answer, all get it, because it is shown from now on.
    ///
    ///     have it + unknown > half         it exists
    ///     half, and its metadata           it exists: drives may be new in their places
    ///     any has something in it          it exists: neither a creation nor a removal leaves that
    ///     otherwise                        an unfinished creation or removal: the folders go
    private func recoverBuckets() async throws(EngineError) {
        var found: [Folders] = []
        for set in allSets { found.append(try await folders(of: set)) }
        let names = Set(found.flatMap(\.positions.keys)).sorted()
        for name in names {
            let created = found.compactMap { $0.created[name] }.min() ?? .epoch
            let stored = await storedBucket(name, created: created)
            let exists = zip(allSets, found).allSatisfy { set, folders in
                set.hasBucket(in: folders.count(name) + folders.unknownCount, hasMetadata: stored.hasMetadata)
            }
            var isCertain = zip(allSets, found).allSatisfy { set, folders in
                set.hasBucket(in: folders.count(name), hasMetadata: stored.hasMetadata)
            }
            if !exists {
                for set in allSets where await settleFolder(name, exists: false, on: set) { isCertain = true }
            }
            guard exists || isCertain else { continue }
            if isCertain, !zip(allSets, found).allSatisfy({ $1.count(name) == $0.driveCount }) {
                for set in allSets { _ = await settleFolder(name, exists: true, on: set) }
            }
            buckets.insert(stored.bucket)
        }
        // A drive that did not answer may have folders that nobody knows of.
        guard found.allSatisfy({ $0.unknownCount == 0 }) else { return }
        try await removeStrayBucketMetadata()
    }

    private struct Folders {
        var positions: [String: [Int]] = [:]
        var created: [String: Timestamp] = [:]
        var unknownCount = 0

        func count(_ name: String) -> Int { positions[name]?.count ?? 0 }
    }

    private func folders(of set: ErasureSet) async throws(EngineError) -> Folders {
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { results in
            results.successCount() >= set.majority ? .enough : .askOn
        } _: { _, drive throws(DriveError) in
            try await drive.volumes()
        }
        let required = set.driveCount - set.standardWriteQuorum + 1
        guard results.successCount() >= required else {
            throw .readQuorumLost(available: results.successCount(), required: required)
        }
        var folders = Folders()
        for (position, result) in results.enumerated() {
            guard case .success(let volumes)? = result else {
                folders.unknownCount += 1
                continue
            }
            for volume in volumes where volume.name != ObjectPath.systemVolume {
                folders.positions[volume.name, default: []].append(position)
                folders.created[volume.name] = min(
                    folders.created[volume.name] ?? volume.created,
                    volume.created
                )
            }
        }
        return folders
    }

    /// - Returns: whether a drive keeps the folder because of what is in it.
    private func settleFolder(_ name: String, exists: Bool, on set: ErasureSet) async -> Bool {
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { _ in
            .askOn
        } _: { _, drive throws(DriveError) in
            if exists { try await drive.makeVolume(name) } else { try await drive.removeVolume(name) }
        }
        var isKept = false
        for (slot, result) in zip(set.slots, results) {
            guard case .failure(let error)? = result else { continue }
            switch error {
            case .alreadyExists, .volumeNotFound: continue
            case .notEmpty: isKept = true
            case .notFound, .unstorableName, .corrupt, .full, .failed, .offline, .busy, .reverted:
                set.onBackgroundFailure(slot, error)
            }
        }
        return isKept
    }

    /// A bucket whose metadata cannot be read has its folder's age, and takes no writes that its settings might
    /// forbid.
    private func storedBucket(
        _ name: String,
        created: Timestamp
    ) async -> (bucket: Bucket, hasMetadata: Bool) {
        do throws(EngineError) {
            let stored = try await storedSettings(of: name, created: created)
            return (Bucket(stored.metadata, stored.supplement, named: name), stored.hasMetadata)
        } catch {
            reportDamage(
                ObjectPath(volume: ObjectPath.systemVolume, name: Self.metadataName(of: name)),
                allSets[0].slots[0],
                "\(error)"
            )
            return (Bucket(name: name, created: created, settings: .unknown, documents: [:]), true)
        }
    }

    /// Metadata of buckets that do not exist: of a removal that was cut off after the folders went, or of a creation
    /// before they came.
    private func removeStrayBucketMetadata() async throws(EngineError) {
        var folder = MergedFolder(
            sets: allSets,
            volume: ObjectPath.systemVolume,
            directory: "buckets/"
        )
        while let entry = try await folder.next() {
            guard entry.key.utf8.last == UInt8(ascii: "/"), entry.hasChildren else { continue }
            let name = String(entry.key.dropLast())
            guard !name.utf8.starts(with: ".".utf8), buckets[name] == nil else { continue }
            try await removeSettings(of: name)
        }
    }
}

extension ErasureSet {
    /// Whether a bucket exists whose folder so many drives have.
    fileprivate func hasBucket(in folderCount: Int, hasMetadata: Bool) -> Bool {
        folderCount >= majority || (hasMetadata && 2 * folderCount >= driveCount)
    }
}
