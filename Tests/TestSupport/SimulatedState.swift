import Base
import Files
import Glibc

/// A name in a folder.
struct SimulatedPlace: Sendable {
    let folder: Int
    let name: Octets
}

/// One change of names, by inode, so that it means the same wherever its folder has got to.
enum SimulatedOperation: Sendable {
    case add(SimulatedPlace, Int, isFolder: Bool)
    case rename(SimulatedPlace, SimulatedPlace, Int)
    case remove(SimulatedPlace, Int)
}

/// The names of a file system: folders by inode; 1 is the root.
struct SimulatedNames: Sendable {
    var folders: [Int: [Octets: Int]] = [1: [:]]

    /// - Returns: the kernel's refusal, or `nil`.
    mutating func apply(_ operation: SimulatedOperation) -> Int32? {
        switch operation {
        case .add(let place, let inode, let isFolder):
            guard let folder = folders[place.folder] else { return ENOENT }
            guard folder[place.name] == nil else { return EEXIST }
            folders[place.folder]?[place.name] = inode
            if isFolder { folders[inode] = [:] }
        case .remove(let place, let inode):
            guard folders[place.folder]?[place.name] == inode else { return ENOENT }
            guard folders[inode]?.isEmpty ?? true else { return ENOTEMPTY }
            folders[place.folder]?[place.name] = nil
            folders[inode] = nil
        case .rename(let from, let to, let inode):
            guard folders[from.folder]?[from.name] == inode, let target = folders[to.folder] else {
                return ENOENT
            }
            if let replaced = target[to.name] {
                guard (folders[replaced] == nil) == (folders[inode] == nil) else {
                    return folders[replaced] == nil ? ENOTDIR : EISDIR
                }
                guard folders[replaced]?.isEmpty ?? true else { return ENOTEMPTY }
                folders[replaced] = nil
            }
            folders[from.folder]?[from.name] = nil
            folders[to.folder]?[to.name] = inode
        }
        return nil
    }
}

/// The bytes of one file.
struct SimulatedData: Sendable {
    private struct Write: Sendable {
        let bytes: [UInt8]
        let offset: Int
    }

    private(set) var current: [UInt8] = []
    private var durable: [UInt8] = []
    private var unsynced: [Write] = []

    mutating func write(_ bytes: [UInt8], at offset: Int) {
        let write = Write(bytes: bytes, offset: offset)
        Self.apply(write, to: &current)
        unsynced.append(write)
    }

    mutating func sync() {
        durable = current
        unsynced = []
    }

    mutating func flipBit(_ bit: Int) {
        guard bit / 8 < current.count else { return }
        current[bit / 8] ^= 1 << (bit % 8)
        sync()
    }

    /// What a power cut leaves.
    mutating func crash(using random: inout some RandomNumberGenerator) {
        current = durable
        for write in unsynced {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: Self.apply(write, to: &current)
            case 2: break
            case 3:
                let size = Int.random(in: 0...write.bytes.count, using: &random)
                Self.apply(Write(bytes: Array(write.bytes.prefix(size)), offset: write.offset), to: &current)
            case 4:
                let zeros = [UInt8](repeating: 0, count: write.bytes.count)
                Self.apply(Write(bytes: zeros, offset: write.offset), to: &current)
            default:
                let garbage = write.bytes.map { _ in UInt8.random(in: 0...255, using: &random) }
                Self.apply(Write(bytes: garbage, offset: write.offset), to: &current)
            }
        }
        sync()
    }

    private static func apply(_ write: Write, to bytes: inout [UInt8]) {
        let end = write.offset + write.bytes.count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        bytes.replaceSubrange(write.offset..<end, with: write.bytes)
    }
}

/// Everything a ``SimulatedFiles`` knows.
struct SimulatedState: Sendable {
    var visible = SimulatedNames()
    var durable = SimulatedNames()
    /// Changes of names since the last sync of everything.
    var operations: [SimulatedOperation] = []
    var data: [Int: SimulatedData] = [:]
    var modified: [Int: Int64] = [:]
    var lastInode = 1
    var now: Int64 = 0
    var openCount = 0
    var callCount = 0
    var readSize = 0
    var crashAt: Int?
    var isDown = false
    var forgotten: Set<SyncPoint> = []
    var faults: [SimulatedFault] = []

    mutating func newInode() -> Int {
        lastInode += 1
        return lastInode
    }

