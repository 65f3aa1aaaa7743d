import Base
import Drives
import XLMeta

/// One listing on its way through the folders of a bucket.
///
///     folder "a/"   drive 1:  b   c/  d
///                   drive 2:  b   c/      ──▶  b (quorum) · c/ (descend or fold) · d (quorum decides)
///                   drive 3:  b   c/  d
///
/// Folders are read page by page on all drives of all sets at once and merged in bytewise order of the keys, so
/// memory is a page for each level, whatever the bucket holds.
struct Listing {
    private let engine: Engine
    private let bucket: String
    private let request: ListRequest
    private var entries: [ListPage.Entry] = []
    private var isTruncated = false
    private var last: String?
    private var lastVersion: UUID?

    init(engine: Engine, bucket: String, request: ListRequest) {
        self.engine = engine
        self.bucket = bucket
        self.request = request
    }

    mutating func run() async throws(EngineError) -> ListPage {
        if request.limit > 0 {
            try await addRestOfMarkedKey()
            try await walk(Self.parent(of: request.prefix))
        }
        return ListPage(entries: entries, isTruncated: isTruncated, last: last, lastVersion: lastVersion)
    }

    /// The folder in which keys that start with `prefix` begin: `a/` for `a/b` and for `a/b/`.
    private static func parent(of prefix: String) -> String {
        let body = prefix.utf8.dropLast(prefix.utf8.last == UInt8(ascii: "/") ? 1 : 0)
        guard let slash = body.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        // Up to the byte: a range of the string goes on to the end of the character that the slash is in.
        return String(prefix[..<prefix.utf8.index(after: slash)])
    }

    /// Lists a folder and what is below it, in order, until the page is full.
    private mutating func walk(_ directory: String) async throws(EngineError) {
        var folder = MergedFolder(
            sets: engine.allSets,
            volume: bucket,
            directory: directory,
            prefix: remainder(of: request.prefix, below: directory),
            after: startAfter(in: directory),
            limit: max(2, min(request.limit - entries.count + 1, 1000))
        )
        while !isTruncated, let entry = try await folder.next() {
            let key = directory + entry.key
            if entry.isObject, key.isAfter(request.after) { try await add(key, entry) }
            if entry.hasChildren, !isTruncated { try await visit(key) }
        }
    }

    /// A folder: descended into, or folded into a common prefix if anything is below it.
    private mutating func visit(_ directory: String) async throws(EngineError) {
        guard mayHoldMatches(directory) else { return }
        guard let prefix = commonPrefix(of: directory) else { return try await walk(directory) }
        guard !isFolded(prefix) else { return }
        var probe = ListRequest()
        probe.scope = request.scope
        probe.prefix = prefix
        probe.after = request.after
        probe.limit = 1
        var below = Listing(engine: engine, bucket: bucket, request: probe)
        if !(try await below.run()).entries.isEmpty { add(commonPrefix: prefix) }
    }

    private mutating func add(_ key: String, _ entry: MergedFolder.Entry) async throws(EngineError) {
        switch request.scope {
        case .newest:
            guard let version = try await engine.listedVersion(bucket, key, entry) else { return }
            add(version, isLatest: true)
        case .versions:
            for listed in try await engine.listedVersions(bucket, key, entry, countMax: countLeft) {
                add(listed.version, isLatest: listed.isLatest)
            }
        }
    }

    /// The rest of the versions of the key that the page before has ended with.
    private mutating func addRestOfMarkedKey() async throws(EngineError) {
        guard case .versions(after: let marker?) = request.scope, let key = request.after,
            key.starts(withBytesOf: request.prefix), commonPrefix(of: key) == nil
        else { return }
        for listed in try await engine.versions(of: key, in: bucket, after: marker, countMax: countLeft) {
            add(listed.version, isLatest: listed.isLatest)
        }
    }

    /// One more than there is room for tells that the page is cut.
    private var countLeft: Int { request.limit - entries.count + 1 }

    private mutating func add(_ version: ObjectVersion, isLatest: Bool) {
        if let prefix = commonPrefix(of: version.key) {
            if !isFolded(prefix) { add(commonPrefix: prefix) }
            return
        }
        guard hasRoom() else { return }
        entries.append(.object(version, isLatest: isLatest))
        last = version.key
        lastVersion = version.id
    }

    private mutating func add(commonPrefix prefix: String) {
        guard hasRoom() else { return }
        entries.append(.commonPrefix(prefix))
        last = prefix
        lastVersion = nil
    }

    private mutating func hasRoom() -> Bool {
        if entries.count == request.limit { isTruncated = true }
        return !isTruncated
    }

    /// Whether a common prefix is already on this page or was on the one before.
    private func isFolded(_ prefix: String) -> Bool {
        if case .commonPrefix(let latest)? = entries.last, latest.isSame(as: prefix) { return true }
        return request.after?.isSame(as: prefix) == true
    }

    /// The part of a key up to the first delimiter behind the prefix, `nil` if there is none.
    private func commonPrefix(of key: String) -> String? {
        key.commonPrefix(behind: request.prefix, delimiter: request.delimiter)
    }

    /// Whether keys below a folder can match the prefix and come after the start.
    private func mayHoldMatches(_ directory: String) -> Bool {
        guard directory.starts(withBytesOf: request.prefix) || request.prefix.starts(withBytesOf: directory)
        else { return false }
        guard let after = request.after else { return true }
        return directory.isAfter(after) || after.starts(withBytesOf: directory)
    }

    /// What is left of the prefix for the entries of a folder: `b` in `a/` for `a/b`.
    private func remainder(of prefix: String, below directory: String) -> String {
        guard prefix.utf8.count > directory.utf8.count else { return "" }
        return String(decoding: prefix.utf8.dropFirst(directory.utf8.count), as: UTF8.self)
    }

    /// Entries up to this one need not be read: the first segment of the start within the folder.
    private func startAfter(in directory: String) -> String? {
        guard let after = request.after, after.starts(withBytesOf: directory) else { return nil }
        let rest = after.utf8.dropFirst(directory.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return String(rest) }
        // `a/` itself may hold what follows `a/b`; everything before it may not.
        return String(rest[..<slash])
    }
}
