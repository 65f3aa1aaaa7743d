import Base
package import Engine
package import TestSupport

/// What S3 lists, from a plain list of what there is.
///
///     sorted by key, of a key as given ─▶ behind the marker ─▶ with the prefix ─▶ folded at the delimiter ─▶ pages
package struct ListingModel: Sendable {
    /// A version, a delete marker or an upload.
    package struct Item: Hashable, Sendable {
        package var key: Octets
        /// Of the version or the upload; empty where only the newest versions are listed.
        package var id: String
        package var isLatest: Bool
        package var isDeleteMarker: Bool

        package init(_ key: Octets, id: String = "", isLatest: Bool = true, isDeleteMarker: Bool = false) {
            (self.key, self.id) = (key, id)
            (self.isLatest, self.isDeleteMarker) = (isLatest, isDeleteMarker)
        }
    }

    package enum Entry: Hashable, Sendable {
        case item(Item)
        case commonPrefix(Octets)

        package var name: Octets {
            switch self {
            case .item(let item): item.key
            case .commonPrefix(let prefix): prefix
            }
        }
    }

    package struct Query: Sendable {
        package var prefix = ""
        /// Empty: none.
        package var delimiter = ""
        package var after: String?
        /// Of the key `after`.
        package var afterID: String?

        package init(
            prefix: String = "",
            delimiter: String = "",
            after: String? = nil,
            afterID: String? = nil
        ) {
            (self.prefix, self.delimiter, self.after, self.afterID) = (prefix, delimiter, after, afterID)
        }
    }

    /// An answer, to be compared.
    package struct Page: Sendable {
        package var entries: [Entry]
        package var isTruncated: Bool
        /// What the client is to send for the next page.
        package var next: String?
        package var nextID: String?

        package init(_ entries: [Entry], isTruncated: Bool, next: String?, nextID: String? = nil) {
            (self.entries, self.isTruncated, self.next, self.nextID) = (entries, isTruncated, next, nextID)
        }
    }

    package let items: [Item]

    /// - Parameter items: those of one key in the order in which they are listed.
    package init(_ items: [Item]) {
        self.items = items.enumerated().sorted { left, right in
            left.element.key == right.element.key
                ? left.offset < right.offset : left.element.key < right.element.key
        }.map(\.element)
    }

    /// The newest version of each key that is no delete marker.
    package var newest: Self { Self(items.filter { $0.isLatest && !$0.isDeleteMarker }.map { Item($0.key) }) }

    /// Everything behind the query's marker, on one page of any length.
    package func entries(_ query: Query) -> [Entry] {
        let (prefix, delimiter) = (Octets(query.prefix), Octets(query.delimiter))
        let after = query.after.map { Octets($0) }
        var entries: [Entry] = []
        var hasPassedID = false
        for item in items where item.key.starts(with: prefix) {
            if let after {
                if item.key < after { continue }
                if item.key == after {
                    guard query.afterID != nil, hasPassedID else {
                        hasPassedID = hasPassedID || item.id == query.afterID
                        continue
                    }
                }
            }
            guard let folded = item.key.cut(behindFirst: delimiter, from: prefix.bytes.count) else {
                entries.append(.item(item))
                continue
            }
            // A marker that is a common prefix stands for everything below it.
            if folded != after, entries.last != .commonPrefix(folded) {
                entries.append(.commonPrefix(folded))
            }
        }
        return entries
    }

    /// Follows a listing to its end.
    ///
    /// - Parameter ask: answers a page of at most `limit` entries.
    /// - Returns: the first page that is not the model's, in words; `nil` where all are.
    package func difference(
        _ query: Query,
        limit: Int,
        _ ask: (Query, Int) async throws -> Page
    ) async throws -> String? {
        let wanted = entries(query)
        var query = query
        var offset = 0
        while true {
            let page = try await ask(query, limit)
            let expected = Array(wanted[offset..<min(offset + limit, wanted.count)])
            offset += expected.count
            guard page.entries == expected else {
                let same = zip(page.entries, expected).prefix { $0 == $1 }.count
                let (left, right) = (page.entries.dropFirst(same).first, expected.dropFirst(same).first)
                return "\(query), pages of \(limit): \(left, or: "the end"), and not \(right, or: "the end")"
            }
            guard page.isTruncated == (offset < wanted.count) else {
                return "\(query), pages of \(limit): truncated is \(page.isTruncated)"
            }
            guard page.isTruncated else { return nil }
            guard let next = page.next, Octets(next) == expected.last?.name else {
                return "\(query), pages of \(limit): goes on behind \(page.next ?? "nothing")"
            }
            (query.after, query.afterID) = (next, page.nextID)
        }
    }
}

