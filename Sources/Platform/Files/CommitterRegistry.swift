import Base

/// The committers of a process, one a file system: drives that lie on one share its syncs.
package final class CommitterRegistry: Sendable {
    private struct Entry: Sendable {
        weak var committer: GroupCommitter?
    }

    private let entries = Locked<[UInt64: Entry]>([:])

    package init() {}

    /// The committer of the file system that holds the folder at `root`; a new one when there is none or the
    /// old one has failed. It lives as long as somebody holds it.
    ///
    /// It has a descriptor of its own, on the topmost folder of the file system that can be opened: what becomes of
    /// one drive's folder then touches nobody else's syncs, and no drive's lock is kept.
    package func committer(root path: String) throws(FileError) -> GroupCommitter {
        var files = try PosixFiles(root: path)
        let device = try files.status("").device
        var folder = path
        while let parent = Self.parent(of: folder) {
            // A parent that cannot be opened, or lies on another device, is as good as the end.
            guard let above = try? PosixFiles(root: parent), let status = try? above.status(""),
                status.device == device
            else { break }
            (folder, files) = (parent, above)
        }
        let root = files
        return entries.withLock { entries in
            if let committer = entries[device]?.committer, !committer.hasFailed { return committer }
            let committer = GroupCommitter(name: "sync-\(device)") { point throws(FileError) in
                try root.syncAll(point)
            }
            entries[device] = Entry(committer: committer)
            return committer
        }
    }

    private static func parent(of path: String) -> String? {
        guard path.utf8.count > 1, let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
