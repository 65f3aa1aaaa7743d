import Drives
import Locks
import Topology
import XLMeta

/// Settings, users, groups and policies as MinIO keeps them: objects of the system folder, below `config/`. They are
/// stored like any other object, with as much parity as the set allows; paths are relative to the system folder, such
/// as `config/config.json` and `config/iam/users/alice/identity.json`.
extension Engine {
    private static let configFolder = "config/"

    /// - Returns: `nil` when the drives agree that there is no such file.
    /// - Throws: ``EngineError/damaged(_:)`` when it cannot be rebuilt; ``EngineError/unstorableName(_:)``;
    ///   ``EngineError/readQuorumLost(available:required:)``.
    package func readConfigFile(_ path: String) async throws(EngineError) -> [UInt8]? {
        let name = try configName(path)
        do throws(EngineError) {
            return try await readInternal(name)
        } catch {
            guard error == .objectNotFound else { throw error }
            return nil
        }
    }

    /// On return the bytes are durable on a write quorum. Readers see the old bytes or the new ones.
    ///
    /// - Throws: ``EngineError/writeQuorumLost(available:required:)`` with the old bytes in place;
    ///   ``EngineError/unstorableName(_:)`` for what the drives cannot hold.
    package func writeConfigFile(_ path: String, _ bytes: [UInt8]) async throws(EngineError) {
        try await writeInternal(try configName(path), bytes)
    }

    /// On return the file is gone from a write quorum. Absence is a success.
    package func removeConfigFile(_ path: String) async throws(EngineError) {
        try await removeInternal(try configName(path))
    }

    /// The paths of the files whose path starts with `prefix`, in bytewise order. A file that is there but cannot be read
    /// is listed too.
    ///
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` rather than leaving files out.
    package func configFiles(_ prefix: String) async throws(EngineError) -> [String] {
        precondition(
            prefix.utf8.starts(with: Self.configFolder.utf8),
            "settings, users and policies are below config/"
        )
        let nameSize = prefix.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count
        let top = String(decoding: prefix.utf8.dropLast(nameSize), as: UTF8.self)
        let found = await withTaskGroup(of: Result<ConfigFolder, EngineError>.self) { group in
            var (paths, folders, walkCount): ([String], [String], Int) = ([], [top], 0)
            var failure: EngineError?
            while true {
                while failure == nil, walkCount < Self.walksMax, let directory = folders.popLast() {
                    walkCount += 1
                    group.addTask { await self.entries(of: directory, prefix) }
                }
                guard let folder = await group.next() else { break }
                walkCount -= 1
                switch folder {
                case .success(let folder):
                    paths += folder.files
                    folders += folder.folders
                case .failure(let error): failure = failure ?? error
                }
            }
            return failure.map { Result<[String], EngineError>.failure($0) } ?? .success(paths)
        }
        return try found.get().sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Every user is a folder of its own: one after another would take long.
    private static let walksMax = 8

    private struct ConfigFolder: Sendable {
        var files: [String] = []
        var folders: [String] = []
    }

    /// What is right below `directory` and may lead to paths that start with `prefix`.
    private func entries(of directory: String, _ prefix: String) async -> Result<ConfigFolder, EngineError> {
        var found = ConfigFolder()
        var folder = MergedFolder(
            sets: allSets,
            volume: ObjectPath.systemVolume,
            directory: directory,
            prefix: prefix.utf8.count > directory.utf8.count
                ? String(decoding: prefix.utf8.dropFirst(directory.utf8.count), as: UTF8.self) : ""
        )
        do throws(EngineError) {
            while let entry = try await folder.next() {
                let path = directory + entry.key
                if entry.isObject, try await exists(path, entry) { found.files.append(path) }
                if entry.hasChildren { found.folders.append(path) }
            }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }

    /// Drives that disagree may be amid a change, so that file is looked at again under its lease.
    private func exists(_ path: String, _ entry: MergedFolder.Entry) async throws(EngineError) -> Bool {
        guard let name = try? configName(path) else {
            // No server of this format could have stored it, and nothing could read it.
            return false
        }
        let set = set(for: name)
        guard let answers = entry.copies.first(where: { $0.set === set })?.answers else { return false }
        if let agreed = unanimous(set, answers) { return agreed.header.kind != .deleteMarker }
        let object = ObjectPath(volume: ObjectPath.systemVolume, name: name)
        let lease = await locks.acquire(.object(bucket: object.volume, name: name), .shared)
        defer { lease.release() }
        do throws(EngineError) {
            return !(try await find(object, key: name, .newest).version.isDeleteMarker)
        } catch {
            switch error {
            case .objectNotFound: return false
            case .damaged, .unsupported: return true
            case .bucketNotFound, .bucketAlreadyExists, .bucketNotEmpty, .versionNotFound, .uploadNotFound,
                .partNotFound, .readQuorumLost, .writeQuorumLost, .drivesFull, .tooManyVersions,
                .unstorableName, .refused, .overloaded:
                throw error
            }
        }
    }

    /// A path may hold names that clients chose: what leads out of the folder, or is stored under another name than its
    /// own, is refused.
    private func configName(_ path: String) throws(EngineError) -> String {
        precondition(
            path.utf8.starts(with: Self.configFolder.utf8),
            "settings, users and policies are below config/"
        )
        let name = try name(of: path)
        guard name.path.utf8.elementsEqual(path.utf8) else {
            throw .unstorableName("a name cannot end with a slash")
        }
        return name.path
    }
}