    /// Counts a call and fails it if that is planned.
    mutating func begin(_ name: StaticString, _ path: String, now: Int64) throws(FileError) {
        self.now = now
        if let crashAt, callCount >= crashAt { isDown = true }
        callCount += 1
        if isDown { throw FileError(EIO, in: name) }
        for index in faults.indices where faults[index].count > 0 {
            let fault = faults[index]
            guard fault.call.map({ $0 == name.description }) ?? true else { continue }
            guard fault.path.isEmpty || path.contains(fault.path) else { continue }
            if fault.count != .max { faults[index].count -= 1 }
            throw FileError(fault.code, in: name)
        }
    }

    func resolve(_ path: String, _ call: StaticString) throws(FileError) -> Int {
        var inode = 1
        for segment in path.utf8.split(separator: UInt8(ascii: "/")) {
            guard let folder = visible.folders[inode] else { throw FileError(ENOTDIR, in: call) }
            guard let next = folder[Octets(segment)] else { throw FileError(ENOENT, in: call) }
            inode = next
        }
        return inode
    }

    func place(_ path: String, _ call: StaticString) throws(FileError) -> SimulatedPlace {
        let (parent, name) = FilePath.split(path)
        guard !name.isEmpty else { throw FileError(EINVAL, in: call) }
        let folder = try resolve(parent, call)
        guard visible.folders[folder] != nil else { throw FileError(ENOTDIR, in: call) }
        return SimulatedPlace(folder: folder, name: Octets(name))
    }

    mutating func apply(_ operation: SimulatedOperation, _ call: StaticString) throws(FileError) {
        if let code = visible.apply(operation) { throw FileError(code, in: call) }
        operations.append(operation)
        switch operation {
        case .add(let place, let inode, let isFolder):
            modified[place.folder] = now
            if isFolder { modified[inode] = now }
        case .remove(let place, _): modified[place.folder] = now
        case .rename(let from, let to, _):
            modified[from.folder] = now
            modified[to.folder] = now
        }
    }

    func status(of inode: Int) -> FileStatus {
        if let data = data[inode] {
            let names = visible.folders.values.reduce(0) { $0 + $1.values.count { $0 == inode } }
            return FileStatus(
                kind: .file,
                size: Int64(data.current.count),
                modified: modified[inode] ?? 0,
                linkCount: names,
                device: 1,
                inode: UInt64(inode)
            )
        }
        let folders = visible.folders[inode]?.values.count { visible.folders[$0] != nil } ?? 0
        return FileStatus(
            kind: .directory,
            size: 0,
            modified: modified[inode] ?? 0,
            linkCount: 2 + folders,
            device: 1,
            inode: UInt64(inode)
        )
    }

    mutating func makeDurable() {
        durable = visible
        operations = []
        for inode in data.keys { data[inode]?.sync() }
    }

    func crashed(seed: UInt64) -> SimulatedState {
        var random = SeededGenerator(seed: seed)
        var after = SimulatedState()
        var names = durable
        // The first seeds are the plain cases: everything lost, everything kept, the order kept.
        let kept = Int.random(in: 0...operations.count, using: &random)
        let shareKept = Double.random(in: 0.1...0.9, using: &random)
        for (index, operation) in operations.enumerated() {
            let isKept: Bool =
                switch seed % 8 {
                case 0: false
                case 1: true
                case 2, 3: index < kept
                default: Double.random(in: 0..<1, using: &random) < shareKept
                }
            // What does not fit what was kept before is lost with it.
            if isKept { _ = names.apply(operation) }
        }
        after.visible = names
        after.durable = names
        after.lastInode = lastInode
        after.modified = modified
        for (inode, file) in data.sorted(by: { $0.key < $1.key }) {
            var file = file
            file.crash(using: &random)
            after.data[inode] = file
        }
        return after
    }

    func contents() -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        var pending = [(path: "", inode: 1)]
        while let (path, inode) = pending.popLast() {
            if let file = data[inode] {
                contents[path] = file.current
                continue
            }
            for (name, child) in visible.folders[inode] ?? [:] {
                pending.append((path.isEmpty ? name.text : path + "/" + name.text, child))
            }
        }
        return contents
    }

    func folderPaths() -> Set<String> {
        var paths: Set<String> = []
        var pending = [(path: "", inode: 1)]
        while let (path, inode) = pending.popLast() {
            for (name, child) in visible.folders[inode] ?? [:] where data[child] == nil {
                let childPath = path.isEmpty ? name.text : path + "/" + name.text
                paths.insert(childPath)
                pending.append((childPath, child))
            }
        }
        return paths
    }
}
