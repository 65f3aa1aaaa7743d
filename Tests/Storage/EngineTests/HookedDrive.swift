import Base
import Bytes
import Drives
import Files
import XLMeta

/// A drive of which a test delays or fails some calls, and which remembers what it was told to take back.
final class HookedDrive: Drive {
    private let drive: any Drive
    private let beforeList: @Sendable () async -> Void
    private let beforeRead: @Sendable () async -> Void
    private let afterRead: @Sendable () -> Void
    /// Told whether all of an `xl.meta` was read or its head.
    private let onXLMeta: @Sendable (String) -> Void
    private let beforeStage: @Sendable (Int64) throws(DriveError) -> Void
    private let beforeCommit: @Sendable () async -> Void
    private let afterCommit: @Sendable () throws(DriveError) -> Void
    private let beforeFinish: @Sendable () async -> Void
    private let beforeOpenTransactions: @Sendable () async -> Void
    /// Where staging waits for a thread before it gets to the drive.
    private let stagingLane: (any Lane)?
    private let taken = Locked<[UUID]>([])

    init(
        _ drive: any Drive,
        beforeList: @escaping @Sendable () async -> Void = {},
        beforeRead: @escaping @Sendable () async -> Void = {},
        afterRead: @escaping @Sendable () -> Void = {},
        onXLMeta: @escaping @Sendable (String) -> Void = { _ in },
        beforeStage: @escaping @Sendable (Int64) throws(DriveError) -> Void = { _ in },
        beforeCommit: @escaping @Sendable () async -> Void = {},
        afterCommit: @escaping @Sendable () throws(DriveError) -> Void = {},
        beforeFinish: @escaping @Sendable () async -> Void = {},
        beforeOpenTransactions: @escaping @Sendable () async -> Void = {},
        stagingLane: (any Lane)? = nil
    ) {
        self.stagingLane = stagingLane
        self.drive = drive
        self.beforeList = beforeList
        self.beforeRead = beforeRead
        self.afterRead = afterRead
        self.onXLMeta = onXLMeta
        self.beforeStage = beforeStage
        self.beforeCommit = beforeCommit
        self.afterCommit = afterCommit
        self.beforeFinish = beforeFinish
        self.beforeOpenTransactions = beforeOpenTransactions
    }

    var reverted: [UUID] { taken.withLock { $0 } }

    var id: UUID { drive.id }
    var endpoint: String { drive.endpoint }
    var isOnline: Bool { drive.isOnline }
    var offlineReason: String? { drive.offlineReason }
    func volumes() async throws(DriveError) -> [Volume] { try await drive.volumes() }
    func makeVolume(_ name: String) async throws(DriveError) { try await drive.makeVolume(name) }
    func removeVolume(_ name: String) async throws(DriveError) { try await drive.removeVolume(name) }
    func readXLMeta(_ path: ObjectPath) async throws(DriveError) -> [UInt8] {
        onXLMeta("whole")
        return try await drive.readXLMeta(path)
    }
    func readXLMetaHead(_ path: ObjectPath, inlineData: Bool) async throws(DriveError) -> XLMetaReading {
        let reading = try await drive.readXLMetaHead(path, inlineData: inlineData)
        switch reading {
        case .whole: onXLMeta("whole")
        case .head: onXLMeta("head")
        }
        return reading
    }
    func read(_ file: ShardFile, at offset: Int64, into block: Block, range: Range<Int>)
        async throws(DriveError)
    {
        await beforeRead()
        defer { afterRead() }
        try await drive.read(file, at: offset, into: block, range: range)
    }
    func list(_ request: DirectoryRequest) async throws(DriveError) -> DirectoryPage {
        await beforeList()
        return try await drive.list(request)
    }
    func readParts(of upload: ObjectPath, dataDirectory: UUID, parts: ClosedRange<Int>)
        async throws(DriveError) -> [Int: [UInt8]]
    {
        try await drive.readParts(of: upload, dataDirectory: dataDirectory, parts: parts)
    }
    func stage(_ frames: ShardFrames, to file: StagedFile, at offset: Int64) async throws(DriveError) {
        try beforeStage(offset)
        if let stagingLane {
            guard await stagingLane.run({ _ = frames.block }) != nil else { throw .busy }
        }
        try await drive.stage(frames, to: file, at: offset)
    }
    func commit(_ transaction: Transaction) async throws(DriveError) {
        await beforeCommit()
        try await drive.commit(transaction)
        try afterCommit()
    }
    func finish(_ id: UUID) async throws(DriveError) {
        await beforeFinish()
        try await drive.finish(id)
    }
    func revert(_ id: UUID) async throws(DriveError) {
        taken.withLock { $0.append(id) }
        try await drive.revert(id)
    }
    func openTransactions() async throws(DriveError) -> [OpenTransaction] {
        await beforeOpenTransactions()
        return try await drive.openTransactions()
    }
    func resume(_ id: UUID) async throws(DriveError) { try await drive.resume(id) }
    func close() async { await drive.close() }
    func removeUpload(_ upload: ObjectPath) async throws(DriveError) { try await drive.removeUpload(upload) }
    func capacity() async throws(DriveError) -> (total: Int64, free: Int64) { try await drive.capacity() }
}
