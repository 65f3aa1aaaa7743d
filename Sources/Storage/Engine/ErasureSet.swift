import Base
import Bytes
import Drives
import ErasureCode
import Topology
import XLMeta

/// The drives over which an object is cut, and the questions asked of them together.
package final class ErasureSet: Sendable {
    package let poolIndex: Int
    package let setIndex: Int
    /// By position: 0...n-1.
    package let slots: [DriveSlot]
    let parity: StorageClassParity

    let patience: Patience
    let deadlines: Deadlines
    let background: BackgroundWork
    /// Told what went wrong after the request was answered.
    let onBackgroundFailure: @Sendable (DriveSlot, DriveError) -> Void
    private let coders = Locked<[ErasureGeometry: ReedSolomon]>([:])

    init(
        poolIndex: Int,
        setIndex: Int,
        slots: [DriveSlot],
        parity: StorageClassParity,
        patience: Patience,
        deadlines: Deadlines,
        background: BackgroundWork,
        onBackgroundFailure: @escaping @Sendable (DriveSlot, DriveError) -> Void
    ) {
        precondition(slots.indices.elementsEqual(slots.map(\.position)))
        self.poolIndex = poolIndex
        self.setIndex = setIndex
        self.slots = slots
        self.parity = parity
        self.patience = patience
        self.deadlines = deadlines
        self.background = background
        self.onBackgroundFailure = onBackgroundFailure
    }

    var driveCount: Int { slots.count }
    var onlineCount: Int { slots.count { $0.online != nil } }

    /// Drives that a new object of the standard class has to be written to.
    var standardWriteQuorum: Int { writeQuorum(parity: parity.standard) }
    var quorum: VersionQuorum { VersionQuorum(driveCount: driveCount, writeQuorum: standardWriteQuorum) }

    /// A bucket's folder and a delete: more than half.
    var majority: Int { driveCount / 2 + 1 }

    func writeQuorum(parity: Int) -> Int {
        let dataShards = driveCount - parity
        return dataShards == parity ? dataShards + 1 : dataShards
    }

    /// The code of a geometry; made once, as its matrix takes a while.
    func coder(for geometry: ErasureGeometry) -> ReedSolomon {
        if let coder = coders.withLock({ $0[geometry] }) { return coder }
        let coder = ReedSolomon(geometry)
        coders.withLock { $0[geometry] = coder }
        return coder
    }

    /// What is cut how for a new object: every drive that is missing now adds a parity shard, up to half of the
    /// set, so that the object has its full protection from the start.
    ///
    /// - Throws: ``EngineError/writeQuorumLost(available:required:)`` when half of the set is missing.
    func geometryForNewObject(parity wanted: Int) throws(EngineError) -> ErasureGeometry {
        let missingCount = driveCount - onlineCount
        guard missingCount < (driveCount + 1) / 2 else {
            throw .writeQuorumLost(available: onlineCount, required: writeQuorum(parity: wanted))
        }
        let parity = max(wanted, min(wanted + missingCount, driveCount / 2))
        do {
            return try ErasureGeometry(dataShards: driveCount - parity, parityShards: parity)
        } catch {
            preconditionFailure("a set of \(driveCount) cannot have \(parity) parity shards: \(error)")
        }
    }

    /// Asks all drives for an object's `xl.meta`.
    ///
    /// - Parameters:
    ///   - everybody: waits for every drive, patience permitting; else ends when enough agree on the newest version and
    ///     nobody lacks the object.
    ///   - extent: how much of it. A file with the newest version alone says nothing of others: see
    ///     ``VersionQuorum/suffices(_:_:)``.
    ///   - isRecovery: asks drives, too, that no request may see yet.
    func versionAnswers(
        _ path: ObjectPath,
        _ extent: XLMetaExtent = .everything,
        everybody: Bool = false,
        isRecovery: Bool = false
    ) async -> [VersionAnswer] {
        let quorum = quorum
        let results = await ask(
            slots,
            within: patience,
            deadlines: deadlines,
            isRecovery: isRecovery,
            givesUpLate: true
        ) { results in
            var files: [XLMetaFile] = []
            var absentCount = 0
            for result in results {
                switch result {
                case .success(.file(let file)): files.append(file)
                case .success(.absent): absentCount += 1
                case .success(.unknown), .success(.unreadable), .failure, nil: break
                }
            }
            if absentCount == 0, !everybody, quorum.isSettled(files) { return .complete }
            let isEnough = quorum.isSettled(files) || absentCount > quorum.driveCount - quorum.writeQuorum
            return isEnough ? .enough : .askOn
        } _: { slot, drive throws(DriveError) in
            try await Self.answer(of: drive, at: slot.position, path, extent)
        }
        return results.map { result in
            switch result {
            case .success(let answer): answer
            case .failure, nil: .unknown
            }
        }
    }

    private static func answer(
        of drive: any Drive,
        at position: Int,
        _ path: ObjectPath,
        _ extent: XLMetaExtent
    ) async throws(DriveError) -> VersionAnswer {
        do {
            let file = try await file(on: drive, at: position, path, extent)
            return file.entries.isEmpty ? .absent : .file(file)
        } catch let error as DriveError {
            switch error {
            // A bucket folder that is missing on one drive says the same of everything in it.
            case .notFound, .volumeNotFound, .unstorableName: return .absent
            case .alreadyExists, .notEmpty, .corrupt, .full, .failed, .offline, .busy, .reverted: throw error
            }
        } catch let error as XLMetaError {
            return .unreadable(error)
        } catch { preconditionFailure("an error of neither kind: \(error)") }
    }

    private static func file(
        on drive: any Drive,
        at position: Int,
        _ path: ObjectPath,
        _ extent: XLMetaExtent
    ) async throws -> XLMetaFile {
        switch extent {
        case .newest, .newestWithData:
            switch try await drive.readXLMetaHead(path, inlineData: extent == .newestWithData) {
            case .whole(let bytes): return try XLMetaFile(parsing: bytes)
            case .head(let head):
                if let file = XLMetaFile(newestVersionIn: head), file.newestShardBelongs(at: position) {
                    return file
                }
            }
        case .named(let id):
            let bytes = try await drive.readXLMeta(path)
            return try XLMetaFile(parsing: bytes, onlyVersion: id) ?? XLMetaFile(parsing: bytes)
        case .everything: break
        }
        return try XLMetaFile(parsing: await drive.readXLMeta(path))
    }
}

/// How much of every `xl.meta` a request looks at.
enum XLMetaExtent: Sendable, Equatable {
    /// Of small ones everything.
    case newest
    /// With the shards that lie in the file.
    case newestWithData
    /// One version, and the shards that lie in the file.
    case named(UUID)
    case everything
}

extension XLMetaFile {
    /// Whether the newest version's shard is the one that its distribution has for the drive: without the file's
    /// checksum, nothing else vouches for its number.
    fileprivate func newestShardBelongs(at position: Int) -> Bool {
        guard let entry = latest, entry.header.kind == .object else { return true }
        // What cannot be decoded was not taken from a head.
        guard case .object(let object)? = try? entry.version(),
            object.erasure.distribution.indices.contains(position)
        else { return false }
        return object.erasure.shardNumber == Int(object.erasure.distribution[position])
    }
}
