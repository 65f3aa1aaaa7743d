import Base
import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lock of a drive's folder: held while this value lives.
final class DriveLock: Sendable {
    private let files: PosixFiles
    private let file = Locked<PosixFiles.Handle?>(nil)

    /// - Parameter files: whose root is locked already.
    init(files: PosixFiles) { self.files = files }

    deinit { if let handle = file.withLock({ $0 }) { files.close(handle) } }

    /// Locks the lock file and notes this process in it, if there is a system folder and it was not done yet.
    ///
    /// - Returns: false when somebody else holds it.
    func takeLockFile() throws(FileError) -> Bool {
        if file.withLock({ $0 != nil }) { return true }
        let handle: PosixFiles.Handle?
        do throws(FileError) {
            handle = try files.lockFile(SystemPath.lock)
        } catch {
            // Without a system folder, or where the drive takes no new file, the lock of the root has to do.
            guard [ENOENT, ENOSPC, EDQUOT].contains(error.code) else { throw error }
            return true
        }
        guard let handle else { return false }
        file.withLock { $0 = handle }
        try note(in: handle)
        return true
    }

    /// Ten digits, so that a shorter number leaves nothing of a longer one.
    private func note(in handle: PosixFiles.Handle) throws(FileError) {
        let digits = String(getpid())
        let text = Array((String(repeating: "0", count: 10 - digits.utf8.count) + digits + "\n").utf8)
        var failure: FileError?
        text.withUnsafeBytes { text in
            do throws(FileError) { try files.write(handle, at: 0, [text]) } catch { failure = error }
        }
        // A full drive can still be served, and the number is only for the operator.
        if let failure, failure.code != ENOSPC { throw failure }
    }
}
