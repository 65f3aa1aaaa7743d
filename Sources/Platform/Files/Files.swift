/// The calls a drive makes on its folder: the seam under which a test can fail, delay, forget or reorder.
///
/// Every path is relative to the drive's root, segments joined by `/`, without a leading one; the empty path
/// is the root itself. Calls block the calling thread and are made on the drive's lane only. Nothing is
/// durable before a sync: a crash may drop or tear every unsynced write and keep any subset of the unsynced
/// directory changes.
package protocol Files: Sendable {
    /// An open file. Closed by ``close(_:)`` exactly once.
    associatedtype Handle: Sendable

    /// Opens an existing regular file for reading.
    func openToRead(_ path: String) throws(FileError) -> Handle
    /// Creates a file that must not exist yet (`EEXIST` otherwise) and opens it for writing and reading.
    func create(_ path: String) throws(FileError) -> Handle
    /// Opens an existing regular file for writing over its bytes, which stay until they are written over.
    func openToOverwrite(_ path: String) throws(FileError) -> Handle
    func close(_ handle: Handle)

    /// Reads at `offset` until `buffer` is full or the file ends; the count read.
    func read(_ handle: Handle, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer)
        throws(FileError) -> Int
    /// Writes all the pieces one after the other from `offset` on.
    func write(_ handle: Handle, at offset: Int64, _ pieces: [UnsafeRawBufferPointer]) throws(FileError)
    /// Makes the file's bytes and size durable; not its name.
    func sync(_ handle: Handle, _ point: SyncPoint) throws(FileError)

    func status(_ handle: Handle) throws(FileError) -> FileStatus
    /// Does not follow a symbolic link in the last segment.
    func status(_ path: String) throws(FileError) -> FileStatus

    /// Expects many calls for names in this folder, which exists, and nobody to put another one in its place: it may
    /// be kept open from now on.
    func keepOpen(_ folder: String) throws(FileError)
    func makeDirectory(_ path: String) throws(FileError)
    /// In no particular order, without `.` and `..`; names that are not UTF-8 are left out.
    func list(_ path: String) throws(FileError) -> [DirectoryEntry]
    /// Atomic. Replaces an existing file; a folder may only replace an empty folder.
    func rename(_ path: String, to newPath: String) throws(FileError)
    /// A second name for the same file; `EEXIST` when the name is taken.
    func link(_ path: String, to newPath: String) throws(FileError)
    func removeFile(_ path: String) throws(FileError)
    func removeDirectory(_ path: String) throws(FileError)

    /// Makes everything written and renamed so far on this file system durable. A failure says that something,
    /// somewhere, was lost: it must never be repeated into a success.
    func syncAll(_ point: SyncPoint) throws(FileError)
    /// Bytes in all and free for us on the file system.
    func capacity() throws(FileError) -> (total: Int64, free: Int64)
}

/// Why a sync is made. A test can make a file system forget one of them and must then see a promise broken.
package enum SyncPoint: Sendable, Hashable, CaseIterable {
    /// Shards of a long upload, every few MiB, so that no sync has much to do.
    case streamed
    /// Everything a transaction will move, before the first rename.
    case prepared
    /// The renames of a transaction, before it is acknowledged.
    case applied
    /// A bucket's folder, made or removed.
    case volume
    /// `format.json` and other files of the drive itself.
    case format
}

package struct FileError: Error, Equatable, Sendable {
    /// The kernel's number, as in `ENOENT`.
    package let code: Int32
    package let call: StaticString

    package init(_ code: Int32, in call: StaticString) {
        self.code = code
        self.call = call
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable { case file, directory, other }

    package let kind: Kind
    package let size: Int64
    /// Nanoseconds since 1970.
    package let modified: Int64
    /// Names a file has; for a folder on most file systems 2 + its sub-folders, 1 where the file system
    /// does not say.
    package let linkCount: Int
    package let device: UInt64
    package let inode: UInt64

    package init(kind: Kind, size: Int64, modified: Int64, linkCount: Int, device: UInt64, inode: UInt64) {
        self.kind = kind
        self.size = size
        self.modified = modified
        self.linkCount = linkCount
        self.device = device
        self.inode = inode
    }
}

package struct DirectoryEntry: Sendable, Hashable {
    package let name: String
    package let kind: FileStatus.Kind

    package init(name: String, kind: FileStatus.Kind) {
        self.name = name
        self.kind = kind
    }
}
