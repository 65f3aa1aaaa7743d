import Base
import Files
import XLMeta

/// What of a transaction is where.
enum IntentState: Sendable, Equatable {
    case prepared
    case applied
    case torn
    /// A later transaction has changed the object since: this one was settled before.
    case superseded
}

extension DriveTree {
    // Forward.

    /// Puts everything into place. Idempotent.
    func apply(_ intent: Intent) throws(DriveError) {
        for (index, move) in intent.moves.enumerated() {
            if move.isAside {
                try setAside(move, of: intent)
            } else {
                try apply(move, floor: intent.floor, isNew: intent.isNewObject && index == 0)
            }
        }
    }

    private func setAside(_ move: Move, of intent: Intent) throws(DriveError) {
        let place = try placeOfUnfit(move, in: intent)
        guard try exists(place) else { return }
        try self.move(place, to: move.keep, floor: SystemPath.temporary)
    }

    /// Where a part is that is to be left aside: a crash may have kept the later move of its folder and lost its own.
    private func placeOfUnfit(_ move: Move, in intent: Intent) throws(DriveError) -> String {
        guard let folder = intent.moves.last(where: \.isFolder), try !exists(folder.from) else {
            return move.to
        }
        return folder.to + "/" + FilePath.split(move.to).name
    }

    private func apply(_ move: Move, floor: String, isNew: Bool) throws(DriveError) {
        if move.isRemoval {
            guard try exists(move.to) else { return }
            return try self.move(move.to, to: move.keep, floor: SystemPath.temporary)
        }
        if move.isFolder, move.old != .nothing, try exists(move.from), try exists(move.to) {
            try self.move(move.to, to: move.keep, floor: SystemPath.trash)
        }
        do throws(DriveError) {
            try self.move(move.from, to: move.to, floor: floor, isNew: isNew)
        } catch {
            guard error == .notFound else { throw error }
            // Nothing waits any more: it has been applied, or its parent is gone.
            if try exists(move.from) { throw error }
            guard try holds(move.new, at: move.to) else {
                throw .corrupt("\(move.to): lost before its commit")
            }
        }
    }

    /// Everything that must be gone from sight when a transaction is finished, short of anything a revert
    /// would miss: folders are moved to the trash, and the intent gets its other name or goes.
    ///
    /// - Returns: what to remove once a sync has made the intent's end durable.
    func finish(_ intent: Intent) throws(DriveError) -> Purge {
        let paths = TransactionPaths(intent.id)
        let trashed = try trashReplaced(of: intent, paths)
        var purge = Purge(paths: trashed)
        for move in intent.moves where move.old != .nothing { purge.paths.append(move.keep) }
        if intent.moves.contains(where: { $0.from.hasPrefix(paths.folder + "/") }) {
            purge.paths.append(paths.folder)
        }
        // A folder that goes is gone for good only after a sync: until then the record tells of it.
        if intent.replaced.isEmpty, intent.upload == nil, !intent.removesObject {
            try retireIntent(paths.intent)
        } else {
            try self.move(paths.intent, to: paths.done, floor: SystemPath.temporary)
            purge.record = paths.done
        }
        if intent.removesObject, let place = intent.moves.last?.to {
            try prune(FilePath.split(place).parent, floor: intent.floor)
        }
        return purge
    }

    /// ``finish(_:)`` for a transaction of an earlier run, which may have been passed over half done. A folder that
    /// a version refers to is left alone.
    func finishFound(_ intent: Intent) throws(DriveError) -> Purge {
        let paths = TransactionPaths(intent.id)
        var purge = try finish(withoutReferred(intent))
        purge.paths += [paths.previous, paths.previousPart, paths.metadata, paths.folder]
        return purge
    }

    /// The end of ``finish(_:)`` for a completed upload, once the intent's end is durable: drops what the
    /// data directory must not keep, and the upload. Idempotent.
    func dropUpload(of intent: Intent) throws(DriveError) -> [String] {
        guard let upload = intent.upload, let listed = intent.listedParts,
            let data = intent.moves.last(where: \.isFolder)
        else {
            return []
        }
        let names = Set(listed.map { "part.\($0)" })
        for entry in try list(data.to) ?? [] where entry.kind == .file && !names.contains(entry.name) {
            guard PartName.number(of: entry.name) != nil else { continue }
            try removeFileIfThere(data.to + "/" + entry.name)
        }
        let trash = TransactionPaths(intent.id).trashed("upload")
        try moveIfThere(upload, to: trash)
        try prune(FilePath.split(upload).parent, floor: SystemPath.multipart)
        return [trash]
    }

    private func trashReplaced(of intent: Intent, _ paths: TransactionPaths) throws(DriveError) -> [String] {
        var trashed: [String] = []
        for folder in intent.replaced {
            let trash = paths.trash(of: folder)
            try moveIfThere(folder, to: trash)
            trashed.append(trash)
        }
        return trashed
    }

    func moveIfThere(_ from: String, to path: String) throws(DriveError) {
        do throws(DriveError) {
            try move(from, to: path, floor: SystemPath.trash)
        } catch {
            guard error == .notFound else { throw error }
        }
    }

    /// The intent without those replaced folders that a version refers to, or may refer to.
    func withoutReferred(_ intent: Intent) throws(DriveError) -> Intent {
        guard !intent.replaced.isEmpty, let place = intent.moves.last?.to, let bytes = try readFile(place)
        else {
            return intent
        }
        var intent = intent
        do throws(XLMetaError) {
            let file = try XLMetaFile(parsingMetadataOf: bytes)
            intent.replaced.removeAll { folder in
                UUID(FilePath.split(folder).name).map(file.refersToDataDirectory) ?? true
            }
        } catch {
            // What cannot be read may refer to anything.
            intent.replaced = []
        }
        return intent
    }

