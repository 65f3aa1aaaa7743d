import Base
import Drives
import XLMeta

/// One folder of a volume as all drives together see it, entry by entry in bytewise order.
struct MergedFolder {
    struct Entry {
        let key: String
        let hasChildren: Bool
        /// For each set: what its drives say of the object of that very key. Sets whose drives all lack it are
        /// left out.
        let copies: [(set: ErasureSet, answers: [VersionAnswer])]

        var isObject: Bool { !copies.isEmpty }
    }

    private let volume: String
    private let directory: String
    private let prefix: String
    private let limit: Int
    private var streams: [SetStream]

    /// - Parameter limit: entries to read from a drive at a time.
    init(
        sets: [ErasureSet],
        volume: String,
        directory: String,
        prefix: String = "",
        after: String? = nil,
        limit: Int = 1000
    ) {
        self.volume = volume
        self.directory = directory
        self.prefix = prefix
        self.limit = limit
        streams = sets.map { SetStream(set: $0, after: after) }
    }

    mutating func next() async throws(EngineError) -> Entry? {
        for index in streams.indices {
            try await streams[index].fill(volume, directory, prefix, limit)
        }
        guard let key = streams.compactMap(\.nextKey).min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        else { return nil }
        var copies: [(ErasureSet, [VersionAnswer])] = []
        var hasChildren = false
        for index in streams.indices {
            guard let (answers, children) = streams[index].take(key) else { continue }
            hasChildren = hasChildren || children
            if let answers { copies.append((streams[index].set, answers)) }
        }
        return Entry(key: key, hasChildren: hasChildren, copies: copies)
    }
}

/// The pages of one folder from the drives of one set.
private struct SetStream {
    let set: ErasureSet
    private var pages: [DrivePages]

    init(set: ErasureSet, after: String?) {
        self.set = set
        pages = set.slots.map { DrivePages(slot: $0, after: after) }
    }

    /// The smallest key any drive has next.
    var nextKey: String? {
        pages.compactMap(\.nextKey).min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Reads the next page of every drive that has run out of entries.
    ///
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` when so many drives fail that keys could be
    ///   missed.
    mutating func fill(
        _ volume: String,
        _ directory: String,
        _ prefix: String,
        _ limit: Int
    ) async throws(EngineError) {
        let hungry = pages.indices.filter { pages[$0].needsMore }
        guard !hungry.isEmpty else { return }
        let starts = Dictionary(uniqueKeysWithValues: hungry.map { ($0, pages[$0].after) })
        let required = set.driveCount - set.standardWriteQuorum + 1
        // Drives that still have entries have answered already.
        let suppliedCount = pages.count { !$0.hasFailed && !$0.needsMore }
        let aliveCount = pages.count { !$0.hasFailed }
        let results = await ask(
            hungry.map { set.slots[$0] },
            within: set.patience,
            deadlines: set.deadlines
        ) { results in
            // The grace period starts when most of those who may answer have, and no key can be missed.
            let availableCount = suppliedCount + results.count { $0?.isListing ?? false }
            return availableCount >= required && availableCount > aliveCount / 2 ? .enough : .askOn
        } _: { slot, drive throws(DriveError) in
            try await drive.list(
                DirectoryRequest(
                    volume: volume,
                    directory: directory,
                    after: starts[slot.position] ?? nil,
                    prefix: prefix,
                    limit: limit
                )
            )
        }
        for (index, result) in zip(hungry, results) { pages[index].accept(result) }
        let available = pages.count { !$0.hasFailed }
        guard available >= required else {
            throw .readQuorumLost(available: available, required: required)
        }
    }

    /// Takes the entry `key` from every drive that has it.
    ///
    /// - Returns: what the drives say of an object of that key (`nil` if none has one), and whether any has a folder.
    mutating func take(_ key: String) -> (answers: [VersionAnswer]?, hasChildren: Bool)? {
        var answers: [VersionAnswer] = []
        var (sawEntry, sawObject, hasChildren) = (false, false, false)
        for index in pages.indices {
            guard let entry = pages[index].take(key) else {
                answers.append(pages[index].hasFailed ? .unknown : .absent)
                continue
            }
            sawEntry = true
            hasChildren = hasChildren || entry.hasChildren
            guard let bytes = entry.xlMeta else {
                answers.append(.absent)
                continue
            }
            sawObject = true
            do throws(XLMetaError) {
                let file = try XLMetaFile(parsingMetadataOf: bytes)
                answers.append(file.entries.isEmpty ? .absent : .file(file))
            } catch { answers.append(.unreadable(error)) }
        }
        return sawEntry ? (sawObject ? answers : nil, hasChildren) : nil
    }
}

/// The pages of one folder from one drive.
private struct DrivePages {
    let slot: DriveSlot
    private(set) var after: String?
    private(set) var hasFailed = false
    private var entries: ArraySlice<DirectoryPage.Entry> = []
    private var isComplete = false

    init(slot: DriveSlot, after: String?) {
        self.slot = slot
        self.after = after
    }

    var needsMore: Bool { entries.isEmpty && !isComplete && !hasFailed }
    var nextKey: String? { entries.first?.key }

    mutating func accept(_ result: DriveResult<DirectoryPage>?) {
        switch result {
        case .success(let page):
            entries = page.entries[...]
            isComplete = page.isComplete
            after = page.entries.last?.key ?? after
        case .failure where result?.isListing == true:
            isComplete = true
        case .failure, nil:
            hasFailed = true
        }
    }

    mutating func take(_ key: String) -> DirectoryPage.Entry? {
        guard let first = entries.first, first.key.utf8.elementsEqual(key.utf8) else { return nil }
        return entries.removeFirst()
    }
}

extension DriveResult<DirectoryPage> {
    /// Whether the drive said what it has of the folder: a page, or that there is no such folder.
    fileprivate var isListing: Bool {
        switch self {
        case .success, .failure(.notFound), .failure(.volumeNotFound), .failure(.unstorableName): true
        case .failure: false
        }
    }
}
