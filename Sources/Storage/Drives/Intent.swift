import Base

/// What a transaction does to this drive, written down before it is done.
///
/// A transaction is a list of moves. Each is one rename, so each has happened or not, in any combination
/// after a crash; where a file is tells which. Applying goes through the moves in order, taking back in the
/// opposite order, and both pass over what is as it should be.
struct Intent: Sendable, Equatable {
    var id: UUID
    /// As in ``Transaction``.
    var sequence: UInt64
    var path: ObjectPath
    /// How another drive of the set, which has finished it, can be recognised.
    var effect: OpenTransaction.Effect
    /// The `k` of what it writes or removes.
    var dataShards: Int
    var setDriveCount: Int
    var moves: [Move]
    /// Data directories, as paths, that no version refers to once it is applied.
    var replaced: [String] = []
    /// The pending upload that goes when it is finished.
    var upload: String?
    /// The numbers of the only parts that the first move's folder may keep.
    var listedParts: [Int]?
    /// The folder that must exist for it and is never made or removed by it.
    var floor: String
    /// Whether the object's folder may be empty afterwards.
    var removesObject = false

    /// Whether its object is most likely not there yet, nor the object's folder.
    var isNewObject: Bool {
        switch effect {
        case .version, .marker: moves.last?.old == .nothing
        case .amendment, .removal, .part: false
        }
    }
}

/// One rename of a transaction.
struct Move: Sendable, Equatable {
    /// What is at a place, before or after.
    enum Content: Sendable, Equatable {
        case nothing
        case file(Fingerprint)
        case part(StagedPart)
        /// A folder with these part files; other files in it do not matter.
        case folder([StagedPart])
    }

    /// Where the new content waits. For a removal nothing does.
    var from: String
    var to: String
    /// Where the old content stays until the transaction is finished: a second name for files, else moved.
    var keep: String
    var new: Content
    var old: Content

    var isRemoval: Bool { new == .nothing }
    var isFolder: Bool { if case .folder = new { true } else { false } }
    /// Whether it takes a part out of an upload's data directory, before that is moved.
    var isAside: Bool { if case .part = old { isRemoval } else { false } }
}
