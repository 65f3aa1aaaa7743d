import Base

/// Sorted names of the folders that were listed last.
///
/// What is kept of a folder is valid while its modification time is the one seen before it was read, and is
/// forgotten when this drive changes it. A time younger than ``settlingNanoseconds`` is not trusted: the file
/// system's clock is coarse, and a second change may leave it as it is.
final class FolderCache: Sendable {
    static let settlingNanoseconds: Int64 = 2_000_000_000

    struct Folder: Sendable {
        let modified: Int64
        /// Keys in bytewise order; see ``DirectoryPage``.
        let keys: [String]
        /// Only keys greater than this are in `keys`.
        let after: String?
        /// Whether keys greater than the last one were left out.
        let isCut: Bool
    }

    private struct State {
        var folders: [String: Folder] = [:]
        /// Least recently used first.
        var order: [String] = []
        var keyCount = 0
        /// Counts changes, so that a folder that was changed while it was read is not kept.
        var changeCount: UInt64 = 0
    }

    private let keysMax: Int
    private let state = Locked(State())

    init(keysMax: Int) { self.keysMax = keysMax }

    var changeCount: UInt64 { state.withLock { $0.changeCount } }

    func folder(_ path: String, modified: Int64) -> Folder? {
        state.withLock { state in
            guard let folder = state.folders[path] else { return nil }
            guard folder.modified == modified else {
                Self.remove(path, from: &state)
                return nil
            }
            if let index = state.order.firstIndex(of: path) {
                state.order.append(state.order.remove(at: index))
            }
            return folder
        }
    }

    /// Keeps what was read of a folder since `changeCount` was asked.
    func keep(_ folder: Folder, of path: String, since changeCount: UInt64, now: Int64) {
        guard folder.keys.count <= keysMax, now - folder.modified > Self.settlingNanoseconds else { return }
        state.withLock { state in
            guard state.changeCount == changeCount else { return }
            Self.remove(path, from: &state)
            while state.keyCount + folder.keys.count > keysMax, let oldest = state.order.first {
                Self.remove(oldest, from: &state)
            }
            state.folders[path] = folder
            state.order.append(path)
            state.keyCount += folder.keys.count
        }
    }

    func forget(_ path: String) {
        state.withLock { state in
            state.changeCount += 1
            if state.folders[path] != nil { Self.remove(path, from: &state) }
        }
    }

    private static func remove(_ path: String, from state: inout State) {
        guard let folder = state.folders.removeValue(forKey: path) else { return }
        state.keyCount -= folder.keys.count
        state.order.removeAll { $0 == path }
    }
}
