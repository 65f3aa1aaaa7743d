import Base
import Bytes
import Checksums
import Drives
import Files
import Foundation
import TestSupport
import Testing
import XLMeta

/// The file systems on which the protocol's suite runs.
enum DriveKind: String, CaseIterable, CustomTestStringConvertible {
    case posix
    case simulated

    var testDescription: String { rawValue }
}

/// A formatted drive, and what a test wants to know of its folder.
struct TestDrive {
    let drive: any Drive
    /// Every file with its bytes, by path.
    let contents: () throws -> [String: [UInt8]]
    let close: () async -> Void
    let reopen: () async throws -> TestDrive

    static let format = Array("{\"version\":\"1\"}".utf8)
    static let driveID = Base.UUID(high: 7, low: 7)

    private static var configuration: DriveConfiguration {
        var configuration = DriveConfiguration()
        configuration.tidyDelay = nil
        return configuration
    }

    static func make(_ kind: DriveKind) async throws -> TestDrive {
        switch kind {
        case .posix:
            let cleaner = try FolderCleaner()
            let folder = try DriveFolder<PosixFiles>.open(cleaner.path)
            let drive = try await LocalDrive.format(
                folder,
                format,
                id: driveID,
                lane: KeepingLane(cleaner),
                committer: CommitterRegistry().committer(root: cleaner.path),
                time: SystemTime(),
                randomness: SystemRandomness(),
                configuration: configuration
            )
            return posix(drive, cleaner)
        case .simulated:
            let files = SimulatedFiles(time: SimulatedTime())
            return simulated(try await formatted(files), files)
        }
    }

    private static func posix(_ drive: LocalDrive<PosixFiles>, _ cleaner: FolderCleaner) -> TestDrive {
        TestDrive(
            drive: drive,
            contents: { try cleaner.contents() },
            close: { await drive.close() },
            reopen: {
                // Two handles of one folder lock each other out, so the second is opened without the lock.
                let folder = try DriveFolder(files: PosixFiles(root: cleaner.path), endpoint: cleaner.path)
                let again = try await LocalDrive.open(
                    folder,
                    id: driveID,
                    lane: KeepingLane(cleaner),
                    committer: CommitterRegistry().committer(root: cleaner.path),
                    time: SystemTime(),
                    randomness: SystemRandomness(),
                    configuration: configuration
                )
                return posix(again, cleaner)
            }
        )
    }

    private static func simulated(_ drive: LocalDrive<SimulatedFiles>, _ files: SimulatedFiles) -> TestDrive {
        TestDrive(
            drive: drive,
            contents: { files.contents() },
            close: { await drive.close() },
            reopen: { simulated(try await opened(files), files) }
        )
    }

    static func formatted(_ files: SimulatedFiles) async throws -> LocalDrive<SimulatedFiles> {
        try await LocalDrive.format(
            DriveFolder(files: files, endpoint: "simulated"),
            format,
            id: driveID,
            lane: SimulatedLane(),
            committer: SimulatedCommitter(files),
            time: SimulatedTime(),
            randomness: SystemRandomness(),
            configuration: configuration
        )
    }

    static func opened(
        _ files: SimulatedFiles,
        lane: SimulatedLane = SimulatedLane(),
        time: SimulatedTime = SimulatedTime()
    ) async throws -> LocalDrive<SimulatedFiles> {
        try await LocalDrive.open(
            DriveFolder(files: files, endpoint: "simulated"),
            id: driveID,
            lane: lane,
            committer: SimulatedCommitter(files),
            time: time,
            randomness: SystemRandomness(),
            configuration: configuration
        )
    }
}

/// A lane that keeps the folder it works in.
private struct KeepingLane: Lane {
    private let threads = ThreadLane(name: "test", threadCount: 2, waitingMax: 64)
    private let cleaner: FolderCleaner

    init(_ cleaner: FolderCleaner) { self.cleaner = cleaner }

