import Base
import Checksums
import Engine

/// Everything that clients can see of a store.
struct StoreView: Equatable, Sendable {
    struct Object: Equatable, Sendable {
        let id: UUID
        let size: Int64
        let modified: Timestamp
        let dataDirectory: UUID
        let parts: [ObjectVersion.Part]
        let metadata: [String]
        /// Of the whole body.
        var digest: [UInt8]

        init(_ version: ObjectVersion, digest: [UInt8]) {
            id = version.id
            size = version.size
            modified = version.modified
            dataDirectory = version.dataDirectory
            parts = version.parts
            metadata = StoreView.metadata(of: version)
            self.digest = digest
        }
    }

    struct PendingUpload: Equatable, Sendable {
        let key: String?
        let initiated: Timestamp
        let metadata: [String]
        var parts: [String]
    }

    struct BucketContents: Equatable, Sendable {
        let created: Timestamp
        var objects: [String: Object] = [:]
        var uploads: [String: PendingUpload] = [:]
        /// Of every key, newest first.
        var versions: [String: [String]] = [:]
        var documents: [BucketDocument: [UInt8]] = [:]
    }

    var buckets: [String: BucketContents] = [:]

    /// Looks at everything by every way there is.
    ///
    /// - Throws: ``Violation`` when GET, HEAD and LIST contradict each other; what they throw themselves.
    init(_ engine: Engine, keys: [String]) async throws {
        for bucket in engine.allBuckets() {
            var contents = BucketContents(created: bucket.created)
            var listed: [String: ObjectVersion] = [:]
            for entry in try await engine.list(bucket: bucket.name, ListRequest()).entries {
                guard case .object(let version, _) = entry else {
                    throw Violation("a prefix without a delimiter")
                }
                listed[version.key] = version
            }
            for key in Set(keys).union(listed.keys).sorted() {
                contents.objects[key] = try await Self.object(engine, bucket.name, key, listed[key])
            }
            contents.versions = try await Self.versions(engine, bucket.name)
            contents.documents = bucket.documents.mapValues(\.bytes)
            contents.uploads = try await Self.uploads(engine, bucket.name)
            buckets[bucket.name] = contents
        }
    }

    private static func versions(_ engine: Engine, _ bucket: String) async throws -> [String: [String]] {
        var request = ListRequest()
        request.scope = .versions(after: nil)
        var found: [String: [String]] = [:]
        for entry in try await engine.list(bucket: bucket, request).entries {
            guard case .object(let version, let isLatest) = entry else { continue }
            guard isLatest == (found[version.key] == nil) else { throw Violation("the latest is not first") }
            found[version.key, default: []].append(try await Self.version(engine, bucket, version))
        }
        return found
    }

    private static func version(
        _ engine: Engine,
        _ bucket: String,
        _ listed: ObjectVersion
    ) async throws -> String {
        let (version, bytes) = try await read(engine, bucket, listed.key, listed.id)
        let digest = HighwayHash256.hash(bytes)
        guard Object(version, digest: []) == Object(listed, digest: []) else {
            throw Violation("GET and LIST of a version of \(listed.key) differ")
        }
        let metadata = metadata(of: listed)
        return "\(listed.id) \(listed.isDeleteMarker) \(listed.modified) \(metadata) \(digest)"
    }

    /// Access control lists are in the part that only the server sees.
    private static func metadata(of version: ObjectVersion) -> [String] {
        version.metadata.map { "\($0.name)=\($0.value)" }
            + version.internalMetadata.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    private static func object(
        _ engine: Engine,
        _ bucket: String,
        _ key: String,
        _ listed: ObjectVersion?
    ) async throws -> Object? {
        let head: ObjectVersion?
        do throws(EngineError) {
            let version = try await engine.version(bucket: bucket, key: key)
            head = version.isDeleteMarker ? nil : version
        } catch {
            guard error == .objectNotFound else { throw Violation("HEAD of \(key): \(error)") }
            head = nil
        }
        guard let head else {
            if listed != nil { throw Violation("\(key) is listed, and HEAD does not find it") }
            return nil
        }
        guard let listed else { throw Violation("HEAD finds \(key), and it is not listed") }
        let (version, bytes) = try await read(engine, bucket, key)
        let object = Object(version, digest: HighwayHash256.hash(bytes))
        guard Int64(bytes.count) == version.size else { throw Violation("\(key) has \(bytes.count) bytes") }
        guard object == Object(head, digest: object.digest), object == Object(listed, digest: object.digest)
        else { throw Violation("GET, HEAD and LIST of \(key) differ") }
        return object
    }

    private static func read(
        _ engine: Engine,
        _ bucket: String,
        _ key: String,
        _ id: UUID? = nil
    ) async throws -> (ObjectVersion, [UInt8]) {
        do throws(EngineError) {
            let reader = try await engine.open(bucket: bucket, key: key, id: id)
            defer { reader.close() }
            var bytes: [UInt8] = []
            while let piece = try await reader.next() { bytes += piece.bytes }
            return (reader.version, bytes)
        } catch { throw Violation("GET of \(key): \(error)") }
    }

    private static func uploads(
        _ engine: Engine,
        _ bucket: String
    ) async throws -> [String: PendingUpload] {
        let page = try await engine.uploads(
            bucket: bucket,
            prefix: "",
            delimiter: nil,
            afterKey: nil,
            afterID: nil,
            limit: 1000
        )
        var found: [String: PendingUpload] = [:]
        for upload in page.uploads {
            guard let key = upload.key else { throw Violation("an upload without a key") }
            let parts = try await engine.parts(
                bucket: bucket,
                key: key,
                uploadID: upload.id,
                after: 0,
                limit: 1000
            ).parts
            found[upload.id] = PendingUpload(
                key: key,
                initiated: upload.initiated,
                metadata: upload.metadata.map { "\($0.name)=\($0.value)" },
                parts: parts.map { "\($0.number) \($0.etag) \($0.size) \($0.modified)" }
            )
        }
        return found
    }

    /// What is different, for a message.
    func difference(to other: StoreView) -> String {
        var lines: [String] = []
        for name in Set(buckets.keys).union(other.buckets.keys).sorted() {
            guard let own = buckets[name], let others = other.buckets[name] else {
                lines.append("bucket \(name) is \(buckets[name] == nil ? "missing" : "there")")
                continue
            }
            if own.created != others.created { lines.append("bucket \(name) was made at another time") }
            for key in Set(own.objects.keys).union(others.objects.keys).sorted()
            where own.objects[key] != others.objects[key] {
                lines.append("\(key): \(Self.text(own.objects[key])), not \(Self.text(others.objects[key]))")
            }
            if own.documents != others.documents { lines.append("settings of \(name) differ") }
            for key in Set(own.versions.keys).union(others.versions.keys).sorted()
            where own.versions[key] != others.versions[key] {
                lines.append(
                    "\(key) has versions \(own.versions[key] ?? []), not \(others.versions[key] ?? [])"
                )
            }
            for id in Set(own.uploads.keys).union(others.uploads.keys).sorted()
            where own.uploads[id] != others.uploads[id] {
                lines.append("upload: \(Self.text(own.uploads[id])), not \(Self.text(others.uploads[id]))")
            }
        }
        return lines.joined(separator: "; ")
    }

    private static func text(_ object: Object?) -> String {
        object.map { "\($0.metadata.last ?? "") of \($0.size) bytes, modified \($0.modified)" } ?? "absent"
    }

    private static func text(_ upload: PendingUpload?) -> String {
        upload.map { "\($0.parts)" } ?? "absent"
    }
}
