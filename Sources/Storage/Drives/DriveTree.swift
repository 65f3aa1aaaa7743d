import Base
import Checksums
import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The blocking half of a ``LocalDrive``: what it does to its folder. Called on the drive's lane only.
struct DriveTree<F: Files>: Sendable {
    /// Attempts to put something below parents that somebody else keeps removing as empty.
    private static var attemptsMax: Int { 64 }

    /// A larger file is none that a server has written.
    static var readSizeMax: Int64 { 1 << 30 }

    let files: F
    /// Told of every change of a folder's names.
    let folders: FolderCache
    let spares = SpareIntents()

    // Looking.

    /// `nil` when nothing is there.
    func status(_ path: String) throws(DriveError) -> FileStatus? {
        do throws(FileError) {
            return try files.status(path)
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw DriveError(reading: error) }
            return nil
        }
    }

    func exists(_ path: String) throws(DriveError) -> Bool { try status(path) != nil }

    /// The whole of a regular file; `nil` when there is none.
    func readFile(_ path: String, sizeMax: Int64 = Self.readSizeMax) throws(DriveError) -> [UInt8]? {
        let size: Int64
        do throws(FileError) {
            let handle = try files.openToRead(path)
            defer { files.close(handle) }
            let status = try files.status(handle)
            guard status.kind == .file else { return nil }
            size = status.size
            if size <= sizeMax { return try readBytes(of: handle, at: 0..<Int(size)) }
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw DriveError(reading: error) }
            return nil
        }
        throw .corrupt("\(path): \(size) bytes are too many")
    }

    /// Fewer bytes where the file ends before.
    func readBytes(of handle: F.Handle, at range: Range<Int>) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = 0
            do throws(FileError) {
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]
                )
                count = try files.read(handle, at: Int64(range.lowerBound), into: target)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    func list(_ path: String) throws(DriveError) -> [DirectoryEntry]? {
        do throws(FileError) {
            return try files.list(path)
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw DriveError(reading: error) }
            return nil
        }
    }

    /// What a missing file means: an answer about the object, or one about its bucket.
    func absence(in volume: String) throws(DriveError) -> DriveError {
        try status(volume)?.kind == .directory ? .notFound : .volumeNotFound
    }

    // Writing.

    /// Writes a new file. Not durable before a sync.
    func write(_ bytes: [UInt8], to path: String) throws(DriveError) {
        do throws(FileError) {
            let handle = try files.create(path)
            defer { files.close(handle) }
            var failure: FileError?
            bytes.withUnsafeBytes { bytes in
                do throws(FileError) { try files.write(handle, at: 0, [bytes]) } catch { failure = error }
            }
            if let failure { throw failure }
        } catch { throw DriveError(inOwnFolder: error) }
    }

    func makeFolder(_ path: String) throws(DriveError) {
        do throws(FileError) {
            try files.makeDirectory(path)
            folders.forget(FilePath.split(path).parent)
        } catch {
            guard error.code == EEXIST else { throw DriveError(error) }
        }
    }

    /// Makes the folders above `path`, but neither `floor` nor anything above it. From below, as mostly only the
    /// last one is missing.
    ///
    /// - Throws: ``DriveError/volumeNotFound`` when `floor` is missing.
    private func makeParents(of path: String, floor: String) throws(DriveError) {
        let folder = FilePath.split(path).parent
        guard folder.utf8.count > floor.utf8.count else {
            guard try status(floor)?.kind == .directory else {
                if SystemPath.folders.contains(floor) { throw .failed(call: "mkdirat", code: ENOENT) }
                throw floor.contains("/") ? .notFound : .volumeNotFound
            }
            return
        }
        if try makeFolderIfParentExists(folder) { return }
        try makeParents(of: folder, floor: floor)
        // Somebody may have removed the empty parent again; whoever moves something in tries again.
        _ = try makeFolderIfParentExists(folder)
    }

    private func makeFolderIfParentExists(_ folder: String) throws(DriveError) -> Bool {
        do throws(DriveError) {
            try makeFolder(folder)
            return true
        } catch {
            guard error == .notFound else { throw error }
            return false
        }
    }

    func keepOpen(_ folder: String) throws(DriveError) {
        do throws(FileError) { try files.keepOpen(folder) } catch { throw DriveError(inOwnFolder: error) }
    }

    /// Renames, making the parents if they are missing.
    ///
    /// - Parameter isNew: the parents are probably missing.
    /// - Throws: ``DriveError/notFound`` when `from` is missing.
    func move(_ from: String, to path: String, floor: String, isNew: Bool = false) throws(DriveError) {
        if isNew { try makeParents(of: path, floor: floor) }
        for _ in 0..<Self.attemptsMax {
            do throws(FileError) {
                try files.rename(from, to: path)
                folders.forget(FilePath.split(path).parent)
                folders.forget(FilePath.split(from).parent)
                return
            } catch {
                guard error.code == ENOENT else { throw DriveError(error) }
            }
            guard try exists(from) else { throw .notFound }
            try makeParents(of: path, floor: floor)
        }
        throw .failed(call: "renameat", code: ENOENT)
    }

    func removeFileIfThere(_ path: String) throws(DriveError) {
        do throws(FileError) {
            try files.removeFile(path)
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw DriveError(error) }
        }
    }

    /// Removes a file or a folder with everything in it.
    func removeTree(_ path: String) throws(DriveError) {
        guard let status = try status(path) else { return }
        guard status.kind == .directory else { return try removeFileIfThere(path) }
        var pending = [path]
        while let folder = pending.last {
            var hasFolders = false
            for entry in try list(folder) ?? [] {
                let child = folder + "/" + entry.name
                if entry.kind == .directory {
                    hasFolders = true
                    pending.append(child)
                } else {
                    try removeFileIfThere(child)
                }
            }
            if hasFolders { continue }
            try removeEmptyFolder(folder)
            pending.removeLast()
        }
    }

    private func removeEmptyFolder(_ path: String) throws(DriveError) {
        do throws(FileError) {
            try files.removeDirectory(path)
        } catch {
            guard error.code == ENOENT else { throw DriveError(error) }
        }
    }

    /// Removes `folder` and the folders above it as long as they are empty, up to and without `floor` and the
    /// drive's own folders.
    func prune(_ folder: String, floor: String) throws(DriveError) {
        var folder = folder
        while folder.utf8.count > floor.utf8.count, !SystemPath.folders.contains(folder) {
            do throws(FileError) {
                try files.removeDirectory(folder)
                folders.forget(FilePath.split(folder).parent)
            } catch {
                switch error.code {
                case ENOENT, ENOTDIR: break
                case ENOTEMPTY, EEXIST, EBUSY: return
                default: throw DriveError(error)
                }
            }
            folder = FilePath.split(folder).parent
        }
    }

    // Checking.

    func fingerprint(of path: String) throws(DriveError) -> Fingerprint? {
        try readFile(path).map { Fingerprint($0) }
    }

    /// Whether the file is that very part, whole: size, every frame's digest, and all digests together.
    func holds(_ part: StagedPart, at path: String) throws(DriveError) -> Bool {
        guard let status = try status(path), status.kind == .file, status.size == part.size else {
            return false
        }
        guard part.isFramed else { return true }
        do throws(FileError) {
            let handle = try files.openToRead(path)
            defer { files.close(handle) }
            return try digests(of: handle, part) == part.digests
        } catch { throw DriveError(reading: error) }
    }

    /// `nil` when a frame is damaged.
    private func digests(of handle: F.Handle, _ part: StagedPart) throws(FileError) -> Fingerprint? {
        let digestSize = HighwayHash256.digestSize
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: part.frameSize + digestSize,
            alignment: 16
        )
        defer { buffer.deallocate() }
        let computed = UnsafeMutableRawBufferPointer(rebasing: buffer[part.frameSize...])
        var digests = Fingerprint()
        var offset: Int64 = 0
        while offset < part.size {
            let size = Int(min(Int64(part.frameSize), part.size - offset))
            let frame = UnsafeMutableRawBufferPointer(rebasing: buffer[..<size])
            guard size >= digestSize, try files.read(handle, at: offset, into: frame) == size else {
                return nil
            }
            let shard = UnsafeRawBufferPointer(rebasing: frame[digestSize...])
            HighwayHash256.hash(shard, into: computed)
            guard computed.elementsEqual(frame[..<digestSize]) else { return nil }
            digests.add(UnsafeRawBufferPointer(computed))
            offset += Int64(size)
        }
        return digests
    }

    /// Whether a place holds that content, whole.
    func holds(_ content: Move.Content, at path: String) throws(DriveError) -> Bool {
        switch content {
        case .nothing: return try !exists(path)
        case .file(let fingerprint): return try self.fingerprint(of: path) == fingerprint
        case .part(let part): return try holds(part, at: path)
        case .folder(let parts):
            guard try status(path)?.kind == .directory else { return false }
            for part in parts where try !holds(part, at: path + "/part.\(part.number)") { return false }
            return true
        }
    }
}
