package import Base
package import Bytes
package import Locks
package import Topology

extension Engine {
    /// An engine over drives that are open, or missing.
    ///
    /// Call ``recover()`` before the first request.
    ///
    /// - Parameter slots: one for each drive of the format, set by set.
    package convenience init(
        format: PoolFormat,
        slots: [DriveSlot],
        parity: StorageClassParity,
        options: Options,
        locks: any LockService,
        memory: BlockPool,
        time: any TimeSource,
        randomness: any Randomness,
        guards: [any CommitGuard] = [],
        observers: [any ObjectObserver] = []
    ) {
        precondition(slots.count == format.driveCount)
        let deadlines = Deadlines(time: time)
        let background = BackgroundWork()
        let sets = (0..<format.setCount).map { index in
            ErasureSet(
                poolIndex: 0,
                setIndex: index,
                slots: Array(slots[index * format.setSize..<(index + 1) * format.setSize]),
                parity: parity,
                patience: options.patience,
                deadlines: deadlines,
                background: background,
                onBackgroundFailure: { slot, error in
                    for observer in observers {
                        observer.driveFailed(endpoint: slot.endpoint, reason: "\(error)")
                    }
                }
            )
        }
        self.init(
            pools: [Pool(deploymentID: format.deploymentID, sets: sets, algorithm: format.algorithm)],
            options: options,
            locks: locks,
            memory: memory,
            time: time,
            randomness: randomness,
            guards: guards,
            observers: observers,
            background: background
        )
    }
}
