import Base
package import IAM

/// Small files in memory. Can be told to fail.
package final class MemoryStorage: IAMStorage {
    private let files = Locked<[String: [UInt8]]>([:])
    private let isBroken = Locked(false)

    package init() {}

    package var paths: [String] { files.withLock { $0.keys.sorted() } }

    package func breakDown() { isBroken.withLock { $0 = true } }

    private func check() throws(IAMStorageError) {
        guard !isBroken.withLock({ $0 }) else { throw .unavailable("told to fail") }
    }

    package func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
        try check()
        return files.withLock { $0[path] }
    }

    package func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) {
        try check()
        files.withLock { $0[path] = bytes }
    }

    package func remove(_ path: String) async throws(IAMStorageError) {
        try check()
        files.withLock { _ = $0.removeValue(forKey: path) }
    }

    package func list(_ prefix: String) async throws(IAMStorageError) -> [String] {
        try check()
        return files.withLock { files in files.keys.filter { $0.hasPrefix(prefix) } }
    }
}
