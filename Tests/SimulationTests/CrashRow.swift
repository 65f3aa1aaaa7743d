import Base
import Bytes
import Engine
import Topology
import XLMeta

/// One change of a store, whose every file call may be the last before the power goes.
struct CrashRow: Sendable, CustomStringConvertible {
    static let bucket = "bucket"
    static let otherBucket = "other-bucket"
    static let key = "dir/subject"
    static let keys = [key, "dir/copy", "dir/witness", "witness"]

    let name: String
    /// What was there before, acknowledged and settled; its answer is handed to the change.
    let prepare: @Sendable (Engine) async throws -> String
    /// Made one right after the other, while the drives still tidy up after the one before.
    let changes: [@Sendable (Engine, String) async throws -> Void]
    /// The sizes of objects that are there afterwards, `nil` for one that is not.
    let sizes: [String: Int?]
    /// For a change that is not one commit: what leads from the start to each state in between, none of which is
    /// acknowledged. They may be seen after a crash on the way.
    let halfway: [@Sendable (Engine, String) async throws -> Void]

    init(
        _ name: String,
        sizes: [String: Int?] = [:],
        halfway: [@Sendable (Engine, String) async throws -> Void] = [],
        prepare: @escaping @Sendable (Engine) async throws -> String = { _ in "" },
        change: @escaping @Sendable (Engine, String) async throws -> Void
    ) {
        self.name = name
        self.prepare = prepare
        self.halfway = halfway
        changes = [change]
        self.sizes = sizes
    }

    var description: String { name }

    init(
        _ name: String,
        sizes: [String: Int?] = [:],
        prepare: @escaping @Sendable (Engine) async throws -> String,
        changes: [@Sendable (Engine, String) async throws -> Void]
    ) {
        self.name = name
        halfway = []
        self.prepare = prepare
        self.changes = changes
        self.sizes = sizes
    }

    static let small = 700
    static let large = 20_000
    /// One block and a bit.
    static let twoBlocks = 1 << 20 + 5000

    static let puts: [CrashRow] = [
        CrashRow("put new inline", sizes: [key: small]) { engine, _ in
            try await engine.put(bucket, key, small, seed: 2)
        },
        CrashRow("put new large", sizes: [key: twoBlocks]) { engine, _ in
            try await engine.put(bucket, key, twoBlocks, seed: 2)
        },
        overwrite("inline with inline", 500, small),
        overwrite("inline with large", 500, large),
        overwrite("large with inline", 15_000, small),
        overwrite("large with large", 15_000, large),
    ]

