package import Base
package import Files
import Glibc

/// A file system in memory that forgets at a crash what a real one may forget.
///
/// Two states are kept: what programs see, and what is durable. ``syncAll(_:)`` makes the first the second.
/// ``crashed(seed:)`` answers what is there when the power is back: the durable state, any subset of the
/// directory operations made since that still fit together, each whole or not at all, and of every unsynced
/// write all, nothing, a beginning, zeros or garbage.
package final class SimulatedFiles: Files {
    package struct Handle: Sendable {
        let inode: Int
    }

    private let state: Locked<SimulatedState>
    private let time: any TimeSource
    private let power: SimulatedPower?

    /// - Parameter power: what other drives of the same machine hang on too.
    package init(time: any TimeSource, power: SimulatedPower? = nil) {
        state = Locked(SimulatedState())
        self.time = time
        self.power = power
    }

    private init(_ initial: SimulatedState, time: any TimeSource, power: SimulatedPower?) {
        state = Locked(initial)
        self.time = time
        self.power = power
    }

    // What a test does to it.

    /// Calls made so far.
    package var callCount: Int { state.withLock { $0.callCount } }

    /// Bytes read so far.
    package var readSize: Int { state.withLock { $0.readSize } }

    /// Whether the crash that was planned has come.
    package var isDown: Bool { state.withLock { $0.isDown } }

    /// From the call after the next `count` on nothing works and nothing changes any more.
    package func crash(afterCalls count: Int) {
        state.withLock { $0.crashAt = $0.callCount + count }
    }

    /// Makes the syncs of these points do nothing and say that they did.
    package func forget(_ points: Set<SyncPoint>) { state.withLock { $0.forgotten = points } }

    package func add(_ fault: SimulatedFault) { state.withLock { $0.faults.append(fault) } }

    package func removeFaults() { state.withLock { $0.faults = [] } }

    /// An independent copy with the same visible and durable state, without faults.
    ///
    /// - Parameter time: the copy's clock, if it is to be another.
    package func copy(time: (any TimeSource)? = nil, power: SimulatedPower? = nil) -> SimulatedFiles {
        var copy = state.withLock { $0 }
        copy.faults = []
        copy.crashAt = nil
        copy.isDown = false
        return SimulatedFiles(copy, time: time ?? self.time, power: power)
    }

    /// What is there after a power cut at this moment.
    package func crashed(
        seed: UInt64,
        time: (any TimeSource)? = nil,
        power: SimulatedPower? = nil
    ) -> SimulatedFiles {
        SimulatedFiles(state.withLock { $0.crashed(seed: seed) }, time: time ?? self.time, power: power)
    }

    /// Every folder but the root, by path.
    package func folders() -> Set<String> { state.withLock { $0.folderPaths() } }

    /// Every file with its bytes, by path.
    package func contents() -> [String: [UInt8]] { state.withLock { $0.contents() } }

    /// Changes one bit of a file, visibly and durably, as rot does.
    package func flipBit(_ bit: Int, of path: String) throws(FileError) {
        try state.withLock { state throws(FileError) in
            let inode = try state.resolve(path, "flip")
            state.data[inode]?.flipBit(bit)
        }
    }

    // Files.

    private func call<Answer>(
        _ name: StaticString,
        _ path: String,
        _ body: (inout SimulatedState) throws(FileError) -> Answer
    ) throws(FileError) -> Answer {
        let now = time.now.nanoseconds
        return try state.withLock { state throws(FileError) in
            if power?.draw() == false { state.isDown = true }
            try state.begin(name, path, now: now)
            try FilePath.check(path, in: name)
            return try body(&state)
        }
    }

    package func openToRead(_ path: String) throws(FileError) -> Handle {
        try call("open", path) { state throws(FileError) in
            let inode = try state.resolve(path, "open")
            if state.data[inode] != nil { state.openCount += 1 }
            return Handle(inode: inode)
        }
    }

    package func create(_ path: String) throws(FileError) -> Handle {
        try call("create", path) { state throws(FileError) in
            let inode = state.newInode()
            try state.apply(.add(try state.place(path, "create"), inode, isFolder: false), "create")
            state.data[inode] = SimulatedData()
            state.openCount += 1
            return Handle(inode: inode)
        }
    }

    package func openToOverwrite(_ path: String) throws(FileError) -> Handle { try openToRead(path) }

    package func close(_ handle: Handle) {
        state.withLock { state in if state.data[handle.inode] != nil { state.openCount -= 1 } }
    }

    /// Files opened and not closed.
    package var openCount: Int { state.withLock { $0.openCount } }

    package func read(
        _ handle: Handle,
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        try call("read", "") { state throws(FileError) in
            guard let data = state.data[handle.inode]?.current else { throw FileError(EISDIR, in: "read") }
            let available = data.dropFirst(Int(offset)).prefix(buffer.count)
            buffer.copyBytes(from: available)
            state.readSize += available.count
            return available.count
        }
    }

    package func write(
        _ handle: Handle,
        at offset: Int64,
        _ pieces: [UnsafeRawBufferPointer]
    ) throws(FileError) {
        try call("write", "") { state throws(FileError) in
            var bytes: [UInt8] = []
            for piece in pieces { bytes += piece }
            state.data[handle.inode]?.write(bytes, at: Int(offset))
        }
    }

    package func sync(_ handle: Handle, _ point: SyncPoint) throws(FileError) {
        try call("sync", "") { state throws(FileError) in
            if !state.forgotten.contains(point) { state.data[handle.inode]?.sync() }
        }
    }

    package func status(_ handle: Handle) throws(FileError) -> FileStatus {
        try call("status", "") { state in state.status(of: handle.inode) }
    }

    package func status(_ path: String) throws(FileError) -> FileStatus {
        try call("status", path) { state throws(FileError) in
            state.status(of: try state.resolve(path, "status"))
        }
    }

    package func keepOpen(_ folder: String) {}

    package func makeDirectory(_ path: String) throws(FileError) {
        try call("mkdir", path) { state throws(FileError) in
            let inode = state.newInode()
            try state.apply(.add(try state.place(path, "mkdir"), inode, isFolder: true), "mkdir")
        }
    }

    package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        try call("list", path) { state throws(FileError) in
            guard let folder = state.visible.folders[try state.resolve(path, "list")] else {
                throw FileError(ENOTDIR, in: "list")
            }
            return folder.sorted { $0.key < $1.key }.map { name, inode in
                DirectoryEntry(name: name.text, kind: state.data[inode] == nil ? .directory : .file)
            }
        }
    }

    package func rename(_ path: String, to newPath: String) throws(FileError) {
        try call("rename", path) { state throws(FileError) in
            try FilePath.check(newPath, in: "rename")
            let inode = try state.resolve(path, "rename")
            let (from, to) = (try state.place(path, "rename"), try state.place(newPath, "rename"))
            // Two names of one file: the call does nothing.
            if state.visible.folders[to.folder]?[to.name] == inode { return }
            try state.apply(.rename(from, to, inode), "rename")
        }
    }

    package func link(_ path: String, to newPath: String) throws(FileError) {
        try call("link", path) { state throws(FileError) in
            try FilePath.check(newPath, in: "link")
            let inode = try state.resolve(path, "link")
            guard state.data[inode] != nil else { throw FileError(EPERM, in: "link") }
            try state.apply(.add(try state.place(newPath, "link"), inode, isFolder: false), "link")
        }
    }

    package func removeFile(_ path: String) throws(FileError) {
        try call("unlink", path) { state throws(FileError) in
            let inode = try state.resolve(path, "unlink")
            guard state.data[inode] != nil else { throw FileError(EISDIR, in: "unlink") }
            try state.apply(.remove(try state.place(path, "unlink"), inode), "unlink")
        }
    }

    package func removeDirectory(_ path: String) throws(FileError) {
        try call("rmdir", path) { state throws(FileError) in
            let inode = try state.resolve(path, "rmdir")
            guard state.data[inode] == nil else { throw FileError(ENOTDIR, in: "rmdir") }
            try state.apply(.remove(try state.place(path, "rmdir"), inode), "rmdir")
        }
    }

    package func syncAll(_ point: SyncPoint) throws(FileError) {
        try call("syncAll", "") { state throws(FileError) in
            if !state.forgotten.contains(point) { state.makeDurable() }
        }
    }

    package func capacity() throws(FileError) -> (total: Int64, free: Int64) {
        try call("capacity", "") { _ in (1 << 40, 1 << 39) }
    }
}

/// An error that a ``SimulatedFiles`` answers instead of doing a call.
package struct SimulatedFault: Sendable {
    /// `open`, `create`, `read`, `write`, `sync`, `status`, `mkdir`, `list`, `rename`, `link`, `unlink`,
    /// `rmdir`, `syncAll`; `nil`: any.
    package var call: String?
    /// Only calls whose path contains this.
    package var path: String
    package var code: Int32
    /// How many calls fail.
    package var count: Int

    package init(call: String? = nil, path: String = "", code: Int32, count: Int = .max) {
        self.call = call
        self.path = path
        self.code = code
        self.count = count
    }
}
