package import Base
import Drives

/// One drive as an operator asks about it.
package struct DriveState: Sendable {
    package let endpoint: String
    package let isOnline: Bool
    /// `nil` while it is offline.
    package let id: UUID?
    /// In bytes; 0 while nobody knows.
    package let totalSize: Int64
    package let freeSize: Int64
    package let poolIndex: Int
    package let setIndex: Int
    /// In its set, from 0.
    package let position: Int
}

extension Engine {
    /// Of every drive, in the order of pools, sets and positions. Asks each for its capacity.
    package func driveStates() async -> [DriveState] {
        var states: [DriveState] = []
        for set in allSets {
            for slot in set.slots {
                let drive = slot.online
                var capacity: (total: Int64, free: Int64) = (0, 0)
                // A drive that does not answer has no sizes; that it fails otherwise is for its slot to notice.
                if let drive, let found = try? await drive.capacity() { capacity = found }
                states.append(
                    DriveState(
                        endpoint: slot.endpoint,
                        isOnline: drive != nil,
                        id: drive?.id,
                        totalSize: capacity.total,
                        freeSize: capacity.free,
                        poolIndex: set.poolIndex,
                        setIndex: set.setIndex,
                        position: slot.position
                    )
                )
            }
        }
        return states
    }
}
