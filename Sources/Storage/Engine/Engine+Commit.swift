import Base
import Drives
import ErasureCode
import Locks
import XLMeta

extension Engine {
    /// Makes what was staged the newest version of its key.
    ///
    /// The key is leased from the look at the current version until the change is durable on a write quorum; only
    /// then do the guards' answers hold. When the quorum is missed the old state is put back before anybody can
    /// look.
    ///
    /// - Returns: the new version, acknowledged.
    /// - Throws: ``EngineError/refused(_:)`` with what was staged discarded, as with every error.
    package func commit(
        _ staged: StagedBody,
        as version: VersionChoice,
        metadata: ObjectMetadata,
        guards: [any CommitGuard] = []
    ) async throws(EngineError) -> ObjectVersion {
        do throws(EngineError) {
            let bucketLease = await locks.acquire(.bucket(staged.bucket), .shared)
            defer { bucketLease.release() }
            let choice = try bucket(staged.bucket).settings.resolve(version)
            let lease = await locks.acquire(
                .object(bucket: staged.bucket, name: staged.path.name),
                .exclusive
            )
            defer { lease.release() }
            return try await commitUnderLease(staged, choice, metadata, guards)
        } catch {
            discard(staged)
            throw error
        }
    }

    func commitUnderLease(
        _ staged: StagedBody,
        _ version: VersionChoice,
        _ metadata: ObjectMetadata,
        _ guards: [any CommitGuard]
    ) async throws(EngineError) -> ObjectVersion {
        let current = try await current(
            staged.set,
            staged.path,
            key: staged.key,
            newestOnly: version == .new
        )
        var proposal: ObjectMetadata? = metadata
        try review(&proposal, over: current.newest, guards)
        guard let accepted = proposal else { preconditionFailure("a guard turned a write into a delete") }

        let versionID = version == .null ? UUID.zero : randomness.uuid()
        try current.checkRoom(for: versionID, countMax: options.versionCountMax)
        guard current.xlMetaSize > Self.inliningXLMetaSizeMax, staged.isInline else {
            return try await commit(staged, as: versionID, accepted, over: current)
        }
        let moved = try await movedIntoFiles(staged)
        do throws(EngineError) {
            return try await commit(moved, as: versionID, accepted, over: current)
        } catch {
            discard(moved)
            throw error
        }
    }

    /// A larger `xl.meta` takes no more shards: every change of the key reads and writes all of it.
    package static let inliningXLMetaSizeMax = 1 << 20

    private func commit(
        _ staged: StagedBody,
        as versionID: UUID,
        _ accepted: ObjectMetadata,
        over current: CurrentVersions
    ) async throws(EngineError) -> ObjectVersion {
        let object = staged.object(
            id: versionID,
            modified: current.timeForNext(now: time.now),
            metadata: accepted,
            dataDirectory: randomness.uuid()
        )
        let change = SetChange(
            transactionID: staged.transactionID,
            path: staged.path,
            required: staged.geometry.writeQuorum,
            positions: staged.positions,
            replaced: current.pinKeys(of: versionID, path: staged.path)
        )
        try await apply(change, on: staged.set) { position in
            .put(
                object.onDrive(shardNumber: Int(staged.distribution[position])),
                inlineData: staged.inlineData(at: position),
                stagedParts: staged.isOnDrives
            )
        }
        discard(staged, besides: staged.positions)
        let result = ObjectVersion(object, bucket: staged.bucket, key: staged.key)
        for observer in observers { observer.created(result) }
        return result
    }

    func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?,
        _ requestGuards: [any CommitGuard]
    ) throws(EngineError) {
        for each in guards + requestGuards {
            do { try each.review(&proposal, over: current) } catch { throw .refused(error) }
        }
    }
}

extension StagedBody {
    /// An empty body has nothing that could lie anywhere else.
    var isInline: Bool {
        switch content {
        case .inline: size > 0
        case .onDrives: false
        }
    }

    var isOnDrives: Bool {
        switch content {
        case .inline: false
        case .onDrives: size > 0
        }
    }

    /// Where the change has to be made: everywhere, or where the shards are.
    var positions: [Int] {
        switch content {
        case .inline: Array(set.slots.indices)
        case .onDrives(let positions): positions
        }
    }

    func inlineData(at position: Int) -> [UInt8]? {
        switch content {
        case .inline(let shards): shards[Int(distribution[position]) - 1]
        case .onDrives: nil
        }
    }

    func object(id: UUID, modified: Timestamp, metadata: ObjectMetadata, dataDirectory: UUID) -> XLObject {
        var object = XLObject(
            versionID: id,
            dataDirectory: dataDirectory,
            erasure: erasure,
            parts: [XLPart(number: 1, size: Int(size), actualSize: Int(size))],
            modificationTime: modified
        )
        object.setMetadata(metadata)
        if case .inline = content { object.isInline = true }
        if wantedParity != geometry.parityShards {
            object.internalMetadata?.set(
                InternalMetadataKey.erasureUpgraded,
                text: "\(wantedParity)->\(geometry.parityShards)"
            )
        }
        return object
    }

    var erasure: XLErasure {
        XLErasure(
            dataShardCount: geometry.dataShards,
            parityShardCount: geometry.parityShards,
            blockSize: geometry.blockSize,
            shardNumber: 1,
            distribution: distribution
        )
    }
}

extension XLObject {
    /// The same version as another drive stores it.
    func onDrive(shardNumber: Int) -> XLObject {
        var object = self
        object.erasure.shardNumber = shardNumber
        return object
    }

    mutating func setMetadata(_ metadata: ObjectMetadata) {
        userMetadata = MetadataMap(user: metadata)
        internalMetadata = MetadataMap(system: metadata)
    }
}

extension MetadataMap {
    /// `MetaUsr`.
    init(user metadata: ObjectMetadata) {
        self.init(metadata.user.map { (key: $0.name, value: Array($0.value.utf8)) })
    }

    /// `MetaSys`.
    init(system metadata: ObjectMetadata) {
        self.init(metadata.system.map { (key: $0.name, value: $0.value) })
    }
}
