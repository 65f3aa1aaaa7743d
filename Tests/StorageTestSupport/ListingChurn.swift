import Base
package import Engine
import TestSupport
import Topology

/// Clients that list a bucket page by page while others put and delete keys beside, above and below those that stay.
///
/// What stays is on every listing, once and in order; nothing is that nobody ever put.
package struct ListingChurn: Sendable {
    package var keyCount = 60
    package var writerCount = 3
    package var stepCount = 40
    package var listerCount = 2
    package let seed: UInt64

    private static let bucket = "churn"

    package init(seed: UInt64) { self.seed = seed }

    /// What becomes of a key.
    private enum Fate: Sendable, CaseIterable {
        /// One version, never touched.
        case stays
        /// The null version, replaced again and again.
        case overwritten
        /// Two versions that stay, while newer ones are put on top and go.
        case grows
        /// Two versions and a marker that stay.
        case hidden
        case comesAndGoes
    }

    private struct Keys: Sendable {
        var byFate: [Fate: [String]] = [:]
        /// What is there throughout.
        var staying: [ListingModel.Item] = []
        var uploads: [ListingModel.Item] = []
        /// All that can ever be there.
        var known: Set<Octets> = []

        func random(_ fate: Fate, _ random: inout SeededGenerator) -> String {
            guard let key = byFate[fate]?.randomElement(using: &random) else {
                preconditionFailure("too few keys")
            }
            return key
        }
    }

    /// Makes the bucket, and lists it for as long as it is changed.
    ///
    /// - Returns: what was wrong, in words.
    package func violations(on engine: Engine) async throws -> [String] {
        let keys = try await prepared(on: engine)
        let writersLeft = Locked(writerCount)
        return try await withThrowingTaskGroup(of: [String].self) { group in
            for writer in 0..<UInt64(writerCount) {
                group.addTask {
                    defer { writersLeft.withLock { $0 -= 1 } }
                    try await write(keys, on: engine, SeededGenerator(seed: seed &* 100 &+ writer))
                    return []
                }
            }
            for lister in 0..<UInt64(listerCount) {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 100 &+ 50 &+ lister)
                    var violations: [String] = []
                    repeat {
                        if let violation = try await list(keys, on: engine, &random) {
                            violations.append("seed \(seed): \(violation)")
                        }
                    } while writersLeft.withLock { $0 > 0 } && violations.count < 3
                    return violations
                }
            }
            var violations: [String] = []
            for try await found in group { violations += found }
            return violations
        }
    }

    private func prepared(on engine: Engine) async throws -> Keys {
        try await engine.makeBucket(Self.bucket)
        var random = RandomKeys(seed: seed)
        let all = random.keys(keyCount)
        var keys = Keys()
        keys.known = Set(all.map { Octets($0) })
        for (index, key) in all.enumerated() {
            // As many come and go as stay.
            let fate = index % 2 == 0 ? Fate.comesAndGoes : Fate.allCases[index / 2 % 4]
            keys.byFate[fate, default: []].append(key)
            let versions = try await prepare(key, fate, on: engine)
            for (position, version) in versions.enumerated() {
                keys.staying.append(
                    ListingModel.Item(
                        Octets(key),
                        id: "\(version.id)",
                        isLatest: position == 0,
                        isDeleteMarker: version.isMarker
                    )
                )
            }
            guard index % 8 == 1 else { continue }
            keys.uploads.append(ListingModel.Item(Octets(key), id: try await makeUpload(key, on: engine)))
        }
        return keys
    }

    /// - Returns: the versions that stay, from the newest.
    private func prepare(
        _ key: String,
        _ fate: Fate,
        on engine: Engine
    ) async throws -> [(id: UUID, isMarker: Bool)] {
        switch fate {
        case .comesAndGoes: return []
        case .stays, .overwritten: return [(try await engine.putForListing(Self.bucket, key), false)]
        case .grows, .hidden:
            let old = try await engine.putForListing(Self.bucket, key, as: .new)
            let new = try await engine.putForListing(Self.bucket, key, as: .new)
            guard fate == .hidden else { return [(new, false), (old, false)] }
            let marker = try await engine.delete(bucket: Self.bucket, key: key, .marker(.new)).markerID
            guard let marker else { preconditionFailure("a marker was asked for") }
            return [(marker, true), (new, false), (old, false)]
        }
    }

    private func makeUpload(_ key: String, on engine: Engine) async throws -> String {
        try await engine.makeUpload(
            bucket: Self.bucket,
            key: key,
            metadata: ObjectMetadata(user: []),
            storageClass: .standard
        ).id
    }

    // Changes.

    private func write(_ keys: Keys, on engine: Engine, _ random: SeededGenerator) async throws {
        var random = random
        var added: [(key: String, id: UUID)] = []
        for _ in 0..<stepCount {
            let key = keys.random(.comesAndGoes, &random)
            let choice: VersionChoice = Bool.random(using: &random) ? .null : .new
            switch Int.random(in: 0..<16, using: &random) {
            case 0...3: try await engine.putForListing(Self.bucket, key, as: choice)
            case 4...6: _ = try await engine.delete(bucket: Self.bucket, key: key, .version(.zero))
            case 7: _ = try await engine.delete(bucket: Self.bucket, key: key, .marker(choice))
            case 8...10:
                try await engine.putForListing(Self.bucket, keys.random(.overwritten, &random), as: .null)
            case 11...12:
                let grown = keys.random(.grows, &random)
                added.append((grown, try await engine.putForListing(Self.bucket, grown, as: .new)))
            case 13:
                guard let last = added.popLast() else { continue }
                _ = try await engine.delete(bucket: Self.bucket, key: last.key, .version(last.id))
            default:
                let upload = try await makeUpload(key, on: engine)
                try await engine.abort(bucket: Self.bucket, key: key, uploadID: upload)
            }
        }
    }

    // Listings.

    private enum Kind: CaseIterable { case keys, versions, uploads }

    private func list(
        _ keys: Keys,
        on engine: Engine,
        _ random: inout SeededGenerator
    ) async throws -> String? {
        let kind = Kind.allCases.randomElement(using: &random) ?? .keys
        let limit = [1, 2, 7, 1000].randomElement(using: &random) ?? 1
        var query = ListingModel.Query()
        if Int.random(in: 0..<3, using: &random) > 0 { query.delimiter = "/" }
        if Int.random(in: 0..<3, using: &random) == 0, let key = keys.known.randomElement(using: &random) {
            query.prefix = key.cut(behindFirst: Octets("/"), from: 0)?.text ?? ""
        }
        let listed: [ListingModel.Entry]
        let wanted: [ListingModel.Entry]
        switch kind {
        case .keys:
            wanted = ListingModel(keys.staying).newest.entries(query)
            listed = try await pages(query) { try await engine.modelPage(of: Self.bucket, $0, limit: limit) }
        case .versions:
            wanted = ListingModel(keys.staying.map(\.whateverIsOnTop)).entries(query)
            listed = try await pages(query) {
                var page = try await engine.modelPageOfVersions(of: Self.bucket, $0, limit: limit)
                page.entries = page.entries.map(\.whateverIsOnTop)
                return page
            }
        case .uploads:
            wanted = ListingModel(keys.uploads).entries(query)
            listed = try await pages(query) {
                try await engine.modelPageOfUploads(of: Self.bucket, $0, limit: limit)
            }
        }
        guard let violation = violation(in: listed, wanted, keys, query) else { return nil }
        return "\(kind), \(query), pages of \(limit): \(violation)"
    }

    private func pages(
        _ query: ListingModel.Query,
        _ ask: (ListingModel.Query) async throws -> ListingModel.Page
    ) async throws -> [ListingModel.Entry] {
        var query = query
        var entries: [ListingModel.Entry] = []
        while true {
            let page = try await ask(query)
            entries += page.entries
            guard page.isTruncated else { return entries }
            (query.after, query.afterID) = (page.next, page.nextID)
        }
    }

    private func violation(
        in listed: [ListingModel.Entry],
        _ wanted: [ListingModel.Entry],
        _ keys: Keys,
        _ query: ListingModel.Query
    ) -> String? {
        for (left, right) in zip(listed, listed.dropFirst()) where right.name < left.name {
            return "\(right) comes behind \(left)"
        }
        let staying = Set(wanted)
        let found = listed.filter { staying.contains($0) }
        guard found == wanted else { return "of what stays \(found) is listed, and not \(wanted)" }
        // A version that goes while it is where a page has ended lets the next page begin with its key again.
        var seen: Set<ListingModel.Entry> = []
        for entry in listed where !entry.isVersion && !seen.insert(entry).inserted {
            return "\(entry) is listed twice"
        }
        let known = ListingModel(keys.known.map { ListingModel.Item($0) })
        let possible = Set(known.entries(query).map(\.name))
        for entry in listed where !possible.contains(entry.name) { return "nobody ever put \(entry)" }
        return nil
    }
}

extension ListingModel.Item {
    /// The same where it does not matter which version is the newest.
    fileprivate var whateverIsOnTop: Self {
        var item = self
        item.isLatest = false
        return item
    }
}

extension ListingModel.Entry {
    fileprivate var whateverIsOnTop: Self {
        switch self {
        case .item(let item): .item(item.whateverIsOnTop)
        case .commonPrefix: self
        }
    }

    /// Of a listing of versions, or an upload.
    fileprivate var isVersion: Bool {
        switch self {
        case .item(let item): !item.id.isEmpty
        case .commonPrefix: false
        }
    }
}
