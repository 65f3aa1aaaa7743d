import Base
import Engine
import XLMeta

/// What changes beside bodies: tags, locks and lists of versions, documents of buckets.
extension CrashRow {
    private static let tags = (name: "X-Amz-Tagging", value: "a=b&c=d")
    private static let hold = (name: "x-amz-object-lock-legal-hold", value: "ON")
    private static let retention = [
        (name: "x-amz-object-lock-mode", value: "COMPLIANCE"),
        (name: "x-amz-object-lock-retain-until-date", value: "2100-01-01T00:00:00Z"),
    ]

    static let amendments: [CrashRow] = [
        CrashRow("tag a large object", sizes: [key: large]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.amend { $0.user.append(tags) }
        },
        CrashRow("take the tags away", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, small, seed: 1)
            try await engine.amend { $0.user.append(tags) }
            return ""
        } change: { engine, _ in
            try await engine.amend { metadata in metadata.user.removeAll { $0.name == tags.name } }
        },
        CrashRow("retain an older version", sizes: [key: 15_000], prepare: threeVersions) { engine, _ in
            try await engine.amend(try await engine.versionID(1)) { $0.user += retention }
        },
        CrashRow("hold the null version below another", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            try await engine.put(bucket, key, small, seed: 2, as: .new)
            return ""
        } change: { engine, _ in
            try await engine.amend(.zero) { $0.user.append(hold) }
        },
        CrashRow("give an object a list", sizes: [key: large]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.amend { $0.system.append((InternalMetadataKey.accessControl, list(1))) }
        },
        CrashRow(
            "tag, retain, hold and list at once",
            sizes: [key: 15_000],
            prepare: threeVersions,
            changes: [
                { engine, _ in try await engine.amend { $0.user.append(tags) } },
                { engine, _ in try await engine.amend { $0.user += retention } },
                { engine, _ in try await engine.amend { $0.user.append(hold) } },
                { engine, _ in
                    try await engine.amend { $0.system.append((InternalMetadataKey.accessControl, list(2))) }
                },
            ]
        ),
    ]

    private static func list(_ number: Int) -> [UInt8] { Array("<list \(number)>".utf8) }

    /// So large that it is not inside `xl.meta`.
    private static let largeText = sample(20_000, seed: 7)

    static let documents: [CrashRow] = [
        CrashRow("make a bucket that locks, of somebody else") { engine, _ in
            try await engine.makeBucket(
                otherBucket,
                with: [
                    .shared(.versioning): [1], .shared(.objectLock): [2], .own(.owner): [3],
                    .own(.ownershipControls): [4], .own(.acl): [5],
                ]
            )
        },
        set("a first document", [], .shared(.policy)),
        set("a first large document", [], .shared(.lifecycle), to: largeText),
        set(
            "a large document again",
            [(.shared(.policy), sample(15_000, seed: 8))],
            .shared(.policy),
            to: largeText
        ),
        set("a second document of MinIO's kind", [(.shared(.tagging), [1])], .shared(.versioning)),
        set("a first large document of our own", [], .own(.website), to: largeText),
        set("a second document of our own", [(.own(.acl), [1])], .own(.logging)),
        set("a large document of our own to a small one", [(.own(.website), largeText)], .own(.website)),
        unset("a document of MinIO's kind", [(.shared(.policy), [1])], .shared(.policy)),
        unset("one of two documents", [(.own(.cors), [1]), (.own(.acl), largeText)], .own(.cors)),
        unset("the last large document", [(.shared(.tagging), [1]), (.own(.acl), largeText)], .own(.acl)),
        CrashRow(
            "set and unset documents at once",
            prepare: { _ in "" },
            changes: [
                { engine, _ in try await engine.set(.own(.acl), to: [1], ofBucket: bucket) },
                { engine, _ in try await engine.set(.shared(.policy), to: [2], ofBucket: bucket) },
                { engine, _ in try await engine.set(.own(.acl), to: nil, ofBucket: bucket) },
                { engine, _ in try await engine.set(.own(.metrics), to: largeText, ofBucket: bucket) },
            ]
        ),
        CrashRow("remove a bucket with documents", prepare: otherWithDocuments) { engine, _ in
            try await engine.removeBucket(otherBucket)
        },
        CrashRow(
            "remove a bucket with documents and make it again at once",
            prepare: otherWithDocuments,
            changes: [
                { engine, _ in try await engine.removeBucket(otherBucket) },
                { engine, _ in try await engine.makeBucket(otherBucket) },
                { engine, _ in try await engine.set(.own(.website), to: [9], ofBucket: otherBucket) },
            ]
        ),
    ]

    private static let otherWithDocuments: @Sendable (Engine) async throws -> String = { engine in
        try await engine.makeBucket(otherBucket, with: [.own(.acl): [1], .shared(.policy): largeText])
        try await engine.set(.own(.cors), to: largeText, ofBucket: otherBucket)
        return ""
    }

    private static func set(
        _ name: String,
        _ before: [(BucketDocument, [UInt8])],
        _ document: BucketDocument,
        to value: [UInt8]? = [9]
    ) -> CrashRow {
        change("set \(name)", before, document, to: value)
    }

    private static func unset(
        _ name: String,
        _ before: [(BucketDocument, [UInt8])],
        _ document: BucketDocument
    ) -> CrashRow {
        change("unset \(name)", before, document, to: nil)
    }

    private static func change(
        _ name: String,
        _ before: [(BucketDocument, [UInt8])],
        _ document: BucketDocument,
        to value: [UInt8]?
    ) -> CrashRow {
        CrashRow(name) { engine in
            for (document, value) in before { try await engine.set(document, to: value, ofBucket: bucket) }
            return ""
        } change: { engine, _ in
            try await engine.set(document, to: value, ofBucket: bucket)
        }
    }
}

extension Engine {
    /// - Parameter id: of the subject; `nil` for its newest version.
    func amend(_ id: UUID? = nil, _ change: (inout ObjectMetadata) -> Void) async throws {
        _ = try await amend(bucket: CrashRow.bucket, key: CrashRow.key, id: id) { metadata, _ in
            change(&metadata)
        }
    }
}
