import Base
import Drives
import Locks
import Topology

/// What came of deletions that were decided under the key's lease.
package struct ExpiryOutcome: Sendable {
    /// Those that were made, as they were named.
    package var deletions: [Deletion] = []
    /// How many a guard refused.
    package var refusedCount = 0
    /// Whether the lease ended before all that was decided was done: what is left has to be decided anew.
    package var isCutShort = false

    package init() {}
}

extension Engine {
    /// Deletes versions of one key that `decide` names once it sees all of them under the key's lease: nothing comes
    /// between the decision and what it leads to.
    ///
    /// Readers and writers of the key wait meanwhile. Each deletion reads `xl.meta` from every drive and writes it again, so
    /// with thousands of versions a few take as long as hundreds do with a few: the lease ends by time.
    ///
    /// - Parameters:
    ///   - leaseMax: no deletion is begun under the lease after that long; one is made in any case.
    ///   - guards: asked about each deletion, beside those of every change; what they refuse stays.
    ///   - decide: gets the bucket as it is, and the versions from the newest to the oldest, markers among them; empty for
    ///     a key that is not there.
    /// - Throws: ``EngineError/bucketNotFound``, ``EngineError/readQuorumLost(available:required:)`` and
    ///   ``EngineError/damaged(_:)`` before anything is deleted; ``EngineError/writeQuorumLost(available:required:)`` with
    ///   the deletions before the failed one in force.
    package func expire(
        bucket: String,
        key: String,
        guards: [any CommitGuard] = [],
        leaseMax: Duration,
        _ decide: (Bucket, [ObjectVersion]) -> [Deletion]
    ) async throws(EngineError) -> ExpiryOutcome {
        let name = try name(of: key)
        let path = ObjectPath(volume: bucket, name: name.path)
        let set = set(for: name.path)
        let bucketLease = await locks.acquire(.bucket(bucket), .shared)
        defer { bucketLease.release() }
        let now = try self.bucket(bucket)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .exclusive)
        defer { lease.release() }
        let start = time.elapsed

        var current = try await current(set, path, key: key)
        let versions = try allVersions(in: current, set, path, key: key)
        var outcome = ExpiryOutcome()
        for (index, deletion) in decide(now, versions).enumerated() {
            guard index == 0 || time.elapsed - start < leaseMax else {
                outcome.isCutShort = true
                break
            }
            // What a deletion before this one has changed is read again.
            if !outcome.deletions.isEmpty { current = try await self.current(set, path, key: key) }
            do throws(EngineError) {
                let resolved = try now.settings.resolve(deletion)
                _ = try await perform(resolved, current, guards, set, path, key: key)
                outcome.deletions.append(deletion)
            } catch .refused {
                outcome.refusedCount += 1
            }
        }
        return outcome
    }

    /// From the newest to the oldest, as the drives agree on them.
    private func allVersions(
        in current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) throws(EngineError) -> [ObjectVersion] {
        guard let found = set.quorum.decideAll(current.answers) else {
            let available = current.answers.count { if case .unknown = $0 { false } else { true } }
            throw current.answers.damage ?? .readQuorumLost(available: available, required: available + 1)
        }
        var versions: [ObjectVersion] = []
        for (header, holders) in found {
            versions.append(try version(header, current.answers[holders[0]], path, key: key))
        }
        return versions
    }
}
