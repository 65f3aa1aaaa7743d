internal import Base
internal import Engine
internal import IAM
internal import S3API
internal import S3Service
internal import XLMeta

/// The version that an operation on tags, locks or lists is about.
struct VersionTarget: Sendable {
    /// How often a version may turn out to be another one than the one that was asked about.
    private static let attemptsMax = 16

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

    /// The same with `right`, which what is stored with the version may grant or deny, asked about this very one.
    ///
    /// - Parameter values: as ``AccessCheck/confirm(_:on:values:)`` takes them.
    func version(
        by right: Right,
        values: [String: [String]] = [:],
        in context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> ObjectVersion {
        let bucket = try context.bucket(object.bucket)
        let version = try await translating { () async throws(EngineError) in
            try await context.engine.version(bucket: object.bucket, key: object.key, id: versionID.id)
        }
        try await context.access.confirm(right, on: version, values: values)
        return try checked(version, in: bucket)
    }

    /// Changes the metadata of the very version of which `right` was confirmed: should it be replaced, or be given other
    /// tags or another list before it is changed, the question is put again.
    ///
    /// - Parameter change: makes the new metadata of the version that it is shown first.
    func amend(
        by right: Right,
        values: [String: [String]] = [:],
        in context: OperationContext<some RequestSource>,
        _ change: (ObjectVersion, inout ObjectMetadata) throws(S3Error) -> Void
    ) async throws(S3Error) -> ObjectVersion {
        for _ in 0..<Self.attemptsMax {
            let version = try await version(by: right, values: values, in: context)
            var metadata = ObjectMetadata(user: version.metadata, system: version.internalMetadata)
            try change(version, &metadata)
            let amended = metadata
            do throws(EngineError) {
                return try await context.engine.amend(
                    bucket: object.bucket,
                    key: object.key,
                    id: version.id
                ) { (metadata, current) throws(CommitRefusal) in
                    guard current.hasSameMetadata(as: version) else { throw .preconditionFailed }
                    metadata = amended
                }
            } catch {
                guard error == .refused(.preconditionFailed) || error == .versionNotFound else {
                    throw S3Error(from: error)
                }
            }
        }
        throw S3Error(.operationAborted)
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

extension ObjectVersion {
    /// The same version as it was.
    fileprivate func hasSameMetadata(as other: ObjectVersion) -> Bool {
        id == other.id && modified == other.modified && isDeleteMarker == other.isDeleteMarker
            && metadata.elementsEqual(other.metadata) { $0.name == $1.name && $0.value == $1.value }
            && internalMetadata.elementsEqual(other.internalMetadata) {
                $0.name == $1.name && $0.value == $1.value
            }
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
