internal import Engine
internal import IAM

/// Keeps users, groups and policies on the drives, where MinIO keeps them.
struct EngineIAMStorage: IAMStorage {
    let engine: Engine

    func read(_ path: String) async throws(IAMStorageError) -> [UInt8]? {
        do throws(EngineError) {
            return try await engine.readConfigFile(path)
        } catch {
            // What cannot be stored is not there.
            if case .unstorableName = error { return nil }
            throw IAMStorageError(from: error)
        }
    }

    func write(_ path: String, _ bytes: [UInt8]) async throws(IAMStorageError) {
        try await translating { () async throws(EngineError) in try await engine.writeConfigFile(path, bytes)
        }
    }

    func remove(_ path: String) async throws(IAMStorageError) {
        do throws(EngineError) {
            try await engine.removeConfigFile(path)
        } catch {
            if case .unstorableName = error { return }
            throw IAMStorageError(from: error)
        }
    }

    func list(_ prefix: String) async throws(IAMStorageError) -> [String] {
        try await translating { () async throws(EngineError) in try await engine.configFiles(prefix) }
    }

    private func translating<Answer>(
        _ call: () async throws(EngineError) -> Answer
    ) async throws(IAMStorageError) -> Answer {
        do throws(EngineError) {
            return try await call()
        } catch {
            throw IAMStorageError(from: error)
        }
    }
}

extension IAMStorageError {
    fileprivate init(from error: EngineError) {
        switch error {
        case .damaged(let reason), .unsupported(let reason): self = .corrupt(reason)
        case .readQuorumLost(let available, let required):
            self = .unavailable("\(available) of the \(required) drives needed for reading answered")
        case .writeQuorumLost(let available, let required):
            self = .unavailable("\(available) of the \(required) drives needed for writing answered")
        case .unstorableName(let reason): self = .unavailable("the drives cannot hold the name: \(reason)")
        case .drivesFull: self = .unavailable("the drives are full")
        case .overloaded: self = .unavailable("no memory came free in time")
        case .bucketNotFound, .bucketAlreadyExists, .bucketNotEmpty, .objectNotFound, .versionNotFound,
            .uploadNotFound, .partNotFound, .refused, .tooManyVersions:
            self = .unavailable("\(error)")
        }
    }
}
