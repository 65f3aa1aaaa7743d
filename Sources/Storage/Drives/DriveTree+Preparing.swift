import Base
import Files
import XLMeta

extension DriveTree {
    /// Writes everything the transaction will move, and the intent. Nothing is visible afterwards and nothing
    /// durable before the next sync.
    func prepare(_ transaction: Transaction, staged: [StagedPart]) throws(DriveError) -> Intent {
        let folder = try transaction.path.checkedFolder()
        let paths = TransactionPaths(transaction.id)
        switch transaction.change {
        case .putPart(let number, let dataDirectory, let metadata):
            return try preparePart(
                transaction,
                StagedPartChange(number: number, folder: folder + "/\(dataDirectory)", metadata: metadata),
                staged
            )
        case .put, .putDeleteMarker, .amend, .remove, .complete: break
        }
        let stored = try readFile(folder + "/" + SystemPath.metadataName)
        if stored == nil, try status(transaction.path.volume)?.kind != .directory { throw .volumeNotFound }
        var change = try XLMetaChange(transaction.change, stored: stored)
        var intent = Intent(
            id: transaction.id,
            sequence: transaction.sequence,
            path: transaction.path,
            effect: transaction.change.effect,
            dataShards: change.dataShards,
            setDriveCount: change.setDriveCount,
            moves: [],
            floor: transaction.path.volume,
            removesObject: change.encoded == nil
        )
        intent.moves += try dataMoves(of: transaction, staged, folder, paths, &intent)
        change.replaced.removeAll { id in intent.moves.contains { $0.to == folder + "/\(id)" } }
        intent.replaced = change.replaced.map { folder + "/\($0)" }
        intent.moves.append(
            Move(
                from: paths.metadata,
                to: folder + "/" + SystemPath.metadataName,
                keep: paths.previous,
                new: change.encoded.map { .file(Fingerprint($0)) } ?? .nothing,
                old: stored.map { .file(Fingerprint($0)) } ?? .nothing
            )
        )
        try write(intent, metadata: change.encoded, paths)
        return intent
    }

    /// The data directory that comes into place, if one does, behind what must not come with it.
    private func dataMoves(
        of transaction: Transaction,
        _ staged: [StagedPart],
        _ folder: String,
        _ paths: TransactionPaths,
        _ intent: inout Intent
    ) throws(DriveError) -> [Move] {
        let name: String
        let from: String
        let parts: [StagedPart]
        var asides: [Move] = []
        switch transaction.change {
        case .put(let object, _, stagedParts: true):
            guard !staged.isEmpty else { throw .notFound }
            (name, from, parts) = (object.dataDirectory.description, paths.folder, staged)
        case .complete(let object, let upload, let records):
            name = object.dataDirectory.description
            let uploadFolder = try upload.checkedFolder()
            from = uploadFolder + "/" + name
            let there = try partsThere(in: from, listed: object.partNumbers, records)
            parts = there.fit
            asides = there.unfit.map { part in
                Move(
                    from: "",
                    to: from + "/part.\(part.number)",
                    keep: paths.aside(part.number),
                    new: .nothing,
                    old: .part(part)
                )
            }
            intent.upload = uploadFolder
            intent.listedParts = object.partNumbers
        case .put, .putDeleteMarker, .amend, .remove, .putPart: return []
        }
        let place = folder + "/" + name
        let data = Move(
            from: from,
            to: place,
            keep: paths.trashed(name),
            new: .folder(parts),
            old: try exists(place) ? .folder([]) : .nothing
        )
        return asides + [data]
    }

    /// The listed parts that this drive has: of the writes that `records` tell of, and of others. It may have missed
    /// some, which are healed from the other drives, and so are those of other writes.
    private func partsThere(
        in folder: String,
        listed: [Int],
        _ records: [Int: [UInt8]]
    ) throws(DriveError) -> (fit: [StagedPart], unfit: [StagedPart]) {
        guard let entries = try list(folder) else { throw .notFound }
        let names = Set(entries.filter { $0.kind == .file }.map(\.name))
        var (fit, unfit): ([StagedPart], [StagedPart]) = ([], [])
        for number in listed where names.contains("part.\(number)") {
            let path = folder + "/part.\(number)"
            guard let status = try status(path) else { continue }
            let part = StagedPart(number: number, size: status.size)
            let record = names.contains("part.\(number).meta") ? try readFile(path + ".meta") : nil
            if let record, record == records[number] { fit.append(part) } else { unfit.append(part) }
        }
        return (fit, unfit)
    }

    private struct StagedPartChange {
        let number: Int
        let folder: String
        let metadata: [UInt8]
    }

    private func preparePart(
        _ transaction: Transaction,
        _ change: StagedPartChange,
        _ staged: [StagedPart]
    ) throws(DriveError) -> Intent {
        let paths = TransactionPaths(transaction.id)
        let upload = try transaction.path.checkedFolder()
        guard let stored = try readFile(upload + "/" + SystemPath.metadataName), let part = staged.first,
            staged.count == 1
        else { throw .notFound }
        let erasure = try XLMetaChange.erasure(ofUpload: stored)
        let place = change.folder + "/part.\(change.number)"
        let old = try status(place).map {
            Move.Content.part(StagedPart(number: change.number, size: $0.size))
        }
        let oldMetadata = try fingerprint(of: place + ".meta")
        let intent = Intent(
            id: transaction.id,
            sequence: transaction.sequence,
            path: transaction.path,
            effect: transaction.change.effect,
            dataShards: erasure?.dataShardCount ?? 1,
            setDriveCount: erasure?.shardCount ?? 1,
            moves: [
                Move(
                    from: paths.staged(part.number),
                    to: place,
                    keep: paths.previousPart,
                    new: .part(part),
                    old: old ?? .nothing
                ),
                Move(
                    from: paths.metadata,
                    to: place + ".meta",
                    keep: paths.previous,
                    new: .file(Fingerprint(change.metadata)),
                    old: oldMetadata.map { .file($0) } ?? .nothing
                ),
            ],
            floor: upload
        )
        try write(intent, metadata: change.metadata, paths)
        return intent
    }

    private func write(
        _ intent: Intent,
        metadata: [UInt8]?,
        _ paths: TransactionPaths
    ) throws(DriveError) {
        if let metadata { try write(metadata, to: paths.metadata) }
        try keepOld(of: intent)
        try writeIntent(intent)
    }

    /// Gives every file that will be replaced its second name. Idempotent.
    func keepOld(of intent: Intent) throws(DriveError) {
        for move in intent.moves where !move.isRemoval && !move.isFolder && move.old != .nothing {
            do throws(FileError) {
                try files.link(move.to, to: move.keep)
            } catch {
                let error = DriveError(inOwnFolder: error)
                guard error == .alreadyExists else { throw error }
            }
        }
    }
}
