import Base
import CFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder of the operating system, and only what is below it.
///
/// Holds a descriptor of the folder and resolves every path from there, so that a drive mounted over it later
/// is never mistaken for it. No call follows a symbolic link: one in the way is `ELOOP`.
package final class PosixFiles: Files {
    /// An open file of ``PosixFiles``.
    package struct Handle: Sendable {
        let descriptor: CInt
    }

    /// `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS`.
    private static let confined: UInt64 = 0x08 | 0x04 | 0x02
    private static let piecesMax = 1024

    /// Opened for reading, because `O_PATH` can be neither synced nor locked.
    private let root: CInt
    /// False for good once the kernel or its sandbox refused `openat2`.
    private let hasOpenat2: Locked<Bool>
    /// Descriptors of folders, for whole calls at a time: they are closed with this object only.
    private let kept = Locked<[String: CInt]>([:])

    /// - Parameter walksSegments: never uses `openat2`, as on a kernel that has none; for tests.
    package init(root path: String, walksSegments: Bool = false) throws(FileError) {
        root = try Self.retrying("open") {
            cfiles_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        hasOpenat2 = Locked(!walksSegments)
    }

    deinit {
        for folder in kept.withLock({ $0.values }) { _ = closeDescriptor(folder) }
        _ = closeDescriptor(root)
    }

    package func keepOpen(_ folder: String) throws(FileError) {
        guard kept.withLock({ $0[folder] }) == nil else { return }
        let descriptor = try open(folder, Self.pathOnly | O_DIRECTORY, in: "open")
        kept.withLock { kept in
            if kept[folder] == nil { kept[folder] = descriptor } else { _ = closeDescriptor(descriptor) }
        }
    }

    // Opening.

    package func openToRead(_ path: String) throws(FileError) -> Handle {
        // O_NONBLOCK: a pipe that somebody put in the folder must not hold the lane.
        Handle(descriptor: try open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, in: "open"))
    }

    package func create(_ path: String) throws(FileError) -> Handle {
        Handle(descriptor: try open(path, O_RDWR | O_CREAT | O_EXCL, in: "create"))
    }

    package func openToOverwrite(_ path: String) throws(FileError) -> Handle {
        Handle(descriptor: try open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY, in: "open"))
    }

    package func close(_ handle: Handle) {
        // Linux has closed the descriptor whatever it answers; lost writes are a sync's to report.
        _ = closeDescriptor(handle.descriptor)
    }

    private func open(_ path: String, _ flags: CInt, in call: StaticString) throws(FileError) -> CInt {
        try FilePath.check(path, in: call)
        let flags = flags | O_CLOEXEC | O_NOFOLLOW
        let (parent, last) = FilePath.split(path)
        if !parent.isEmpty, let folder = kept.withLock({ $0[parent] }) {
            return try Self.retrying(call) { cfiles_openat(folder, last, flags, 0o666) }
        }
        if hasOpenat2.withLock({ $0 }) {
            do {
                return try Self.retrying(call) { [root] in
                    let mode: UInt64 = flags & O_CREAT == 0 ? 0 : 0o666
                    let name = path.isEmpty ? "." : path
                    return cfiles_openat2(root, name, UInt64(UInt32(bitPattern: flags)), mode, Self.confined)
                }
            } catch {
                guard error.code == ENOSYS || error.code == EPERM else { throw error }
                hasOpenat2.withLock { $0 = false }
            }
        }
        return try openBySegments(path, flags, in: call)
    }

    /// The same promise without `openat2`: no segment is followed if it is a link.
    private func openBySegments(_ path: String, _ flags: CInt, in call: StaticString) throws(FileError)
        -> CInt
    {
        var folder = root
        defer { if folder != root { _ = closeDescriptor(folder) } }
        // By bytes: to Swift a slash may be a part of a character with what is around it.
        var segments = path.utf8.split(separator: UInt8(ascii: "/")).map { String($0) }
        let last = segments.popLast() ?? "."
        for segment in segments {
            let next = try Self.retrying(call) { [folder] in
                cfiles_openat(folder, segment, Self.pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
            }
            if folder != root { _ = closeDescriptor(folder) }
            folder = next
        }
        return try Self.retrying(call) { [folder] in cfiles_openat(folder, last, flags, 0o666) }
    }

    /// `O_PATH`, which Glibc's module hides.
    private static let pathOnly: CInt = 0o10000000

    /// Gives `body` a descriptor of the folder that `path` is in, and the last segment.
    private func inParent<Answer>(
        of path: String,
        _ call: StaticString,
        _ body: (CInt, String) throws(FileError) -> Answer
    ) throws(FileError) -> Answer {
        try FilePath.check(path, in: call)
        guard !path.isEmpty else { throw FileError(EINVAL, in: call) }
        let (parent, name) = FilePath.split(path)
        if parent.isEmpty { return try body(root, name) }
        if let folder = kept.withLock({ $0[parent] }) { return try body(folder, name) }
        let folder = try open(parent, Self.pathOnly | O_DIRECTORY, in: call)
        defer { _ = closeDescriptor(folder) }
        return try body(folder, name)
    }

    // Bytes.

    package func read(
        _ handle: Handle,
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = pread(handle.descriptor, base + done, buffer.count - done, off_t(offset) + done)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(errno, in: "pread")
            }
            done += count
        }
        return done
    }

    package func write(
        _ handle: Handle,
        at offset: Int64,
        _ pieces: [UnsafeRawBufferPointer]
    ) throws(FileError) {
        var vectors = pieces.filter { !$0.isEmpty }.map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        var index = 0
        var offset = off_t(offset)
        while index < vectors.count {
            let written = vectors.withUnsafeBufferPointer { vectors in
                let rest = vectors[index...]
                return cfiles_pwritev(
                    handle.descriptor,
                    UnsafeBufferPointer(rebasing: rest).baseAddress,
                    CInt(min(rest.count, Self.piecesMax)),
                    offset
                )
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError(errno, in: "pwritev")
            }
            guard written > 0 else { throw FileError(EIO, in: "pwritev") }
            offset += off_t(written)
            Self.advance(&vectors, &index, by: written)
        }
    }

    private static func advance(_ vectors: inout [iovec], _ index: inout Int, by written: Int) {
        var left = written
        while index < vectors.count, left >= vectors[index].iov_len {
            left -= vectors[index].iov_len
            index += 1
        }
        guard left > 0 else { return }
        vectors[index].iov_base += left
        vectors[index].iov_len -= left
    }

    package func sync(_ handle: Handle, _ point: SyncPoint) throws(FileError) {
        // A failed sync is not repeated, only an interrupted one, which has reported nothing yet.
        _ = try Self.retrying("fdatasync") { fdatasync(handle.descriptor) }
    }

    // What is there.

    package func status(_ handle: Handle) throws(FileError) -> FileStatus {
        var status = stat()
        _ = try Self.retrying("fstat") { fstat(handle.descriptor, &status) }
        return FileStatus(status)
    }

    package func status(_ path: String) throws(FileError) -> FileStatus {
        var status = stat()
        if path.isEmpty {
            _ = try Self.retrying("fstat") { fstat(root, &status) }
        } else {
            try inParent(of: path, "fstatat") { folder, name throws(FileError) in
                _ = try Self.retrying("fstatat") { fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) }
            }
        }
        return FileStatus(status)
    }

    package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY, in: "readdir")
        guard let stream = cfiles_open_stream(descriptor) else {
            let error = FileError(errno, in: "fdopendir")
            _ = closeDescriptor(descriptor)
            throw error
        }
        defer { cfiles_close_stream(stream) }
        var entries: [DirectoryEntry] = []
        while let entry = try Self.nextEntry(of: stream, descriptor) {
            if let entry = entry.known { entries.append(entry) }
        }
        return entries
    }

    /// `nil` at the end; an entry to be left out has no `known`.
    private static func nextEntry(
        of stream: UnsafeMutableRawPointer,
        _ folder: CInt
    ) throws(FileError) -> (known: DirectoryEntry?, ())? {
        var bytes: UnsafePointer<CChar>?
        var type: CInt = 0
        let result = cfiles_next_entry(stream, &bytes, &type)
        guard result >= 0 else { throw FileError(errno, in: "readdir") }
        guard result > 0, let bytes else { return nil }
        guard let name = String(validatingCString: bytes), name != ".", name != ".." else { return (nil, ()) }
        switch type {
        case CInt(DT_REG): return (DirectoryEntry(name: name, kind: .file), ())
        case CInt(DT_DIR): return (DirectoryEntry(name: name, kind: .directory), ())
        case CInt(DT_UNKNOWN):
            var status = stat()
            if fstatat(folder, bytes, &status, AT_SYMLINK_NOFOLLOW) != 0 {
                if errno == ENOENT { return (nil, ()) }
                throw FileError(errno, in: "fstatat")
            }
            return (DirectoryEntry(name: name, kind: FileStatus(status).kind), ())
        default: return (DirectoryEntry(name: name, kind: .other), ())
        }
    }

    // Names.

    package func makeDirectory(_ path: String) throws(FileError) {
        try inParent(of: path, "mkdirat") { folder, name throws(FileError) in
            _ = try Self.retrying("mkdirat") { mkdirat(folder, name, 0o777) }
        }
    }

    package func rename(_ path: String, to newPath: String) throws(FileError) {
        try inParent(of: path, "renameat") { folder, name throws(FileError) in
            try inParent(of: newPath, "renameat") { newFolder, newName throws(FileError) in
                _ = try Self.retrying("renameat") { renameat(folder, name, newFolder, newName) }
            }
        }
    }

    package func link(_ path: String, to newPath: String) throws(FileError) {
        try inParent(of: path, "linkat") { folder, name throws(FileError) in
            try inParent(of: newPath, "linkat") { newFolder, newName throws(FileError) in
                _ = try Self.retrying("linkat") { linkat(folder, name, newFolder, newName, 0) }
            }
        }
    }

    package func removeFile(_ path: String) throws(FileError) {
        try inParent(of: path, "unlinkat") { folder, name throws(FileError) in
            _ = try Self.retrying("unlinkat") { unlinkat(folder, name, 0) }
        }
    }

    package func removeDirectory(_ path: String) throws(FileError) {
        try inParent(of: path, "rmdir") { folder, name throws(FileError) in
            _ = try Self.retrying("rmdir") { unlinkat(folder, name, AT_REMOVEDIR) }
        }
    }

    // The file system.

    package func syncAll(_ point: SyncPoint) throws(FileError) {
        _ = try Self.retrying("syncfs") { cfiles_syncfs(root) }
    }

    package func capacity() throws(FileError) -> (total: Int64, free: Int64) {
        var status = statvfs()
        _ = try Self.retrying("fstatvfs") { fstatvfs(root, &status) }
        let unit = Int64(clamping: status.f_frsize)
        return (unit * Int64(clamping: status.f_blocks), unit * Int64(clamping: status.f_bavail))
    }

    /// Makes a folder and those above it that are missing, for the owner and the group only.
    ///
    /// - Parameter path: absolute.
    package static func makeFolders(_ path: String) throws(FileError) {
        var end = path.startIndex
        while end != path.endIndex {
            let next = path.index(after: end)
            end = path[next...].firstIndex(of: "/") ?? path.endIndex
            guard end != next else { continue }
            let folder = String(path[..<end])
            if mkdir(folder, 0o750) != 0, errno != EEXIST { throw FileError(errno, in: "mkdir") }
        }
    }

    /// Whether the folder is the root of a file system of its own.
    package func isMountPoint() throws(FileError) -> Bool {
        var own = stat()
        var parent = stat()
        _ = try Self.retrying("fstat") { fstat(root, &own) }
        _ = try Self.retrying("fstatat") { fstatat(root, "..", &parent, 0) }
        return own.st_dev != parent.st_dev || own.st_ino == parent.st_ino
    }

    /// Locks the folder against every other open of it that locks, until this value goes away.
    /// - Returns: false when somebody else holds it.
    package func lockRoot() throws(FileError) -> Bool { try Self.lock(root) }

    /// The process that holds the lock, as far as the kernel's table tells.
    ///
    ///     1: FLOCK  ADVISORY  WRITE 1234 fd:00:5678 0 EOF         /proc/locks: process, device and inode
    package func rootLockHolder() -> Int32? {
        // The reasons do not matter: the number only adds to an error that is being reported.
        guard let inode = try? status("").inode, let processes = try? PosixFiles(root: "/proc"),
            let handle = try? processes.openToRead("locks")
        else { return nil }
        defer { processes.close(handle) }
        let table = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
            count = (try? processes.read(handle, at: 0, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
        }
        for line in table.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            if fields.count > 5, fields[1] == "FLOCK", fields[5].hasSuffix(":\(inode)") {
                return Int32(fields[4])
            }
        }
        return nil
    }

    private static func lock(_ descriptor: CInt) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try retrying("flock") { cfiles_flock_exclusive(descriptor) }
            return true
        } catch {
            guard error.code == EWOULDBLOCK else { throw error }
            return false
        }
    }

    /// Repeats a call while a signal interrupts it.
    private static func retrying(_ call: StaticString, _ body: () -> CInt) throws(FileError) -> CInt {
        while true {
            let result = body()
            if result != -1 { return result }
            let code = errno
            guard code == EINTR else { throw FileError(code, in: call) }
        }
    }
}

extension FileStatus {
    init(_ status: stat) {
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        self.init(
            kind: kind,
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            linkCount: Int(status.st_nlink),
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino)
        )
    }
}

/// `close(2)`, under a name that ``PosixFiles/close(_:)`` does not hide.
private func closeDescriptor(_ descriptor: CInt) -> CInt { close(descriptor) }
