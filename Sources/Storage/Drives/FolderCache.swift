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

    /// A path, told from others by its bytes: two spellings of one character are two folders.
    private struct Path: Hashable {
        let text: String

        init(_ text: String) { self.text = text }

        static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Folders used lately, and those used before: when the young ones fill half of the room, they become
    /// the old ones, and the old ones go.
    private struct State {
        var young: [Path: Folder] = [:]
        var old: [Path: Folder] = [:]
        var youngKeyCount = 0
        /// Counts changes, by a hash of the folder, so that one changed while it was read is not kept.
        var changeCounts = [UInt64](repeating: 0, count: 1024)
    }

    private let keysMax: Int
    private let state = Locked(State())

    init(keysMax: Int) { self.keysMax = keysMax }

    func changeCount(of path: String) -> UInt64 {
        state.withLock { $0.changeCounts[Self.slot(of: path)] }
    }

    private static func slot(of path: String) -> Int { Int(UInt(bitPattern: path.hashValue) % 1024) }

    func folder(_ path: String, modified: Int64) -> Folder? {
        let path = Path(path)
        return state.withLock { state in
            guard let folder = state.young[path] ?? state.old[path] else { return nil }
            guard folder.modified == modified else {
                Self.remove(path, from: &state)
                return nil
            }
            if state.young[path] == nil { add(folder, of: path, to: &state) }
            return folder
        }
    }

    /// Keeps what was read of a folder since its `changeCount` was asked.
    func keep(_ folder: Folder, of path: String, since changeCount: UInt64, now: Int64) {
        guard folder.keys.count <= keysMax, now - folder.modified > Self.settlingNanoseconds else { return }
        state.withLock { state in
            guard state.changeCounts[Self.slot(of: path)] == changeCount else { return }
            Self.remove(Path(path), from: &state)
            add(folder, of: Path(path), to: &state)
        }
    }

    /// To be called after every change of the folder's names.
    func forget(_ path: String) {
        state.withLock { state in
            state.changeCounts[Self.slot(of: path)] += 1
            Self.remove(Path(path), from: &state)
        }
    }

    /// An empty folder takes room too.
    private static func size(of folder: Folder) -> Int { folder.keys.count + 1 }

    private func add(_ folder: Folder, of path: Path, to state: inout State) {
        if state.youngKeyCount + Self.size(of: folder) > keysMax / 2 {
            (state.old, state.young, state.youngKeyCount) = (state.young, [:], 0)
        }
        state.old[path] = nil
        state.young[path] = folder
        state.youngKeyCount += Self.size(of: folder)
    }

    private static func remove(_ path: Path, from state: inout State) {
        state.old[path] = nil
        guard let folder = state.young.removeValue(forKey: path) else { return }
        state.youngKeyCount -= size(of: folder)
    }
}
