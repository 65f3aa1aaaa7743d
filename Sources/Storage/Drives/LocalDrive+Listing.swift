import Base
import Files
import XLMeta

extension LocalDrive {
    package func list(_ request: DirectoryRequest) async throws(DriveError) -> DirectoryPage {
        try ObjectPath.checkVolume(request.volume)
        guard request.directory.isEmpty || request.directory.endsInSlash else { throw .unstorableName }
        let folder =
            request.volume + (request.directory.isEmpty ? "" : "/" + request.directory.dropping(last: 1))
        do { try FilePath.check(folder, in: "path") } catch { throw DriveError(error) }
        let now = time.now.nanoseconds
        let keysMax = configuration.cachedKeysMax
        return try await onLane { tree throws(DriveError) in
            try FolderWalk(tree: tree, folder: folder, request: request, keysMax: keysMax, now: now).page()
        }
    }
}

/// One page of one folder: on the lane.
private struct FolderWalk<F: Files> {
    /// What MinIO appends to the name of an object whose key ends in a slash, in place of the slash.
    private static var slashSuffix: String { "__XLDIR__" }
    /// Read of an `xl.meta` first: the metadata of a few versions fits.
    private static var prefixSize: Int { 4096 }

    let tree: DriveTree<F>
    let folder: String
    let request: DirectoryRequest
    let keysMax: Int
    let now: Int64

    func page() throws(DriveError) -> DirectoryPage {
        var entries: [DirectoryPage.Entry] = []
        // A sub-folder is looked at for its own key and again for that with the slash, often right after.
        var last: (name: String, found: SubFolder)?
        var after = request.after
        while true {
            let (keys, isCut) = try sortedKeys(after: after)
            for key in keys[start(in: keys, after: after)...] {
                guard matches(key) else {
                    if isPast(key) { return DirectoryPage(entries: entries, isComplete: true) }
                    continue
                }
                let name = key.endsInSlash ? key.dropping(last: 1) : key
                let found =
                    if let last, last.name.isSame(as: name) { last.found } else { try subFolder(name) }
                last = (name, found)
                guard let entry = try entry(key, found) else { continue }
                guard entries.count < request.limit else {
                    return DirectoryPage(entries: entries, isComplete: false)
                }
                entries.append(entry)
            }
            guard isCut, let last = keys.last else {
                return DirectoryPage(entries: entries, isComplete: true)
            }
            after = last
        }
    }

    // Names.

    private func matches(_ key: String) -> Bool {
        request.prefix.isEmpty || key.utf8.starts(with: request.prefix.utf8)
    }

    /// Whether no key from here on starts with the prefix.
    private func isPast(_ key: String) -> Bool { request.prefix.isBefore(key) }

    /// The first key that is asked for.
    private func start(in keys: [String], after: String?) -> Int {
        let first = after.map { after in keys.partitionIndex { after.isBefore($0) } } ?? 0
        return max(first, keys.partitionIndex { !$0.isBefore(request.prefix) })
    }

    private func sortedKeys(after: String?) throws(DriveError) -> (keys: [String], isCut: Bool) {
        guard let status = try tree.status(folder), status.kind == .directory else {
            throw try tree.absence(in: request.volume)
        }
        if let known = tree.folders.folder(folder, modified: status.modified), covers(known, after) {
            return (known.keys, known.isCut)
        }
        let changeCount = tree.folders.changeCount(of: folder)
        guard let listed = try tree.list(folder) else { throw try tree.absence(in: request.volume) }
        var keys: [String] = []
        keys.reserveCapacity(listed.count * 2)
        for entry in listed where entry.kind == .directory {
            for key in Self.keys(of: entry.name) where after?.isBefore(key) ?? true { keys.append(key) }
        }
        keys.sort { $0.isBefore($1) }
        Self.removeDuplicates(in: &keys)
        let isCut = keys.count > keysMax
        if isCut { keys.removeLast(keys.count - keysMax) }
        tree.folders.keep(
            .init(modified: status.modified, keys: keys, after: after, isCut: isCut),
            of: folder,
            since: changeCount,
            now: now
        )
        return (keys, isCut)
    }

    /// Whether the kept names answer for everything after `after`.
    private func covers(_ known: FolderCache.Folder, _ after: String?) -> Bool {
        if let first = known.after {
            guard let after, !after.isBefore(first) else { return false }
        }
        guard known.isCut else { return true }
        guard let last = known.keys.last else { return false }
        return after?.isBefore(last) ?? true
    }

