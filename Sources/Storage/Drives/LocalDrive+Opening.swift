package import Base
package import Files

extension LocalDrive {
    /// Opens the drive that a folder holds: makes what is missing of the system folders, moves aside what
    /// earlier runs left in `tmp`, and finds the transactions that a crash left open.
    ///
    /// - Parameter id: what `format.json` says; `folder` must be formatted.
    package static func open(
        _ folder: DriveFolder<F>,
        id: UUID,
        lane: any Lane,
        committer: any Committer,
        time: any TimeSource,
        randomness: any Randomness,
        configuration: DriveConfiguration = DriveConfiguration()
    ) async throws(DriveError) -> LocalDrive {
        guard case .formatted(let format) = folder.content else { throw .offline("not formatted") }
        let drive = LocalDrive(
            folder: folder,
            format: format,
            id: id,
            lane: lane,
            committer: committer,
            time: time,
            randomness: randomness,
            configuration: configuration
        )
        try await drive.recover()
        return drive
    }

    /// Writes `format.json` and the system folders into a folder that has none, then opens it.
    package static func format(
        _ folder: DriveFolder<F>,
        _ format: [UInt8],
        id: UUID,
        lane: any Lane,
        committer: any Committer,
        time: any TimeSource,
        randomness: any Randomness,
        configuration: DriveConfiguration = DriveConfiguration()
    ) async throws(DriveError) -> LocalDrive {
        let drive = LocalDrive(
            folder: folder,
            format: [],
            id: id,
            lane: lane,
            committer: committer,
            time: time,
            randomness: randomness,
            configuration: configuration
        )
        try await drive.onLane { tree throws(DriveError) in try tree.makeFolder(SystemPath.folder) }
        try await drive.writeFormat(format)
        try await drive.recover()
        return drive
    }

    /// Replaces `format.json`: after a crash it is the old one or the new one.
    package func writeFormat(_ format: [UInt8]) async throws(DriveError) {
        let draft = SystemPath.folder + "/\(newID())"
        try await onLane(writes: true) { tree throws(DriveError) in try tree.write(format, to: draft) }
        try await sync(.format)
        try await onLane(writes: true) { tree throws(DriveError) in
            try tree.move(draft, to: SystemPath.format, floor: SystemPath.folder)
        }
        state.withLock { $0.format = format }
        try await sync(.format)
    }

    private func recover() async throws(DriveError) {
        // What a killed process wrote is there to be read, but not yet there to stay.
        try await sync(.applied)
        let asideID = newID()
        let leftovers = try await onLane { tree throws(DriveError) in try tree.recover(aside: asideID) }
        state.withLock { state in
            for intent in leftovers.open {
                state.transactions[intent.id] = DriveTransaction(phase: .found, intent: intent)
            }
            for purge in leftovers.finished { state.finish(purge) }
            state.purgeable += leftovers.garbage.map { Purge(paths: [$0], record: nil) }
        }
        tidyLater()
    }
}

/// What an earlier run left in a drive's `tmp`.
struct DriveLeftovers: Sendable {
    /// Transactions to be finished or reverted.
    var open: [Intent] = []
    /// Finished ones whose leftovers go after the next sync.
    var finished: [Purge] = []
    /// Trees that nobody needs.
    var garbage: [String] = []
}

extension DriveTree {
    func recover(aside: UUID) throws(DriveError) -> DriveLeftovers {
        for folder in SystemPath.folders { try makeFolder(folder) }
        for folder in [SystemPath.temporary, SystemPath.trash] { try keepOpen(folder) }
        var leftovers = DriveLeftovers()
        var owned: Set<UUID> = []
        let entries = try list(SystemPath.temporary) ?? []
        for entry in entries where entry.kind == .file {
            guard let id = TransactionPaths.owner(of: entry.name) else { continue }
            let path = SystemPath.temporary + "/" + entry.name
            switch entry.name.dropFirst(36) {
            case TransactionPaths.intentSuffix:
                guard let intent = try intent(at: path, id) else { continue }
                leftovers.open.append(intent)
                owned.insert(id)
            case TransactionPaths.doneSuffix:
                guard let intent = try intent(at: path, id) else { continue }
                leftovers.finished.append(try finishAgain(intent))
                owned.insert(id)
            default: continue
            }
        }
        try moveAside(entries.map(\.name), owned, to: SystemPath.formerTemporary + "/\(aside)")
        leftovers.garbage += try garbage(in: SystemPath.formerTemporary, besides: [])
        leftovers.garbage += try garbage(in: SystemPath.trash, besides: owned)
        return leftovers
    }

    /// `nil` when it was not written whole: then nothing of it has been done.
    private func intent(at path: String, _ id: UUID) throws(DriveError) -> Intent? {
        guard let bytes = try readFile(path), let intent = Intent(decoding: bytes), intent.id == id else {
            return nil
        }
        return intent
    }

    private func moveAside(_ names: [String], _ owned: Set<UUID>, to folder: String) throws(DriveError) {
        for name in names where SystemPath.temporary + "/" + name != SystemPath.trash {
            if let owner = TransactionPaths.owner(of: name), owned.contains(owner) { continue }
            try makeFolder(folder)
            try move(SystemPath.temporary + "/" + name, to: folder + "/" + name, floor: folder)
        }
    }

    private func garbage(in folder: String, besides owned: Set<UUID>) throws(DriveError) -> [String] {
        (try list(folder) ?? []).map(\.name)
            .filter { name in TransactionPaths.owner(of: name).map { !owned.contains($0) } ?? true }
            .map { folder + "/" + $0 }
    }
}
