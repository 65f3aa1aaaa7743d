package import Base

/// What all drives of a pool agree on: who belongs to it, and where.
package struct PoolFormat: Sendable, Hashable {
    /// The same for all pools of a deployment.
    package let deploymentID: UUID
    /// Drive ids by set and by position in the set. All sets have the same size.
    package let sets: [[UUID]]
    package let algorithm: PlacementAlgorithm

    /// Sets larger than this are not possible.
    package static let setSizeMax = 32

    /// Marks an offline drive in other programs' tables: no drive may have it.
    static let offlineDriveID = UUID(high: .max, low: .max)

    /// - Throws: ``TopologyError/invalidFormatField(_:)``.
    package init(deploymentID: UUID, sets: [[UUID]], algorithm: PlacementAlgorithm) throws(TopologyError) {
        guard deploymentID != .zero else { throw .invalidFormatField("id") }
        guard let setSize = sets.first?.count, (1...Self.setSizeMax).contains(setSize),
            sets.allSatisfy({ $0.count == setSize })
        else { throw .invalidFormatField("xl.sets") }
        let ids = sets.joined()
        guard Set(ids).count == ids.count, !ids.contains(.zero), !ids.contains(Self.offlineDriveID) else {
            throw .invalidFormatField("xl.sets")
        }
        self.deploymentID = deploymentID
        self.sets = sets
        self.algorithm = algorithm
    }

    /// A new pool of `layout` with a fresh id for every drive. Later pools of a deployment pass the
    /// first one's id.
    package init(for layout: PoolLayout, deploymentID: UUID? = nil, randomness: some Randomness) {
        self.deploymentID = deploymentID ?? randomness.uuid()
        sets = (0..<layout.setCount).map { _ in (0..<layout.setSize).map { _ in randomness.uuid() } }
        algorithm = .sipModParity
    }

    package var setCount: Int { sets.count }
    package var setSize: Int { sets.first?.count ?? 0 }
    package var driveCount: Int { setCount * setSize }

    /// Where a drive belongs, both counted from 0; `nil` for a stranger.
    package func position(of driveID: UUID) -> (setIndex: Int, driveIndex: Int)? {
        for (setIndex, set) in sets.enumerated() {
            if let driveIndex = set.firstIndex(of: driveID) { return (setIndex, driveIndex) }
        }
        return nil
    }

    /// What the `format.json` of one drive says.
    package func driveFormat(setIndex: Int, driveIndex: Int) -> DriveFormat {
        DriveFormat(pool: self, driveID: sets[setIndex][driveIndex])
    }

    /// The format that the drives of one pool agree on. `nil` stands for a drive that is unformatted
    /// or did not answer; a pool of only such drives has no reference.
    ///
    /// The most common format must be on at least half of the drives, and no other on as many.
    ///
    /// - Throws: ``TopologyError/noReferenceFormat(bestCount:driveCount:)``,
    ///   ``TopologyError/conflictingFormats(_:_:)``, ``TopologyError/driveCountMismatch(formatted:given:)``.
    package static func reference(among formats: [DriveFormat?]) throws(TopologyError) -> PoolFormat {
        var counts: [PoolFormat: Int] = [:]
        for format in formats { if let format { counts[format.pool, default: 0] += 1 } }
        let ranked = counts.sorted { $0.value > $1.value }
        guard let best = ranked.first, best.value * 2 >= formats.count else {
            throw .noReferenceFormat(bestCount: ranked.first?.value ?? 0, driveCount: formats.count)
        }
        if ranked.count > 1, ranked[1].value == best.value {
            let ids = [best.key.deploymentID, ranked[1].key.deploymentID].sorted { "\($0)" < "\($1)" }
            throw .conflictingFormats(ids[0], ids[1])
        }
        guard best.key.driveCount == formats.count else {
            throw .driveCountMismatch(formatted: best.key.driveCount, given: formats.count)
        }
        return best.key
    }
}
