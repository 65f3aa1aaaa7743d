internal import Base
internal import Engine
internal import IAM
internal import S3API
internal import S3Service
internal import XLMeta

/// The version that an operation on tags or locks is about.
struct VersionTarget: Sendable {
    let object: ObjectAddress
    let versionID: VersionID

    init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        versionID = try VersionID(request.query["versionId"])
    }

    /// - Parameter versioned: the action for a version that is named, where that is another one.
    func right(_ action: S3Action, _ versioned: S3Action? = nil) -> Right {
        Right(
            versionID.isNamed ? versioned ?? action : action,
            on: .object(bucket: object.bucket, key: object.key)
        )
    }

    /// - Throws: as for reading, also for a delete marker.
    func version(in bucket: Bucket, on engine: Engine) async throws(S3Error) -> ObjectVersion {
        let version = try await translating { () async throws(EngineError) in
            try await engine.version(bucket: object.bucket, key: object.key, id: versionID.id)
        }
        return try checked(version, in: bucket)
    }

    /// Changes its metadata as ``Engine/amend(bucket:key:id:_:)`` does.
    ///
    /// - Throws: also for a delete marker, which has none.
    func amend(
        in bucket: Bucket,
        on engine: Engine,
        _ change: (inout ObjectMetadata, ObjectVersion) throws(CommitRefusal) -> Void
    ) async throws(S3Error) -> ObjectVersion {
        let version = try await translating { () async throws(EngineError) in
            try await engine.amend(bucket: object.bucket, key: object.key, id: versionID.id, change)
        }
        return try checked(version, in: bucket)
    }

    private func checked(_ version: ObjectVersion, in bucket: Bucket) throws(S3Error) -> ObjectVersion {
        guard version.isDeleteMarker else { return version }
        throw version.markerError(
            isNamed: versionID.isNamed,
            versionText: bucket.settings.versionText(version)
        )
    }

    func versionHeaders(
        _ version: ObjectVersion,
        in settings: BucketSettings
    ) -> [(name: String, value: String)] {
        settings.versionText(version).map { [(S3Header.versionID, $0)] } ?? []
    }
}

extension ObjectMetadata {
    /// Takes away what is stored under any spelling of these names, and adds `entries`.
    mutating func replace(_ names: [String], with entries: [(name: String, value: String)]) {
        let names = names.map { $0.lowercased() }
        user.removeAll { names.contains($0.name.lowercased()) }
        user += entries
    }

    mutating func setTime(_ name: String, to time: Timestamp) {
        system.removeAll { $0.name.lowercased() == name.lowercased() }
        system.append((name, Array(time.iso8601Milliseconds.utf8)))
    }
}