    func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        await threads.run(body)
    }
}

/// A folder of a test's own, removed with the last reference.
final class FolderCleaner: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "martlet-drives-\(Foundation.UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func contents() throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            var isFolder: ObjCBool = false
            let file = path + "/" + name
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue
            else {
                continue
            }
            contents[name] = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file)))
        }
        return contents
    }
}

/// What of a drive's files a client can ever see: everything but `tmp` and the lock.
func visible(_ contents: [String: [UInt8]]) -> [String: [UInt8]] {
    contents.filter { !$0.key.hasPrefix(".minio.sys/tmp") }
}

/// What is left in `tmp` by transactions.
func leftovers(_ contents: [String: [UInt8]]) -> [String] {
    contents.keys.filter { $0.hasPrefix(".minio.sys/tmp") }.sorted()
}

/// Shards and objects of a set of 2 + 2 drives.
enum Sample {
    static func id(_ number: UInt64) -> Base.UUID { Base.UUID(high: 0x1111_2222_3333_4444, low: number) }

    static let erasure = XLErasure(
        dataShardCount: 2,
        parityShardCount: 2,
        shardNumber: 1,
        distribution: [1, 2, 3, 4]
    )

    static func object(
        version: Base.UUID = .zero,
        data: Base.UUID,
        seconds: Int64,
        partNumbers: [Int] = [1]
    ) -> XLObject {
        XLObject(
            versionID: version,
            dataDirectory: data,
            erasure: erasure,
            parts: partNumbers.map { XLPart(number: $0, size: 2000, actualSize: 2000) },
            modificationTime: Timestamp(seconds: 1_700_000_000 + seconds)
        )
    }

    /// Two whole frames and a short one, all of it from the seed.
    static func frames(_ seed: UInt8) -> ShardFrames {
        let block = Block(capacity: 4096)
        for index in 0..<4096 { block.bytes[index] = UInt8(truncatingIfNeeded: index &* 31 &+ Int(seed)) }
        let shards = [0..<1000, 1000..<2000, 2000..<2100]
        var digests: [UInt8] = []
        for shard in shards { digests += HighwayHash256.hash([UInt8](block[shard])) }
        return ShardFrames(block: block, shards: shards, digests: digests)
    }

    static func bytes(_ seed: UInt8) -> [UInt8] {
        let frames = frames(seed)
        var bytes: [UInt8] = []
        for (index, shard) in frames.shards.enumerated() {
            bytes += frames.digests[index * 32..<index * 32 + 32]
            bytes += frames.block[shard]
        }
        return bytes
    }
}

extension Drive {
    /// The first `count` bytes of a shard file.
    func bytes(of file: ShardFile, _ count: Int) async throws -> [UInt8] {
        let block = Block(capacity: count)
        try await read(file, at: 0, into: block, range: 0..<count)
        return Array(block[0..<count])
    }

    /// Stages and commits in one.
    func put(
        _ transaction: Base.UUID,
        _ path: ObjectPath,
        _ object: XLObject,
        inline: [UInt8]? = nil,
        shard: UInt8? = nil
    ) async throws {
        if let shard {
            try await stage(
                Sample.frames(shard),
                to: StagedFile(transaction: transaction, partNumber: 1),
                at: 0
            )
        }
        try await commit(
            Transaction(
                id: transaction,
                path: path,
                change: .put(object, inlineData: inline, stagedParts: shard != nil)
            )
        )
    }

    func putPart(
        _ transaction: Base.UUID,
        _ upload: ObjectPath,
        _ number: Int,
        data: Base.UUID,
        shard: UInt8
    ) async throws {
        try await stage(
            Sample.frames(shard),
            to: StagedFile(transaction: transaction, partNumber: number),
            at: 0
        )
        try await commit(
            Transaction(
                id: transaction,
                path: upload,
                change: .putPart(number: number, dataDirectory: data, metadata: [shard, 1, 2, 3])
            )
        )
    }
}
