import Base
import Engine
import Foundation
import StorageTestSupport
import TestSupport
import Testing
import Topology

/// Listings on real folders against a model that knows nothing but a sorted list.
@Suite struct ListingModelTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        var driveCount = 4
        /// A drive that goes before the bucket is listed.
        var lostDrive: Int?

        var testDescription: String {
            "seed \(seed), \(driveCount) drives" + (lostDrive.map { ", without drive \($0)" } ?? "")
        }
    }

    private static let pageSizes = [1, 2, 7, 1000]

    @Test(
        "any question about any keys gets the model's pages, of keys and of versions",
        arguments: [
            Row(seed: 1), Row(seed: 2, lostDrive: 2), Row(seed: 3, driveCount: 1),
            Row(seed: 4, driveCount: 6),
        ]
    )
    func questions(_ row: Row) async throws {
        let store = TemporaryStore(driveCount: row.driveCount)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        var random = RandomKeys(seed: row.seed)
        let keys = random.keys(100)
        let history = try await ListedHistory.write(keys, to: engine, bucket: "bucket", seed: row.seed)
        if let lost = row.lostDrive {
            await engine.settle()
            engine.pools[0].sets[0].slots[lost].detach()
        }
        let (versions, newest) = (history.model, history.model.newest)
        for _ in 0..<12 {
            let query = random.query(about: keys)
            for limit in Self.pageSizes {
                let wrong = try await newest.difference(query, limit: limit) {
                    try await engine.modelPage(of: "bucket", $0, limit: $1)
                }
                #expect(wrong == nil)
                let wrongVersions = try await versions.difference(query, limit: limit) {
                    try await engine.modelPageOfVersions(of: "bucket", $0, limit: $1)
                }
                #expect(wrongVersions == nil)
            }
        }
        // A client may go on behind any version.
        for item in versions.items.filter({ $0.isDeleteMarker || !$0.isLatest }).prefix(12) {
            let delimiter = item.key.bytes.count % 2 == 0 ? "" : "/"
            let query = ListingModel.Query(delimiter: delimiter, after: item.key.text, afterID: item.id)
            let wrong = try await versions.difference(query, limit: 1000) {
                try await engine.modelPageOfVersions(of: "bucket", $0, limit: $1)
            }
            #expect(wrong == nil)
        }
    }

    @Test("any question about pending uploads gets the model's pages", arguments: [1, 2] as [UInt64])
    func uploads(seed: UInt64) async throws {
        let store = TemporaryStore(driveCount: 2)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.makeBucket("other")
        var random = RandomKeys(seed: seed)
        let keys = random.keys(30)
        var items: [ListingModel.Item] = []
        for round in 0..<3 {
            for (index, key) in keys.enumerated() where round == 0 || index % (round + 1) == 0 {
                for bucket in ["bucket", "other"] where bucket == "bucket" || round == 0 {
                    let upload = try await engine.makeUpload(
                        bucket: bucket,
                        key: key,
                        metadata: ObjectMetadata(user: []),
                        storageClass: .standard
                    )
                    if bucket == "bucket" { items.append(ListingModel.Item(Octets(key), id: upload.id)) }
                }
            }
        }
        // Those of one key in the order in which they were begun.
        let model = ListingModel(items)
        for number in 0..<10 {
            let query = number == 0 ? ListingModel.Query() : random.query(about: keys)
            for limit in Self.pageSizes where limit > 2 || number < 3 {
                let wrong = try await model.difference(query, limit: limit) {
                    try await engine.modelPageOfUploads(of: "bucket", $0, limit: $1)
                }
                #expect(wrong == nil)
            }
        }
        for item in items.prefix(10) {
            let query = ListingModel.Query(after: item.key.text, afterID: item.id)
            let wrong = try await model.difference(query, limit: 1000) {
                try await engine.modelPageOfUploads(of: "bucket", $0, limit: $1)
            }
            #expect(wrong == nil)
        }
    }

    @Test("two thousand keys with their versions, in pages of one and of seven", arguments: [5] as [UInt64])
    func thousands(seed: UInt64) async throws {
        let store = TemporaryStore(driveCount: 2)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        var random = RandomKeys(seed: seed)
        let keys = random.keys(2000)
        let history = try await ListedHistory.write(keys, to: engine, bucket: "bucket", seed: seed)
        let (versions, newest) = (history.model, history.model.newest)
        for limit in [1, 7, 1000] {
            for delimiter in ["", "/"] {
                let query = ListingModel.Query(delimiter: delimiter)
                let wrong = try await newest.difference(query, limit: limit) {
                    try await engine.modelPage(of: "bucket", $0, limit: $1)
                }
                #expect(wrong == nil)
                let wrongVersions = try await versions.difference(query, limit: limit) {
                    try await engine.modelPageOfVersions(of: "bucket", $0, limit: $1)
                }
                #expect(wrongVersions == nil)
            }
        }
    }

    @Test(
        "what stays is listed once and in order while keys come and go",
        arguments: 1...2 as ClosedRange<UInt64>
    )
    func churn(seed: UInt64) async throws {
        let store = TemporaryStore(driveCount: 4)
        let engine = try await store.open().engine
        var churn = ListingChurn(seed: seed)
        churn.stepCount = 100
        #expect(try await churn.violations(on: engine) == [])
    }

    /// `MARTLET_LISTING_KEYS=100000` asks for all of them, which takes a minute on a machine with nothing else to do.
    private static let keyCount =
        ProcessInfo.processInfo.environment["MARTLET_LISTING_KEYS"].flatMap { Int($0) } ?? 5_000

    /// Putting so many objects would take longer: all but the first are links to what that one is on its drive.
    @Test("many thousand keys in pages of a thousand, also while others come and go")
    func manyThousands() async throws {
        let store = TemporaryStore(driveCount: 1)
        let engine = try await store.open().engine
        try await engine.makeBucket("bucket")
        try await engine.put("bucket", "a/template", [1])
        await engine.settle()
        let folderCount = Self.keyCount / 125
        let keys = try LinkedObjects(bucket: "\(store.root)/d1/bucket", template: "a/template")
            .make(flat: Self.keyCount - folderCount * 100, folders: folderCount, keysInFolder: 100)
        #expect(keys.count == Self.keyCount + 1)
        #expect(try await pages(of: engine) == keys)

        let isDone = Locked(false)
        let listings = try await withThrowingTaskGroup(of: [String].self) { group in
            for task in 0..<2 {
                group.addTask {
                    // Beside, before, behind and below those that stay.
                    let names = [
                        "flat/000777-", "flat/0", "flat/~", "nested/0040/", "nested/0040/050/x",
                        "nested/0040.", "b",
                    ]
                    while !isDone.withLock({ $0 }) {
                        for name in names {
                            try await engine.put("bucket", "\(name)come-\(task)", [1])
                            _ = try await engine.delete(
                                bucket: "bucket",
                                key: "\(name)come-\(task)",
                                .version(.zero)
                            )
                        }
                    }
                    return []
                }
            }
            group.addTask {
                defer { isDone.withLock { $0 = true } }
                return try await pages(of: engine)
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(listings.filter { !$0.contains("come-") } == keys)
        #expect(zip(listings, listings.dropFirst()).allSatisfy { $0 < $1 })

        let folders = try await engine.keys("bucket") { ($0.prefix, $0.delimiter) = ("nested/", "/") }
        #expect(folders == (0..<folderCount).prefix(1000).map { String(format: "nested/%04d/", $0) })
    }

    private func pages(of engine: Engine) async throws -> [String] {
        var request = ListRequest()
        var keys: [String] = []
        while true {
            let page = try await engine.list(bucket: "bucket", request)
            for case .object(let version, _) in page.entries { keys.append(version.key) }
            guard page.isTruncated else { return keys }
            #expect(page.entries.count == 1000)
            request.after = page.last
        }
    }
}

/// Copies of one object in a drive's folder, made without the server.
private struct LinkedObjects {
    let bucket: String
    let template: String

    /// What ext4 lets have one inode is not much more.
    private static let linksMax = 50_000

    /// - Returns: the keys of all objects there, in order.
    func make(flat: Int, folders: Int, keysInFolder: Int) throws -> [String] {
        try makeFolder("flat")
        try makeFolder("nested")
        var keys = [template]
        for number in 0..<flat { keys.append(String(format: "flat/%06d", number)) }
        for folder in 0..<folders {
            let name = String(format: "nested/%04d", folder)
            try makeFolder(name)
            for number in 0..<keysInFolder { keys.append(String(format: "%@/%03d", name, number)) }
        }
        var source = template
        for (index, key) in keys.enumerated().dropFirst() {
            try makeFolder(key)
            if index % Self.linksMax == 0 {
                try Data(contentsOf: metadata(of: source)).write(to: metadata(of: key))
                source = key
            } else {
                guard link(metadata(of: source).path, metadata(of: key).path) == 0 else {
                    throw CocoaError(.fileWriteUnknown)
                }
            }
        }
        return keys
    }

    private func makeFolder(_ name: String) throws {
        guard mkdir("\(bucket)/\(name)", 0o755) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private func metadata(of key: String) -> URL { URL(fileURLWithPath: "\(bucket)/\(key)/xl.meta") }
}
