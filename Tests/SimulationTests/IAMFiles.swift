import Base
import IAM

/// A storage that is watched: what is in the files, as far as it was read or written here.
struct WatchedIAMStorage<Storage: IAMStorage>: IAMStorage {
    private let storage: Storage
    private let seen = Locked<[String: [UInt8]]>([:])

    init(_ storage: Storage) { self.storage = storage }

    var files: IAMFiles { IAMFiles(seen.withLock { $0 }) }

    func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
        let bytes = try await storage.read(path)
        seen.withLock { $0[path] = bytes }
        return bytes
    }

    func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) {
        try await storage.write(path, bytes)
        seen.withLock { $0[path] = bytes }
    }

    func remove(_ path: String) async throws(IAMStorageError) {
        try await storage.remove(path)
        seen.withLock { $0[path] = nil }
    }

    func list(_ prefix: String) async throws(IAMStorageError) -> [String] { try await storage.list(prefix) }
}

/// The files below `config/iam/`, by path.
struct IAMFiles: Equatable, Sendable {
    private let files: [String: [UInt8]]

    init(_ files: [String: [UInt8]]) { self.files = files }

    var hasJournal: Bool { files["config/iam/martlet/change.json"] != nil }

    /// What is different, for a message.
    func difference(to other: IAMFiles) -> String {
        let paths = Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }
        return paths.sorted().map { path in
            let (own, others) = (files[path], other.files[path])
            return "\(path) is \(Self.text(own)), not \(Self.text(others))"
        }.joined(separator: "; ")
    }

    private static func text(_ bytes: [UInt8]?) -> String {
        bytes.map { String(decoding: $0, as: UTF8.self) } ?? "absent"
    }
}
