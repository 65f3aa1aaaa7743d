import Base
package import Bytes
import Drives
import ErasureCode
package import Topology

extension Engine {
    /// Reads `body` to its end onto the drives, where nobody sees it yet.
    ///
    /// Memory: at most two blocks and their parity, borrowed from the pool.
    ///
    /// - Parameter size: exactly what the body will yield, or `nil` if nobody knows. The body itself must refuse to
    ///   be shorter or longer.
    /// - Throws: ``StageError/body(_:)`` with what the body threw; ``StageError/engine(_:)`` when too few drives are
    ///   left or no memory came free. Nothing has to be discarded then.
    package func stage<Body: ByteSource>(
        _ body: inout Body,
        size: Int64?,
        bucket: String,
        key: String,
        storageClass: StorageClass
    ) async throws(StageError<Body.Failure>) -> StagedBody {
        let plan: StagingPlan
        do {
            plan = try stagingPlan(bucket: try self.bucket(bucket), key: key, storageClass: storageClass)
        } catch { throw .engine(error) }
        return try await stage(&body, size: size, plan)
    }

    func stage<Body: ByteSource>(
        _ body: inout Body,
        size: Int64?,
        _ plan: StagingPlan
    ) async throws(StageError<Body.Failure>) -> StagedBody {
        let filling = BlockFilling(
            memory: memory,
            geometry: plan.geometry,
            patience: options.memoryPatience
        )
        var staging = Staging(plan: plan, filling: filling, size: size)
        return try await staging.run(&body, announced: size)
    }

    private func stagingPlan(
        bucket: Bucket,
        key: String,
        storageClass: StorageClass
    ) throws(EngineError) -> StagingPlan {
        let name = try name(of: key)
        let inlineSizeMax = options.inlineSizeMax / (bucket.settings.versioning == .enabled ? 8 : 1)
        return try stagingPlan(
            path: ObjectPath(volume: bucket.name, name: name.path),
            key: key,
            parity: { $0.parity[storageClass] },
            inlineSizeMax: inlineSizeMax
        )
    }

    /// - Parameter parity: what the set's objects of this kind get.
    func stagingPlan(
        path: ObjectPath,
        key: String,
        parity: (ErasureSet) -> Int,
        inlineSizeMax: Int64
    ) throws(EngineError) -> StagingPlan {
        let set = set(for: path.name)
        let wantedParity = parity(set)
        return StagingPlan(
            bucket: path.volume,
            key: key,
            path: path,
            set: set,
            transactionID: randomness.uuid(),
            geometry: try set.geometryForNewObject(parity: wantedParity),
            distribution: PlacementAlgorithm.distribution(
                of: "\(path.volume)/\(path.name)",
                driveCount: set.driveCount
            ),
            wantedParity: wantedParity,
            inlineSizeMax: inlineSizeMax,
            partPlace: nil
        )
    }

    /// Drops what was staged. What a drive cannot remove now goes at its next start.
    package func discard(_ staged: StagedBody) { discard(staged, besides: []) }

    /// Drops what lies on the drives that were left out of the commit.
    func discard(_ staged: StagedBody, besides committed: [Int]) {
        let id = staged.transactionID
        let positions = staged.touched.filter { !committed.contains($0) }
        staged.set.inBackground(at: positions) { drive throws(DriveError) in try await drive.revert(id) }
    }
}
