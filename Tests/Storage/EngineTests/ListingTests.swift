import Base
import Engine
import Foundation
import Testing

@testable import XLMeta

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
                case .object(let version, _): version.key
                case .commonPrefix(let prefix): prefix
                }
            }
            guard page.isTruncated else { return result }
            request.after = page.last
        }
    }

    /// What may lie in the place of an object's `xl.meta`, and what a read of it answers.
    enum Unreadable: String, CaseIterable, CustomTestStringConvertible {
        case garbage
        case empty
        case otherContainer
        case legacyJSON
        case arrayBody

        var testDescription: String { rawValue }

        var isUnsupported: Bool {
            switch self {
            case .garbage, .empty: false
            case .otherContainer, .legacyJSON, .arrayBody: true
            }
        }

        func bytes(from stored: [UInt8]) throws -> [UInt8] {
            switch self {
            case .garbage: return Array("these bytes are of nobody".utf8)
            case .empty: return []
            case .otherContainer: return XLMetaFile.magic + [9, 0, 9, 0] + stored.dropFirst(8)
            case .legacyJSON: return Array("{\"version\":\"1.0.1\",\"format\":\"xl\"}".utf8)
            case .arrayBody:
                var file = try XLMetaFile(parsing: stored)
                let header = file.entries[0].header
                file.entries = [XLMetaFile.Entry(header: header, body: [0x91, 0x01][...])]
                return try file.encoded()
            }
        }
    }

    private final class Damages: ObjectObserver {
        private let reports = Locked<[String]>([])
        var keys: [String] { reports.withLock { $0 } }

        func created(_: ObjectVersion) {}
        func deleted(bucket _: String, key _: String, versionID _: Base.UUID) {}
        func damaged(bucket _: String, key: String, endpoint _: String, reason _: String) {
            reports.withLock { $0.append(key) }
        }
        func driveFailed(endpoint _: String, reason _: String) {}
    }

    @Test(
        "A key that nobody can read is left out and reported, and the others are listed",
        arguments: Unreadable.allCases
    )
    func unreadableKeys(_ kind: Unreadable) async throws {
        let store = TemporaryStore(driveCount: 4)
        let damages = Damages()
        let engine = try await store.open(observers: [damages]).engine
        try await engine.makeBucket("bucket")
        for key in ["a", "b", "c/d"] { try await engine.put("bucket", key, [1]) }
        await engine.settle()
        for drive in 1...4 {
            let file = URL(filePath: "\(store.root)/d\(drive)/bucket/b/xl.meta")
            try Data(try kind.bytes(from: [UInt8](Data(contentsOf: file)))).write(to: file)
        }
        #expect(try await engine.keys("bucket") == ["a", "c/d"])
        #expect(damages.keys == ["b"])
        #expect(try await engine.keys("bucket") { $0.delimiter = "/" } == ["a", "c/"])
        await #expect {
            _ = try await engine.get("bucket", "b")
        } throws: { error in
            switch error as? EngineError {
            case .unsupported: kind.isUnsupported
            case .damaged: !kind.isUnsupported
            default: false
            }
        }
    }

    @Test("While a drive is away a key that the others cannot read is not left out")
    func undecidedKeys() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        for key in ["a", "b"] { try await engine.put("bucket", key, [1]) }
        await engine.settle()
        for drive in 1...2 {
            let file = URL(filePath: "\(store.root)/d\(drive)/bucket/b/xl.meta")
            try Data([1]).write(to: file)
        }
        #expect(try await engine.keys("bucket") == ["a", "b"])
        engine.pools[0].sets[0].slots[3].detach()
        await #expect(throws: EngineError.readQuorumLost(available: 1, required: 2)) {
            try await engine.keys("bucket")
        }
    }

    @Test func aDeletedObjectLeavesNoPrefixBehind() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "folder/sub/key", [1])
        _ = try await engine.delete(bucket: "bucket", key: "folder/sub/key", .version(.zero))
        #expect(try await engine.keys("bucket") { $0.delimiter = "/" }.isEmpty)
    }

    @Test("keys that only their bytes tell apart are listed each with its own object")
    func spellings() async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        // To Swift the first two are the same, as are `a\u{600}/` and a single character; `/\u{301}` is one as well.
        let keys = [
            "e\u{301}", "é", "e\u{301}/", "é/", "e\u{301}/x", "é/x", "a\u{600}", "a\u{600}/", "a\u{600}/b",
            "d/\u{301}b",
        ]
        for key in keys { try await engine.put("bucket", key, [1], etag: Self.hexadecimal(key)) }
        for limit in [1, 1000] {
            var request = ListRequest()
            request.limit = limit
            var listed: [(key: String, etag: String)] = []
            while true {
                let page = try await engine.list(bucket: "bucket", request)
                for case .object(let version, _) in page.entries {
                    listed.append((version.key, version.etag))
                }
                guard page.isTruncated else { break }
                request.after = page.last
            }
            #expect(
                listed.map { Array($0.key.utf8) }
                    == keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
            )
            #expect(listed.allSatisfy { $0.etag == Self.hexadecimal($0.key) })
        }
    }

    private static func hexadecimal(_ key: String) -> String {
        key.utf8.map { String($0, radix: 16) }.joined()
    }
}
