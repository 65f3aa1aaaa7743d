import Base
package import Drives

/// A drive's place in its set. The place stays when the drive fails, is pulled, or comes back.
package final class DriveSlot: Sendable {
    /// 0...n-1 in the set.
    package let position: Int
    /// What the operator calls the drive of this place.
    package let endpoint: String
    private let drive: Locked<(any Drive)?>
    private let silence = Locked(false)

    package init(position: Int, endpoint: String, drive: (any Drive)?) {
        self.position = position
        self.endpoint = endpoint
        self.drive = Locked(drive)
    }

    /// The drive if it can be asked now.
    var online: (any Drive)? {
        let drive = drive.withLock { $0 }
        return drive?.isOnline == true ? drive : nil
    }

    /// The drive even while it hangs: for what it must know when it wakes.
    var attached: (any Drive)? { drive.withLock { $0 } }

    /// Whether somebody waited for the drive in vain and it has not answered anything since.
    var isSilent: Bool {
        get { silence.withLock { $0 } }
        set { silence.withLock { $0 = newValue } }
    }

    /// Why there is nothing to ask until somebody opens the drive; `nil` if there is.
    package var vacancy: String? {
        guard let drive = drive.withLock({ $0 }) else { return "not open" }
        return drive.offlineReason
    }

    /// Lets go of a drive, so that its folder can be opened again once its last call has returned.
    package func detach() { drive.withLock { $0 = nil } }

    /// Puts a drive that was opened again in its place.
    package func attach(_ newDrive: any Drive) {
        drive.withLock { $0 = newDrive }
        isSilent = false
    }
}