    private static func keys(of name: String) -> [String] {
        let suffix = slashSuffix.utf8
        if name.utf8.count >= suffix.count, name.utf8.suffix(suffix.count).elementsEqual(suffix) {
            return [name.dropping(last: suffix.count) + "/"]
        }
        return [name, name + "/"]
    }

    private static func removeDuplicates(in keys: inout [String]) {
        guard var last = keys.first else { return }
        var count = 1
        for index in 1..<keys.count where !keys[index].isSame(as: last) {
            last = keys[index]
            keys[count] = last
            count += 1
        }
        keys.removeLast(keys.count - count)
    }

    // Sub-folders.

    private struct SubFolder {
        let xlMeta: [UInt8]?
        let hasChildren: Bool
    }

    private func entry(_ key: String, _ found: SubFolder) throws(DriveError) -> DirectoryPage.Entry? {
        guard key.endsInSlash else {
            guard let xlMeta = found.xlMeta else { return nil }
            return .init(key: key, xlMeta: xlMeta, hasChildren: found.hasChildren)
        }
        let stored = folder + "/" + key.dropping(last: 1) + Self.slashSuffix
        let xlMeta = try metadataBlock(of: stored)
        guard xlMeta != nil || found.hasChildren else { return nil }
        return .init(key: key, xlMeta: xlMeta, hasChildren: found.hasChildren)
    }

    private func subFolder(_ name: String) throws(DriveError) -> SubFolder {
        let path = folder + "/" + name
        let xlMeta = try metadataBlock(of: path)
        if xlMeta == nil, try isDataDirectory(path, name) {
            return SubFolder(xlMeta: nil, hasChildren: false)
        }
        return SubFolder(xlMeta: xlMeta, hasChildren: try hasChildren(path))
    }

    private func hasChildren(_ path: String) throws(DriveError) -> Bool {
        guard let status = try tree.status(path), status.kind == .directory else { return false }
        // Two names and no more: no sub-folder has its `..` here.
        if status.linkCount == 2 { return false }
        for entry in try tree.list(path) ?? [] where entry.kind == .directory {
            if try !isDataDirectory(path + "/" + entry.name, entry.name) { return true }
        }
        return false
    }

    /// Whether a folder is named as a UUID and holds nothing but part files.
    private func isDataDirectory(_ path: String, _ name: String) throws(DriveError) -> Bool {
        guard UUID(name) != nil else { return false }
        return (try tree.list(path) ?? []).allSatisfy {
            $0.kind == .file && PartName.number(of: $0.name) != nil
        }
    }

    /// The file up to its inline data; all of it where that cannot be told. `nil` when there is none.
    private func metadataBlock(of path: String) throws(DriveError) -> [UInt8]? {
        do throws(FileError) {
            let handle = try tree.files.openToRead(path + "/" + SystemPath.metadataName)
            defer { tree.files.close(handle) }
            var bytes = try tree.readBytes(of: handle, at: 0..<Self.prefixSize)
            // Damage and older forms are the reader's to tell apart: it gets the whole file.
            let needed = (try? XLMetaFile.metadataSize(ofFileStartingWith: bytes)) ?? nil
            if let needed, needed <= bytes.count {
                bytes.removeLast(bytes.count - needed)
                return bytes
            }
            let status = try tree.files.status(handle)
            guard status.kind == .file else { return nil }
            let size = min(Int(status.size), needed ?? Int(status.size))
            return bytes.count < Self.prefixSize ? bytes : try tree.readBytes(of: handle, at: 0..<size)
        } catch {
            switch DriveError(reading: error) {
            case .notFound, .unstorableName: return nil
            case .volumeNotFound, .alreadyExists, .notEmpty, .corrupt, .full, .failed, .offline, .busy,
                .reverted:
                throw DriveError(reading: error)
            }
        }
    }
}

/// Names are bytes here. Swift compares characters: two spellings of one are the same to it, and a slash may be a part of
/// one with what is before it.
extension String {
    fileprivate func isBefore(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
    fileprivate var endsInSlash: Bool { utf8.last == UInt8(ascii: "/") }
    fileprivate func dropping(last size: Int) -> String { String(Substring(utf8.dropLast(size))) }
}

extension [String] {
    /// The first index whose element passes; those that do are all behind those that don't.
    fileprivate func partitionIndex(where passes: (String) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if passes(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
