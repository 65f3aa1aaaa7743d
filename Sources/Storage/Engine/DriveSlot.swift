import Base
package import Drives

/// A drive's place in its set. The place stays when the drive fails, is pulled, or comes back.
package final class DriveSlot: Sendable {
    private struct Occupant {
        var drive: (any Drive)?
        /// Only recovery may ask the drive.
        var isSettling = false
    }

    /// 0...n-1 in the set.
    package let position: Int
    /// What the operator calls the drive of this place.
    package let endpoint: String
    private let occupant: Locked<Occupant>
    private let silence = Locked(false)

    package init(position: Int, endpoint: String, drive: (any Drive)?) {
        self.position = position
        self.endpoint = endpoint
        occupant = Locked(Occupant(drive: drive))
    }

    /// The drive if requests can ask it now.
    var online: (any Drive)? {
        let occupant = occupant.withLock { $0 }
        return occupant.isSettling || occupant.drive?.isOnline != true ? nil : occupant.drive
    }

    /// The drive if recovery can ask it now, which may be before any request does.
    var recoverable: (any Drive)? {
        let drive = attached
        return drive?.isOnline == true ? drive : nil
    }

    /// The drive even while it hangs: for what it must know when it wakes.
    var attached: (any Drive)? { occupant.withLock { $0.drive } }

    /// Whether somebody waited for the drive in vain and it has not answered anything since.
    var isSilent: Bool {
        get { silence.withLock { $0 } }
        set { silence.withLock { $0 = newValue } }
    }

    /// Why there is nothing to ask until somebody opens the drive; `nil` if there is.
    package var vacancy: String? {
        guard let drive = attached else { return "not open" }
        return drive.offlineReason
    }

    /// Lets go of a drive, so that its folder can be opened again once its last call has returned.
    package func detach() { occupant.withLock { $0 = Occupant() } }

    /// Puts a drive that was opened again in its place, where only recovery sees it until it is attached.
    func attachToSettle(_ newDrive: any Drive) {
        occupant.withLock { $0 = Occupant(drive: newDrive, isSettling: true) }
        isSilent = false
    }

    /// Puts a drive in its place.
    package func attach(_ newDrive: any Drive) {
        occupant.withLock { $0 = Occupant(drive: newDrive) }
        isSilent = false
    }
}