    /// What a finish that a crash interrupted has left to do: see ``finish(_:)``.
    ///
    /// A folder that a version refers to is left alone, whatever the record says.
    func finishAgain(_ intent: Intent) throws(DriveError) -> Purge {
        let paths = TransactionPaths(intent.id)
        var purge = Purge(
            paths: [paths.previous, paths.previousPart, paths.metadata, paths.folder],
            record: paths.done
        )
        purge.paths += intent.moves.filter(\.isAside).map(\.keep)
        purge.paths += try trashReplaced(of: withoutReferred(intent), paths)
        purge.paths += try dropUpload(of: intent)
        if intent.removesObject, let place = intent.moves.last?.to {
            try prune(FilePath.split(place).parent, floor: intent.floor)
        }
        return purge
    }

    // Back.

    /// Brings the old state back, from whatever a crash has left. Idempotent.
    ///
    /// - Throws: ``DriveError/corrupt(_:)`` when the old state is lost, which no crash alone can do.
    func revert(_ intent: Intent) throws(DriveError) {
        // The move that shows the transaction comes last; a later one on top of it has the last word.
        if let shown = intent.moves.last, try isSuperseded(shown) { return }
        // An upload that has ended since took its parts with it.
        if case .part = intent.effect, try !exists(intent.floor) { return }
        try restoreReplaced(of: intent)
        for move in intent.moves.reversed() { try revert(move, floor: intent.floor) }
        if let shown = intent.moves.last, shown.old == .nothing {
            try prune(FilePath.split(shown.to).parent, floor: intent.floor)
        }
    }

    private func restoreReplaced(of intent: Intent) throws(DriveError) {
        let paths = TransactionPaths(intent.id)
        for folder in intent.replaced {
            let trash = paths.trash(of: folder)
            guard try exists(trash), try !exists(folder) else { continue }
            try move(trash, to: folder, floor: intent.floor)
        }
    }

    private func revert(_ move: Move, floor: String) throws(DriveError) {
        if move.isRemoval {
            guard try exists(move.keep), try !exists(move.to) else { return }
            // An upload's folders are there or gone for good; they are not made anew for a part.
            let floor = move.isAside ? FilePath.split(move.to).parent : floor
            return try self.move(move.keep, to: move.to, floor: floor)
        }
        if move.isFolder { return try revertFolder(move, floor: floor) }
        if try exists(move.from) { return }
        if move.old == .nothing {
            guard try holds(move.new, at: move.to) else { return }
            return try self.move(move.to, to: move.from, floor: SystemPath.temporary)
        }
        if try exists(move.keep) {
            // Over a second name of the same file this does nothing, and nothing is to be done.
            return try self.move(move.keep, to: move.to, floor: floor)
        }
        guard try holds(move.old, at: move.to) else {
            throw .corrupt("\(move.to): what was replaced is gone")
        }
    }

    private func revertFolder(_ move: Move, floor: String) throws(DriveError) {
        let isKept = try exists(move.keep)
        if try !exists(move.from), try exists(move.to), isKept || move.old == .nothing {
            try self.move(move.to, to: move.from, floor: FilePath.split(move.from).parent)
        }
        if isKept, try !exists(move.to) { try self.move(move.keep, to: move.to, floor: floor) }
    }

    /// Whether the place holds neither what the transaction found nor what it wrote, and is whole.
    private func isSuperseded(_ move: Move) throws(DriveError) -> Bool {
        guard let bytes = try readFile(move.to) else { return false }
        let content = Move.Content.file(Fingerprint(bytes))
        if content == move.new || content == move.old { return false }
        guard FilePath.split(move.to).name == SystemPath.metadataName else { return true }
        do throws(XLMetaError) {
            _ = try XLMetaFile(parsing: bytes)
            return true
        } catch {
            // Damaged: what the transaction kept of the old state is still worth something.
            return false
        }
    }

    /// Removes everything that was staged. Only when no intent can come back.
    func discard(_ id: UUID) throws(DriveError) {
        let paths = TransactionPaths(id)
        for path in [paths.metadata, paths.previous, paths.previousPart] { try removeFileIfThere(path) }
        try removeTree(paths.folder)
    }

    // Looking.

    /// Where a transaction stands, checked byte by byte.
    func state(of intent: Intent) throws(DriveError) -> IntentState {
        if let shown = intent.moves.last, try isSuperseded(shown) { return .superseded }
        var isApplied = true
        for move in intent.moves {
            if try isInPlace(move, of: intent) { continue }
            isApplied = false
            guard try canApply(move, of: intent) else { return .torn }
        }
        return isApplied ? .applied : .prepared
    }

    private func isInPlace(_ move: Move, of intent: Intent) throws(DriveError) -> Bool {
        if move.isAside {
            if try exists(placeOfUnfit(move, in: intent)) { return false }
            return try exists(move.keep)
        }
        if move.isRemoval {
            if try exists(move.to) { return false }
            return try exists(move.keep)
        }
        if try exists(move.from) { return false }
        return try holds(move.new, at: move.to)
    }

    private func canApply(_ move: Move, of intent: Intent) throws(DriveError) -> Bool {
        if move.isAside { return try holds(move.old, at: placeOfUnfit(move, in: intent)) }
        if move.isRemoval { return try holds(move.old, at: move.to) }
        guard try holds(move.new, at: move.from) else { return false }
        if move.isFolder { return true }
        return try holds(move.old, at: move.to)
    }
}
