import Base
import Bytes
import Drives
import Engine
import Files
import Foundation
import Topology

/// Drive folders in a temporary place, and engines on them one after the other.
final class TemporaryStore: Sendable {
    let root: String
    let driveCount: Int

    init(driveCount: Int) {
        root = NSTemporaryDirectory() + "martlet-engine-\(Foundation.UUID().uuidString)"
        self.driveCount = driveCount
        for index in 1...driveCount {
            try? FileManager.default.createDirectory(
                atPath: "\(root)/d\(index)",
                withIntermediateDirectories: true
            )
        }
    }

    /// Calls that a test did not wait for may still put files where others are being removed: then once more.
    /// Litter in the temporary folder is the worst that is left.
    deinit {
        for _ in 0..<200 {
            try? FileManager.default.removeItem(atPath: root)
            guard FileManager.default.fileExists(atPath: root) else { return }
            usleep(5000)
        }
    }

    var volumes: [String] { driveCount == 1 ? ["\(root)/d1"] : ["\(root)/d{1...\(driveCount)}"] }

    func open(
        memoryBudget: Int = 64 << 20,
        observers: [any ObjectObserver] = [],
        _ configure: (inout StorePlan) -> Void = { _ in }
    ) async throws(EngineOpeningError) -> OpenStore {
        var plan = StorePlan(volumes: volumes)
        configure(&plan)
        let memory = BlockPool(budget: memoryBudget, time: SystemTime())
        return try await EngineOpening(plan, memory: memory, observers: observers).open()
    }

    /// Opens the drives again as soon as the last call of the engine that had them has let go of them.
    func reopen(
        _ configure: (inout StorePlan) -> Void = { _ in }
    ) async throws(EngineOpeningError) -> OpenStore {
        while true {
            do throws(EngineOpeningError) { return try await open(configure) } catch {
                guard case .drive(let cause) = error, case .locked = cause else { throw error }
                await Task.yield()
            }
        }
    }

    /// Opens one drive by itself, as soon as whoever had it has let go of it.
    func openDrive(_ number: Int) async throws -> LocalDrive<PosixFiles> {
        let path = "\(root)/d\(number)"
        let folder = try await unlockedFolder(path)
        guard case .formatted(let format) = folder.content else { throw DriveError.offline("not formatted") }
        return try await LocalDrive.open(
            folder,
            id: DriveFormat(parsing: format).driveID,
            lane: ThreadLane(name: "drive", threadCount: 1, waitingMax: 64),
            committer: CommitterRegistry().committer(root: path),
            time: SystemTime(),
            randomness: SystemRandomness()
        )
    }

    private func unlockedFolder(_ path: String) async throws -> DriveFolder<PosixFiles> {
        while true {
            do throws(DriveFolderError) { return try DriveFolder<PosixFiles>.open(path) } catch {
                guard case .locked = error else { throw error }
                await Task.yield()
            }
        }
    }

    /// Leaves of a drive what a new one has in its place: the format, and nothing else.
    func renew(drive number: Int) throws {
        let folder = "\(root)/d\(number)"
        let format = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/.minio.sys/format.json"))
        try empty(drive: number)
        try FileManager.default.createDirectory(
            atPath: "\(folder)/.minio.sys",
            withIntermediateDirectories: false
        )
        try format.write(to: URL(fileURLWithPath: "\(folder)/.minio.sys/format.json"))
    }

    /// Removes everything in a drive's folder but the folder.
    func empty(drive number: Int) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/d\(number)") {
            try FileManager.default.removeItem(atPath: "\(root)/d\(number)/\(name)")
        }
    }
}

extension Engine {
    @discardableResult
    func put(
        _ bucket: String,
        _ key: String,
        _ bytes: [UInt8],
        etag: String = "e",
        as version: VersionChoice = .null,
        isSizeKnown: Bool = true
    ) async throws -> ObjectVersion {
        var body = BytesInMemory(bytes)
        let staged = try await stage(
            &body,
            size: isSizeKnown ? Int64(bytes.count) : nil,
            bucket: bucket,
            key: key,
            storageClass: .standard
        )
        return try await commit(
            staged,
            as: version,
            metadata: ObjectMetadata(user: [
                (name: "content-type", value: "text/plain"), (name: "etag", value: etag),
            ])
        )
    }

    func get(
        _ bucket: String,
        _ key: String,
        _ range: Range<Int64>? = nil,
        id: Base.UUID? = nil
    ) async throws -> [UInt8] {
        let reader = try await open(bucket: bucket, key: key, id: id)
        if let range { reader.select(range) }
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece.bytes }
        return bytes
    }

    func keys(_ bucket: String, _ configure: (inout ListRequest) -> Void = { _ in }) async throws -> [String]
    {
        var request = ListRequest()
        configure(&request)
        return try await list(bucket: bucket, request).entries.map { entry in
            switch entry {
            case .object(let version, _): version.key
            case .commonPrefix(let prefix): prefix
            }
        }
    }
}

/// Bytes that differ at every place, the same for the same seed.
func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        let word = random.next()
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }
    return Array(bytes.prefix(count))
}
