import Base
package import Files

/// Syncs where it is awaited.
package final class SimulatedCommitter<F: Files>: Committer {
    private let files: F
    private let failure = Locked<FileError?>(nil)

    package init(_ files: F) { self.files = files }

    package func sync(_ point: SyncPoint) async throws(FileError) {
        await Task.yield()
        if let failure = failure.withLock({ $0 }) { throw failure }
        do throws(FileError) {
            try files.syncAll(point)
        } catch {
            failure.withLock { $0 = error }
            throw error
        }
    }
}
