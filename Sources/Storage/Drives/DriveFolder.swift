package import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why a drive's folder cannot be used.
package enum DriveFolderError: Error, Equatable, Sendable {
    /// There is no such folder, or it is something else.
    case missing(path: String)
    case unreadable(path: String, call: String, code: Int32)
    /// Another process uses it; which one, if it says so.
    case locked(path: String, pid: Int32?)
}

/// A drive's folder, locked, before it is known whose drive it is.
///
/// Nothing in the folder has been touched but the lock file.
package struct DriveFolder<F: Files>: Sendable {
    package enum Content: Sendable, Equatable {
        /// No `format.json`. ``hasFiles`` tells a fresh folder from one that holds something else.
        case unformatted(hasFiles: Bool)
        /// The bytes of `format.json`, unchecked.
        case formatted([UInt8])
    }

    package let files: F
    /// What an operator knows it by.
    package let endpoint: String
    package let content: Content
    /// `st_dev` of the folder.
    package let device: UInt64
    /// Whether the folder is the root of its file system.
    package let isMountPoint: Bool
    let lock: DriveLock<F>?

    /// Reads what the folder holds. Blocks; nobody else may use the folder meanwhile.
    package init(files: F, endpoint: String, isMountPoint: Bool = false) throws(DriveFolderError) {
        try self.init(files: files, endpoint: endpoint, isMountPoint: isMountPoint, lock: nil)
    }

    init(files: F, endpoint: String, isMountPoint: Bool, lock: DriveLock<F>?) throws(DriveFolderError) {
        self.files = files
        self.endpoint = endpoint
        self.isMountPoint = isMountPoint
        self.lock = lock
        let tree = DriveTree(files: files, folders: FolderCache(keysMax: 0))
        do throws(FileError) {
            device = try files.status("").device
        } catch { throw DriveFolderError(error, endpoint) }
        do throws(DriveError) {
            if let format = try tree.readFile(SystemPath.format, sizeMax: Self.formatSizeMax) {
                content = .formatted(format)
            } else {
                let names = try tree.list("") ?? []
                content = .unformatted(hasFiles: names.contains { !Self.isHarmless($0.name) })
            }
        } catch { throw .unreadable(path: endpoint, call: "\(error)", code: 0) }
    }

    private static var formatSizeMax: Int64 { 16 << 20 }

    /// Names that a fresh file system or an earlier, broken-off start leaves.
    private static func isHarmless(_ name: String) -> Bool {
        name == "lost+found" || name == SystemPath.folder
    }
}

extension DriveFolderError {
    init(_ error: FileError, _ path: String) {
        switch error.code {
        case ENOENT, ENOTDIR: self = .missing(path: path)
        default: self = .unreadable(path: path, call: error.call.description, code: error.code)
        }
    }
}

/// Keeps the lock file open, and so locked.
final class DriveLock<F: Files>: Sendable {
    private let files: F
    private let handle: F.Handle

    init(files: F, handle: F.Handle) {
        self.files = files
        self.handle = handle
    }

    deinit { files.close(handle) }
}

extension DriveFolder where F == PosixFiles {
    /// Opens a folder of the operating system and locks it, before anything in it is read. The lock lasts as
    /// long as the value or a drive made of it.
    ///
    /// Blocks, for ever on hardware that hangs.
    package static func open(_ path: String) throws(DriveFolderError) -> Self {
        let files: PosixFiles
        var lock: DriveLock<PosixFiles>?
        let isMountPoint: Bool
        do throws(FileError) {
            files = try PosixFiles(root: path)
            guard try files.lockRoot() else { throw DriveFolderErrorBox.locked }
            isMountPoint = try files.isMountPoint()
        } catch {
            if error == DriveFolderErrorBox.locked { throw .locked(path: path, pid: Self.holder(path)) }
            throw DriveFolderError(error, path)
        }
        do throws(FileError) {
            if try files.status(SystemPath.folder).kind == .directory {
                guard let handle = try files.lockFile(SystemPath.lock) else {
                    throw DriveFolderErrorBox.locked
                }
                lock = DriveLock(files: files, handle: handle)
                try note(in: handle, of: files)
            }
        } catch {
            if error == DriveFolderErrorBox.locked { throw .locked(path: path, pid: Self.holder(path)) }
            // Without a system folder the lock of the root has to do.
            guard error.code == ENOENT else { throw DriveFolderError(error, path) }
        }
        return try Self(files: files, endpoint: path, isMountPoint: isMountPoint, lock: lock)
    }

    /// Says in the lock file who holds it: ten digits, so that a shorter number leaves nothing of a longer.
    private static func note(in handle: PosixFiles.Handle, of files: PosixFiles) throws(FileError) {
        let digits = String(getpid())
        let text = Array((String(repeating: "0", count: 10 - digits.utf8.count) + digits + "\n").utf8)
        var failure: FileError?
        text.withUnsafeBytes { text in
            do throws(FileError) { try files.write(handle, at: 0, [text]) } catch { failure = error }
        }
        // A full drive can still be served, and the number is only for the operator.
        if let failure, failure.code != ENOSPC { throw failure }
    }

    /// Who holds the lock, as far as the lock file says.
    private static func holder(_ path: String) -> Int32? {
        // The reason does not matter: the number only adds to the error that is being reported.
        guard let files = try? PosixFiles(root: path),
            let bytes = try? DriveTree(files: files, folders: FolderCache(keysMax: 0)).readFile(
                SystemPath.lock
            )
        else { return nil }
        return Int32(String(decoding: bytes.prefix(10), as: UTF8.self))
    }
}

/// Tells a held lock from the kernel's errors in one `do` block.
private enum DriveFolderErrorBox {
    static let locked = FileError(EWOULDBLOCK, in: "flock")
}