    private static func overwrite(_ name: String, _ oldSize: Int, _ newSize: Int) -> CrashRow {
        CrashRow("overwrite \(name)", sizes: [key: newSize]) { engine in
            try await engine.put(bucket, key, oldSize, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.put(bucket, key, newSize, seed: 2)
        }
    }

    static let deletes: [CrashRow] = [delete("inline", small), delete("large", large)]

    private static func delete(_ name: String, _ size: Int) -> CrashRow {
        CrashRow("delete \(name)", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, size, seed: 1)
            return ""
        } change: { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .version(.zero))
        }
    }

    static let others: [CrashRow] = [
        CrashRow("put a delete marker", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .marker(.new))
        },
        CrashRow("put a null delete marker over a null version", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .marker(.null))
        },
        CrashRow("copy", sizes: [key: large, "dir/copy": large]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            let bytes = try await engine.bytes(bucket, key)
            try await engine.put(bucket, "dir/copy", bytes, etag: "copy")
        },
    ]

    static let versions: [CrashRow] = [
        CrashRow("put a version on top", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, large, seed: 1, as: .new)
            return ""
        } change: { engine, _ in
            try await engine.put(bucket, key, small, seed: 2, as: .new)
        },
        CrashRow("remove the newest of three versions", sizes: [key: small], prepare: threeVersions) {
            engine,
            _ in
            try await engine.removeVersion(0)
        },
        CrashRow("remove an older version", sizes: [key: 15_000], prepare: threeVersions) { engine, _ in
            try await engine.removeVersion(2)
        },
        CrashRow("remove a delete marker", sizes: [key: 15_000]) { engine in
            _ = try await threeVersions(engine)
            _ = try await engine.delete(bucket: bucket, key: key, .marker(.new))
            return ""
        } change: { engine, _ in
            try await engine.removeVersion(0)
        },
        CrashRow("amend an inline object", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, small, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.amendColor(nil)
        },
        CrashRow("amend an older version", sizes: [key: 15_000], prepare: threeVersions) { engine, _ in
            try await engine.amendColor(2)
        },
        CrashRow(
            "amend twice and remove at once",
            sizes: [key: small],
            prepare: threeVersions,
            changes: [
                { engine, _ in try await engine.amendColor(0) },
                { engine, _ in try await engine.amendColor(0, to: "yellow") },
                { engine, _ in try await engine.removeVersion(0) },
            ]
        ),
    ]

    static let threeVersions: @Sendable (Engine) async throws -> String = { engine in
        try await engine.put(bucket, key, large, seed: 1, as: .new)
        try await engine.put(bucket, key, small, seed: 2, as: .new)
        try await engine.put(bucket, key, 15_000, seed: 3, as: .new)
        return ""
    }

    static let uploads: [CrashRow] = [
        CrashRow("make an upload", sizes: [key: nil]) { engine, _ in
            _ = try await engine.makeUpload(key)
        },
        CrashRow("upload a part") { engine in
            try await engine.makeUpload(key)
        } change: { engine, upload in
            try await engine.putPart(key, upload, 1, large, seed: 2)
        },
        CrashRow("upload a part again") { engine in
            let upload = try await engine.makeUpload(key)
            try await engine.putPart(key, upload, 1, 15_000, seed: 1)
            try await engine.putPart(key, upload, 2, small, seed: 3)
            return upload
        } change: { engine, upload in
            try await engine.putPart(key, upload, 1, large, seed: 2)
        },
        CrashRow("complete as a new object", sizes: [key: 2 * large]) { engine in
            try await engine.uploadWithParts(key)
        } change: { engine, upload in
            try await engine.complete(key, upload, [(1, "2"), (3, "4")])
        },
        CrashRow("complete over a large object", sizes: [key: 2 * large]) { engine in
            try await engine.put(bucket, key, 15_000, seed: 1)
            return try await engine.uploadWithParts(key)
        } change: { engine, upload in
            try await engine.complete(key, upload, [(1, "2"), (3, "4")])
        },
        CrashRow("abort") { engine in
            try await engine.uploadWithParts(key)
        } change: { engine, upload in
            try await engine.abort(bucket: bucket, key: key, uploadID: upload)
        },
    ]

    static let buckets: [CrashRow] = [
        CrashRow("make a bucket") { engine, _ in
            try await engine.makeBucket(otherBucket)
        },
        CrashRow("remove a bucket") { engine in
            try await engine.makeBucket(otherBucket)
            return ""
        } change: { engine, _ in
            try await engine.removeBucket(otherBucket)
        },
        CrashRow("remove a bucket that was used") { engine in
            try await engine.makeBucket(otherBucket)
            try await engine.put(otherBucket, key, large, seed: 1)
            _ = try await engine.delete(bucket: otherBucket, key: key, .version(.zero))
            return ""
        } change: { engine, _ in
            try await engine.removeBucket(otherBucket)
        },
        CrashRow("make a bucket with settings") { engine, _ in
            try await engine.makeBucket(otherBucket, with: [.own(.cors): [1], .shared(.tagging): [2]])
        },
        CrashRow("set what MinIO has a field for") { engine in
            try await engine.set(.shared(.tagging), to: [1], ofBucket: bucket)
            return ""
        } change: { engine, _ in
            try await engine.set(.shared(.tagging), to: [2], ofBucket: bucket)
        },
        CrashRow("set what it has none for") { engine, _ in
            try await engine.set(.own(.cors), to: [1], ofBucket: bucket)
        },
        CrashRow("unset it") { engine in
            try await engine.set(.own(.cors), to: [1], ofBucket: bucket)
            return ""
        } change: { engine, _ in
            try await engine.set(.own(.cors), to: nil, ofBucket: bucket)
        },
    ]

    private static let putLarge: @Sendable (Engine, String) async throws -> Void = { engine, _ in
        try await engine.put(bucket, key, large, seed: 2)
    }
    private static let putSmall: @Sendable (Engine, String) async throws -> Void = { engine, _ in
        try await engine.put(bucket, key, small, seed: 3)
    }
    private static let delete: @Sendable (Engine, String) async throws -> Void = { engine, _ in
        _ = try await engine.delete(bucket: bucket, key: key, .version(.zero))
    }
    private static let putPart: @Sendable (Engine, String) async throws -> Void = { engine, upload in
        try await engine.putPart(key, upload, 1, 15_000, seed: 5)
    }
    private static let complete: @Sendable (Engine, String) async throws -> Void = { engine, upload in
        try await engine.complete(key, upload, [(1, "5"), (2, "3")])
    }

    static let sequences: [CrashRow] = [
        CrashRow(
            "put, overwrite, and overwrite at once",
            sizes: [key: large],
            prepare: { _ in "" },
            changes: [putLarge, putSmall, putLarge]
        ),
        CrashRow(
            "put, delete, and put at once",
            sizes: [key: small],
            prepare: { _ in "" },
            changes: [putLarge, delete, putSmall]
        ),
        CrashRow(
            "upload a part again and complete at once",
            sizes: [key: 15_000 + large],
            prepare: { try await $0.uploadWithParts(key) },
            changes: [putPart, complete]
        ),
    ]

    static let all =
        puts + deletes + others + versions + uploads + buckets + sequences
        + states + amendments + documents + expiries

    static let chosen = all.filter(Thoroughness.includes)
}

