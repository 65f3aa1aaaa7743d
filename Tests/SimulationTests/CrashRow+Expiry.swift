import Base
import Engine

/// What goes because a rule says so.
extension CrashRow {
    private typealias Change = @Sendable (Engine, String) async throws -> Void

    private static let expireOldest: Change = { engine, _ in
        try await engine.expireSubject { [.version($0[$0.count - 1].id)] }
    }

    static let expiries: [CrashRow] = [
        CrashRow("expire an object", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, large, seed: 1)
            return ""
        } change: { engine, _ in
            try await engine.expireSubject { _ in [.byBucket] }
        },
        CrashRow("expire the newest version", sizes: [key: nil]) { engine in
            try await engine.setVersioning(.enabled)
            return try await threeVersions(engine)
        } change: { engine, _ in
            try await engine.expireSubject { _ in [.byBucket] }
        },
        CrashRow("expire the newest version where no more are kept", sizes: [key: nil]) { engine in
            try await engine.put(bucket, key, small, seed: 1)
            try await engine.put(bucket, key, large, seed: 2, as: .new)
            try await engine.setVersioning(.suspended)
            return ""
        } change: { engine, _ in
            try await engine.expireSubject { _ in [.byBucket] }
        },
        CrashRow(
            "expire the oldest version",
            sizes: [key: 15_000],
            prepare: threeVersions,
            change: expireOldest
        ),
        CrashRow(
            "expire all versions but the newest",
            sizes: [key: 15_000],
            halfway: [expireOldest],
            prepare: threeVersions,
            change: { engine, _ in
                try await engine.expireSubject { $0.dropFirst().reversed().map { .version($0.id) } }
            }
        ),
        CrashRow("expire a marker that hides nothing", sizes: [key: nil]) { engine in
            try await engine.setVersioning(.enabled)
            try await engine.put(bucket, key, large, seed: 1, as: .byBucket)
            _ = try await engine.delete(bucket: bucket, key: key, .byBucket)
            try await engine.removeVersion(1)
            return ""
        } change: { engine, context in
            try await expireOldest(engine, context)
        },
        CrashRow(
            "expire the version below a marker and then the marker at once",
            sizes: [key: nil],
            prepare: { engine in
                try await engine.setVersioning(.enabled)
                try await engine.put(bucket, key, large, seed: 1, as: .byBucket)
                _ = try await engine.delete(bucket: bucket, key: key, .byBucket)
                return ""
            },
            changes: [expireOldest, expireOldest]
        ),
        CrashRow("end what was uploaded for too long", sizes: [key: small]) { engine in
            try await engine.put(bucket, key, small, seed: 1)
            return try await engine.uploadWithParts(key)
        } change: { engine, _ in
            let count = try await engine.removeStaleUploads(begunBefore: Timestamp(seconds: 4_000_000_000))
            // What it cannot do now it leaves for later, without an error.
            guard count == 1 else { throw Violation("\(count) uploads were ended") }
        },
    ]
}

extension Engine {
    /// - Throws: ``Violation`` where something was refused.
    func expireSubject(_ decide: ([ObjectVersion]) -> [Deletion]) async throws {
        let outcome = try await expire(
            bucket: CrashRow.bucket,
            key: CrashRow.key,
            leaseMax: .seconds(60)
        ) { _, versions in decide(versions) }
        guard !outcome.deletions.isEmpty, outcome.refusedCount == 0 else { throw Violation("\(outcome)") }
    }
}
