import Topology

/// What the drives allow now.
package struct EngineHealth: Sendable {
    package struct Drive: Sendable {
        package let endpoint: String
        package let isOnline: Bool
        package let poolIndex: Int
        package let setIndex: Int
    }

    package let drives: [Drive]
    /// Every set has the drives that an object of the standard class needs to be read.
    package let canRead: Bool
    /// Every set has its write quorum.
    package let canWrite: Bool
    /// Drives that the set which needs most needs, for an object of the standard class.
    package let readQuorum: Int
    package let writeQuorum: Int
}

extension Engine {
    /// Never blocks.
    package var health: EngineHealth {
        EngineHealth(
            drives: allSets.flatMap { set in
                set.slots.map { slot in
                    EngineHealth.Drive(
                        endpoint: slot.endpoint,
                        isOnline: slot.online != nil,
                        poolIndex: set.poolIndex,
                        setIndex: set.setIndex
                    )
                }
            },
            canRead: allSets.allSatisfy { $0.onlineCount >= $0.driveCount - $0.parity.standard },
            canWrite: allSets.allSatisfy { $0.onlineCount >= $0.standardWriteQuorum },
            readQuorum: allSets.map { $0.driveCount - $0.parity.standard }.max() ?? 0,
            writeQuorum: allSets.map(\.standardWriteQuorum).max() ?? 0
        )
    }
}
