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
/// Nothing in the folder has been touched.
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

    /// Reads what the folder holds. Blocks; nobody else may use the folder meanwhile.
    package init(files: F, endpoint: String, isMountPoint: Bool = false) throws(DriveFolderError) {
        self.files = files
        self.endpoint = endpoint
        self.isMountPoint = isMountPoint
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

extension DriveFolder where F == PosixFiles {
    /// Opens a folder of the operating system and locks it, before anything in it is read. The lock lasts as
    /// long as the value or a drive made of it.
    ///
    /// The folder itself is locked; no file is left in it. Blocks, for ever on hardware that hangs.
    package static func open(_ path: String) throws(DriveFolderError) -> Self {
        let files: PosixFiles
        let isLocked: Bool
        let isMountPoint: Bool
        do throws(FileError) {
            files = try PosixFiles(root: path)
            isLocked = try files.lockRoot()
            isMountPoint = try files.isMountPoint()
        } catch { throw DriveFolderError(error, path) }
        guard isLocked else { throw .locked(path: path, pid: files.rootLockHolder()) }
        return try Self(files: files, endpoint: path, isMountPoint: isMountPoint)
    }
}
