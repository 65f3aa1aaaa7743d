import Base
import Engine
import Testing

@Suite struct ListingTests {
    private static let keys = [
        "a", "a/", "a/b", "a/b/c", "a!b", "a.txt", "a0", "b/c/d", "b/c/e", "b/f", "é", "z\u{1}control", "ab/",
    ]

    /// What S3 lists: keys in bytewise order, those with the delimiter behind the prefix folded.
    private func expected(_ keys: [String], prefix: String, delimiter: String, after: String) -> [String] {
        var result: [String] = []
        for key in keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where key.utf8.starts(with: prefix.utf8) && after.utf8.lexicographicallyPrecedes(key.utf8) {
            let rest = key.dropFirst(prefix.count)
            guard !delimiter.isEmpty, let found = rest.firstRange(of: delimiter) else {
                result.append(key)
                continue
            }
            let folded = prefix + rest[..<found.upperBound]
            if folded != after && result.last != folded { result.append(folded) }
        }
        return result
    }

    @Test("every prefix, delimiter and start gives what S3 would list, in pages of any size")
    func listings() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        for key in Self.keys { try await engine.put("bucket", key, [1]) }
        let bounds = ["", "a", "a/", "a/b", "a/b/", "b", "b/", "b/c/", "zz"]
        for prefix in bounds {
            for delimiter in ["", "/", "b", "."] {
                for after in bounds {
                    let all = try await engine.keys("bucket") { request in
                        (request.prefix, request.delimiter, request.after) = (prefix, delimiter, after)
                    }
                    let wanted = expected(Self.keys, prefix: prefix, delimiter: delimiter, after: after)
                    #expect(all == wanted, "prefix \(prefix) delimiter \(delimiter) after \(after)")
                }
                let wanted = expected(Self.keys, prefix: prefix, delimiter: delimiter, after: "")
                #expect(try await pages(engine, prefix, delimiter, limit: 1) == wanted)
                #expect(try await pages(engine, prefix, delimiter, limit: 3) == wanted)
            }
        }
    }

    private func pages(
        _ engine: Engine,
        _ prefix: String,
        _ delimiter: String,
        limit: Int
    ) async throws -> [String] {
        var request = ListRequest()
        (request.prefix, request.delimiter, request.limit) = (prefix, delimiter, limit)
        var result: [String] = []
        while true {
            let page = try await engine.list(bucket: "bucket", request)
            #expect(page.entries.count <= limit)
            result += page.entries.map { entry in
                switch entry {
                case .object(let version): version.key
                case .commonPrefix(let prefix): prefix
                }
            }
            guard page.isTruncated else { return result }
            request.after = page.last
        }
    }

    @Test func aDeletedObjectLeavesNoPrefixBehind() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "folder/sub/key", [1])
        _ = try await engine.delete(bucket: "bucket", key: "folder/sub/key", as: .null)
        #expect(try await engine.keys("bucket") { $0.delimiter = "/" }.isEmpty)
    }
}
