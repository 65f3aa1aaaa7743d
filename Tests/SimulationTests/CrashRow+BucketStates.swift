import Base
import Engine
import XLMeta

/// Writes and deletes that become what the bucket's versioning says.
extension CrashRow {
    enum Versioning: String {
        case enabled = "Enabled"
        case suspended = "Suspended"
    }

    private typealias Preparation = @Sendable (Engine) async throws -> String
    private typealias Change = @Sendable (Engine, String) async throws -> Void

    /// One version of the subject, and what is put now is another.
    private static let versioned: Preparation = { engine in
        try await engine.setVersioning(.enabled)
        try await engine.put(bucket, key, large, seed: 1, as: .byBucket)
        return ""
    }

    /// A large null version on top of a small one that has an id.
    private static let suspended: Preparation = { engine in
        try await engine.setVersioning(.enabled)
        try await engine.put(bucket, key, small, seed: 1, as: .byBucket)
        try await engine.setVersioning(.suspended)
        try await engine.put(bucket, key, large, seed: 2, as: .byBucket)
        return ""
    }

    private static let putSmall: Change = { engine, _ in
        try await engine.put(bucket, key, small, seed: 5, as: .byBucket)
    }
    private static let putLarge: Change = { engine, _ in
        try await engine.put(bucket, key, 15_000, seed: 6, as: .byBucket)
    }
    private static let deleteSubject: Change = { engine, _ in
        _ = try await engine.delete(bucket: bucket, key: key, .byBucket)
    }
    private static let completeSubject: Change = { engine, upload in
        try await engine.complete(key, upload, [(1, "2"), (3, "4")], as: .byBucket)
    }

    static let states: [CrashRow] = inVersioned + inSuspended + ofCopies + ofSwitches

    private static let inVersioned: [CrashRow] = [
        CrashRow("put where versions are kept", sizes: [key: small], prepare: versioned, change: putSmall),
        CrashRow("delete where nothing is kept", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, large, seed: 1, as: .byBucket)
            return ""
        } change: { engine, context in
            try await deleteSubject(engine, context)
        },
        CrashRow(
            "delete where versions are kept",
            sizes: [key: nil],
            prepare: versioned,
            change: deleteSubject
        ),
        CrashRow("put over a delete marker", sizes: [key: 15_000]) { engine in
            _ = try await versioned(engine)
            try await deleteSubject(engine, "")
            return ""
        } change: { engine, context in
            try await putLarge(engine, context)
        },
        CrashRow("complete where versions are kept", sizes: [key: 2 * large]) { engine in
            _ = try await versioned(engine)
            return try await engine.uploadWithParts(key)
        } change: { engine, upload in
            try await completeSubject(engine, upload)
        },
        CrashRow(
            "put, delete, put and remove at once",
            sizes: [key: large],
            prepare: versioned,
            changes: [
                putSmall, deleteSubject, putLarge,
                { engine, _ in try await engine.removeVersion(0) },
                { engine, _ in try await engine.removeVersion(0) },
                { engine, _ in try await engine.removeVersion(0) },
            ]
        ),
    ]

    private static let inSuspended: [CrashRow] = [
        CrashRow(
            "put in place of the null version",
            sizes: [key: 15_000],
            prepare: suspended,
            change: putLarge
        ),
        CrashRow(
            "delete in place of the null version",
            sizes: [key: nil],
            prepare: suspended,
            change: deleteSubject
        ),
        CrashRow("remove the null version on top", sizes: [key: small], prepare: suspended) { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .version(.zero))
        },
        CrashRow("remove the null version below", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, large, seed: 1, as: .byBucket)
            try await engine.setVersioning(.enabled)
            try await engine.put(bucket, key, small, seed: 2, as: .byBucket)
            return ""
        } change: { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .version(.zero))
        },
        CrashRow("remove a null marker", sizes: [key: small]) { engine in
            _ = try await suspended(engine)
            try await deleteSubject(engine, "")
            return ""
        } change: { engine, _ in
            _ = try await engine.delete(bucket: bucket, key: key, .version(.zero))
        },
        CrashRow("put over a null marker", sizes: [key: small]) { engine in
            _ = try await suspended(engine)
            try await deleteSubject(engine, "")
            return ""
        } change: { engine, context in
            try await putSmall(engine, context)
        },
        CrashRow("complete in place of the null version", sizes: [key: 2 * large]) { engine in
            _ = try await suspended(engine)
            return try await engine.uploadWithParts(key)
        } change: { engine, upload in
            try await completeSubject(engine, upload)
        },
    ]

    private static let ofCopies: [CrashRow] = [
        CrashRow("copy onto itself with other metadata", sizes: [key: large]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.put(bucket, key, try await engine.bytes(bucket, key), etag: "replaced")
        },
        CrashRow("copy an older version to the top", sizes: [key: large]) { engine in
            try await engine.setVersioning(.enabled)
            return try await threeVersions(engine)
        } change: { engine, _ in
            let bytes = try await engine.bytes(bucket, key, try await engine.versionID(2))
            try await engine.put(bucket, key, bytes, etag: "restored", as: .byBucket)
        },
    ]

    private static let ofSwitches: [CrashRow] = [
        CrashRow(
            "begin to keep versions, overwrite and delete at once",
            sizes: [key: nil],
            prepare: { engine in
                try await engine.put(bucket, key, large, seed: 1)
                return ""
            },
            changes: [
                { engine, _ in try await engine.setVersioning(.enabled) }, putSmall, deleteSubject,
            ]
        ),
        CrashRow(
            "stop to keep versions, overwrite and delete at once",
            sizes: [key: nil],
            prepare: versioned,
            changes: [
                { engine, _ in try await engine.setVersioning(.suspended) }, putSmall, deleteSubject,
            ]
        ),
    ]
}

extension Engine {
    func setVersioning(_ status: CrashRow.Versioning) async throws {
        let text =
            "<VersioningConfiguration><Status>\(status.rawValue)</Status></VersioningConfiguration>"
        try await set(.shared(.versioning), to: Array(text.utf8), ofBucket: CrashRow.bucket)
    }
}