extension Engine {
    func put(
        _ bucket: String,
        _ key: String,
        _ size: Int,
        seed: UInt64,
        as version: VersionChoice = .null
    ) async throws {
        try await put(bucket, key, sample(size, seed: seed), etag: "\(seed)", as: version)
    }

    func put(
        _ bucket: String,
        _ key: String,
        _ bytes: [UInt8],
        etag: String,
        as version: VersionChoice = .null
    ) async throws {
        var body = BytesInMemory(bytes)
        let staged = try await stage(
            &body,
            size: Int64(bytes.count),
            bucket: bucket,
            key: key,
            storageClass: .standard
        )
        _ = try await commit(
            staged,
            as: version,
            metadata: ObjectMetadata(user: [
                (name: "X-Amz-Meta-Color", value: "blue"), (name: "etag", value: etag),
            ])
        )
    }

    /// The subject's, from the newest.
    func versionID(_ index: Int) async throws -> UUID {
        var request = ListRequest()
        (request.scope, request.prefix) = (.versions(after: nil), CrashRow.key)
        let ids = try await list(bucket: CrashRow.bucket, request).entries.compactMap { entry -> UUID? in
            if case .object(let version, _) = entry { version.id } else { nil }
        }
        guard ids.indices.contains(index) else { throw Violation("the subject has \(ids.count) versions") }
        return ids[index]
    }

    func removeVersion(_ index: Int) async throws {
        _ = try await delete(bucket: CrashRow.bucket, key: CrashRow.key, .version(try await versionID(index)))
    }

    /// - Parameter index: `nil` for the newest, without looking.
    func amendColor(_ index: Int?, to color: String = "green") async throws {
        var id: UUID?
        if let index { id = try await versionID(index) }
        _ = try await amend(bucket: CrashRow.bucket, key: CrashRow.key, id: id) { metadata, _ in
            metadata.user = metadata.user.map { $0.name == "X-Amz-Meta-Color" ? ($0.name, color) : $0 }
        }
    }

    /// - Parameter id: `nil` for the newest version.
    func bytes(_ bucket: String, _ key: String, _ id: UUID? = nil) async throws -> [UInt8] {
        let reader = try await open(bucket: bucket, key: key, id: id)
        defer { reader.close() }
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece.bytes }
        return bytes
    }

    /// In the first bucket.
    func makeUpload(_ key: String) async throws -> String {
        try await makeUpload(
            bucket: CrashRow.bucket,
            key: key,
            metadata: ObjectMetadata(user: [(name: "X-Amz-Meta-Color", value: "red")]),
            storageClass: .standard
        ).id
    }

    func putPart(_ key: String, _ upload: String, _ number: Int, _ size: Int, seed: UInt64) async throws {
        var body = BytesInMemory(sample(size, seed: seed))
        let staged = try await stagePart(
            &body,
            size: Int64(size),
            number: number,
            bucket: CrashRow.bucket,
            key: key,
            uploadID: upload
        )
        _ = try await commitPart(staged, etag: "\(seed)")
    }

    func uploadWithParts(_ key: String) async throws -> String {
        let upload = try await makeUpload(key)
        for number in 1...3 {
            try await putPart(key, upload, number, CrashRow.large, seed: UInt64(number + 1))
        }
        return upload
    }

    func complete(
        _ key: String,
        _ upload: String,
        _ parts: [(number: Int, etag: String)],
        etag: String = "c-2",
        as version: VersionChoice = .null
    ) async throws {
        _ = try await complete(
            bucket: CrashRow.bucket,
            key: key,
            uploadID: upload,
            parts: parts,
            as: version,
            metadata: ObjectMetadata(user: [
                (name: "X-Amz-Meta-Color", value: "red"), (name: "etag", value: etag),
            ])
        )
    }
}

/// Bytes without a pattern, the same for the same seed.
func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var words = [UInt64](repeating: 0, count: count / 8 + 1)
    for index in words.indices { words[index] = random.next() }
    return words.withUnsafeBytes { Array($0.prefix(count)) }
}
