#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What changes when a file is replaced or rewritten: for noticing that settings on disk are new.
package struct FileStamp: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// Follows symbolic links, as Kubernetes' secrets are. Asks the file system, so it may block shortly.
    package init(path: String) throws(Errno) {
        var status = stat()
        _ = try check("stat") { stat(path, &status) }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// The names in a folder, sorted, without `.` and `..`. Blocks; for start-up and rare looks at settings.
package func folderNames(path: String) throws(Errno) -> [String] {
    guard let folder = opendir(path) else { throw Errno("opendir") }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
        errno = 0
    }
    guard errno == 0 else { throw Errno("readdir") }
    return names.sorted()
}
