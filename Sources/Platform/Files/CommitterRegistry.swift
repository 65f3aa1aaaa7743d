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
    /// It has a descriptor of its own, so that it keeps no drive's lock.
    package func committer(root path: String) throws(FileError) -> GroupCommitter {
        let files = try PosixFiles(root: path)
        let device = try files.status("").device
        return entries.withLock { entries in
            if let committer = entries[device]?.committer, !committer.hasFailed { return committer }
            let committer = GroupCommitter(name: "sync-\(device)") { point throws(FileError) in
                try files.syncAll(point)
            }
            entries[device] = Entry(committer: committer)
            return committer
        }
    }
}