extension Engine {
    /// A page of keys, as the model has it.
    package func modelPage(
        of bucket: String,
        _ query: ListingModel.Query,
        limit: Int
    ) async throws(EngineError) -> ListingModel.Page {
        let page = try await list(bucket: bucket, ListRequest(query, .newest, limit: limit))
        let entries = page.entries.map { entry -> ListingModel.Entry in
            switch entry {
            case .object(let version, _): .item(ListingModel.Item(Octets(version.key)))
            case .commonPrefix(let prefix): .commonPrefix(Octets(prefix))
            }
        }
        return ListingModel.Page(entries, isTruncated: page.isTruncated, next: page.last)
    }

    /// A page of versions; their ids are those of ``UUID``.
    package func modelPageOfVersions(
        of bucket: String,
        _ query: ListingModel.Query,
        limit: Int
    ) async throws(EngineError) -> ListingModel.Page {
        let scope = ListRequest.Scope.versions(after: query.afterID.flatMap { UUID($0) })
        let page = try await list(bucket: bucket, ListRequest(query, scope, limit: limit))
        let entries = page.entries.map { entry -> ListingModel.Entry in
            switch entry {
            case .object(let version, let isLatest):
                .item(
                    ListingModel.Item(
                        Octets(version.key),
                        id: "\(version.id)",
                        isLatest: isLatest,
                        isDeleteMarker: version.isDeleteMarker
                    )
                )
            case .commonPrefix(let prefix): .commonPrefix(Octets(prefix))
            }
        }
        return ListingModel.Page(
            entries,
            isTruncated: page.isTruncated,
            next: page.last,
            nextID: page.lastVersion.map { "\($0)" }
        )
    }

    /// A page of pending uploads: uploads and common prefixes in one order.
    package func modelPageOfUploads(
        of bucket: String,
        _ query: ListingModel.Query,
        limit: Int
    ) async throws(EngineError) -> ListingModel.Page {
        let page = try await uploads(
            bucket: bucket,
            prefix: query.prefix,
            delimiter: query.delimiter,
            afterKey: query.after,
            afterID: query.afterID,
            limit: limit
        )
        return ListingModel.Page(
            items: page.uploads.map { ListingModel.Item(Octets($0.key ?? query.prefix), id: $0.id) },
            commonPrefixes: page.commonPrefixes.map { Octets($0) },
            isTruncated: page.isTruncated
        )
    }
}

extension ListingModel.Page {
    /// Of two lists that are each in order.
    package init(items: [ListingModel.Item], commonPrefixes: [Octets], isTruncated: Bool) {
        let all =
            items.map { ListingModel.Entry.item($0) } + commonPrefixes.map { .commonPrefix($0) }
        let entries = all.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset : left.element.name < right.element.name
        }.map(\.element)
        var lastID: String?
        if case .item(let item)? = entries.last { lastID = item.id }
        self.init(entries, isTruncated: isTruncated, next: entries.last?.name.text, nextID: lastID)
    }
}

extension ListRequest {
    fileprivate init(_ query: ListingModel.Query, _ scope: Scope, limit: Int) {
        self.init()
        self.scope = scope
        prefix = query.prefix
        delimiter = query.delimiter
        after = query.after
        self.limit = limit
    }
}

extension DefaultStringInterpolation {
    fileprivate mutating func appendInterpolation(_ value: ListingModel.Entry?, or absence: String) {
        if let value { appendInterpolation(value) } else { appendLiteral(absence) }
    }
}
